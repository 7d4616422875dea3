package fault

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChain(t *testing.T) {
	t.Parallel()
	cause := New(Unreachable, "start the server", "no answer")
	tests := []struct {
		name string
		err  error
		code Code
		hint string
		text string
	}{
		{"no error", nil, OK, "", ""},
		{"an error without a code", errors.New("boom"), Failed, "", "boom"},
		{
			"the cause decides", Wrap(Script, cause, "mend it", "execute 1_a.js"), Unreachable, "start the server",
			"execute 1_a.js: no answer",
		},
		{
			"a plain cause leaves it to the wrapping", Wrap(Script, errors.New("boom"), "mend it", "execute 1_a.js"),
			Script, "mend it", "execute 1_a.js: boom",
		},
		{
			"a wrapping without a code leaves it further up",
			fmt.Errorf("run: %w", Wrap(0, errors.New("boom"), "", "read")), Failed, "", "run: read: boom",
		},
		{
			"of joined errors the first decides", errors.Join(cause, New(Usage, "", "second")), Unreachable,
			"start the server", "no answer\nsecond",
		},
		{"a wrapping without a message adds none", Wrap(Usage, errors.New("boom"), "hint", ""), Usage, "hint", "boom"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := CodeOf(test.err); got != test.code {
				t.Errorf("code %d, want %d", got, test.code)
			}
			if got := HintOf(test.err); got != test.hint {
				t.Errorf("hint %q, want %q", got, test.hint)
			}
			if test.err != nil && test.err.Error() != test.text {
				t.Errorf("text %q, want %q", test.err, test.text)
			}
		})
	}
}

func TestFieldsAndDetail(t *testing.T) {
	t.Parallel()
	traced := &Error{Details: []string{"the trace"}, Err: errors.New("boom")}
	err := WithFields(
		Wrap(0, WithFields(traced, map[string]any{"file": "a.js"}), "", "run"),
		map[string]any{"file": "b.js", "migration": "1_a.js"},
	)
	if diff := cmp.Diff(map[string]any{"file": "a.js", "migration": "1_a.js"}, FieldsOf(err)); diff != "" {
		t.Error(diff)
	}
	err = WithDetails(
		fmt.Errorf("again: %w", WithDetails(err, "2 writes were done:", "    insertOne")), "it is recorded as failed",
	)
	want := "the trace\n2 writes were done:\n    insertOne\nit is recorded as failed"
	if got := DetailOf(err); got != want {
		t.Errorf("detail %q, want %q", got, want)
	}
	if got := WithDetails(traced); got != error(traced) {
		t.Errorf("no detail made %#v", got)
	}
	if Wrap(Usage, nil, "", "x") != nil || WithFields(nil, nil) != nil || WithDetails(nil, "x") != nil {
		t.Error("an error was made of none")
	}
}
