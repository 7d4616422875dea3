package runtime

import (
	"context"
	"errors"
	"testing"
)

// TestATopLevelMayAsk: a file that asks at its top level can be executed, rolled back, redone and validated, and it is
// asked once for each direction.
func TestATopLevelMayAsk(t *testing.T) {
	t.Parallel()
	m, asked := &memory{}, 0
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "1_a.js down": nothing, "1_a.js top level": func(c Call) (Report, error) {
		_, err := c.Ask(t.Context(), Question{Text: "how many?"})
		return Report{}, err
	}})
	r.Ask = func(context.Context, Question) (string, error) { asked++; return "3", nil }
	validated, err := r.ValidateFiles(t.Context())
	if err != nil || len(validated.Findings) != 0 || asked != 1 {
		t.Errorf("validate: got %+v, %v, asked %d times", validated, err, asked)
	}
	for _, c := range []struct {
		name string
		run  func() error
		asks int
	}{
		{"execute", func() error { _, err := r.Execute(t.Context(), ExecuteOptions{}); return err }, 1},
		{"redo", func() error { _, err := r.Redo(t.Context(), RedoOptions{}); return err }, 2},
		{"rollback", func() error { _, err := r.Rollback(t.Context(), RollbackOptions{Last: 1}); return err }, 1},
	} {
		asked = 0
		if err := c.run(); err != nil || asked != c.asks {
			t.Errorf("%s: got %v, asked %d times, want %d", c.name, err, asked, c.asks)
		}
	}
	r.Ask = func(context.Context, Question) (string, error) { return "", errors.New("there is no terminal") }
	validated, err = r.ValidateFiles(t.Context())
	if err != nil || len(validated.Findings) != 1 || validated.Findings[0].Kind != Unasked || validated.Check() != nil {
		t.Errorf("validate without a terminal: got %+v, %v", validated, err)
	}
}
