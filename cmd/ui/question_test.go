package ui

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// even takes even digits.
func even(answer string) error {
	if strings.Contains("02468", answer) {
		return nil
	}
	return errors.New("it must be even")
}

func TestAsk(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typed string
		question    runtime.Question
		want, said  string
		message     string // of the error
	}{
		{
			name: "an answer is trimmed", typed: " 4 \n", question: runtime.Question{Text: "Pairs?"}, want: "4",
			said: "Pairs? ",
		},
		{name: "a wrong answer is asked for again", typed: "3\n4\n", question: runtime.Question{Text: "Pairs"},
			want: "4",
			said: "Pairs: it must be even\nPairs: "},
		{
			name: "nothing is asked for again", typed: "\n\n2\n", question: runtime.Question{Text: "n:"}, want: "2",
			said: "n: n: n: ",
		},
		{
			name: "nothing is the default", typed: "\n",
			question: runtime.Question{Text: "n", Default: "8", HasDefault: true}, want: "8", said: "n [8]: ",
		},
		{
			name: "a secret default is not shown", typed: "\n",
			question: runtime.Question{Text: "n", Secret: true, Default: "8", HasDefault: true}, want: "8", said: "n: ",
		},
		{
			name: "the choices are shown", typed: "2\n",
			question: runtime.Question{Text: "n?", Choices: []string{"0", "2"}}, want: "2", said: "n? (0, 2): ",
		},
		{
			name: "nothing is no", typed: "\n", question: runtime.Question{Text: "Sure?", YesNo: true}, want: "no",
			said: "Sure? [y/N] ",
		},
		{
			name: "the end of the input is no answer", typed: "", question: runtime.Question{Text: "n"},
			message: "the input ended without an answer", said: "n: \n",
		},
		{
			name: "a wrong answer at the end of the input is final", typed: "3", question: runtime.Question{Text: "n"},
			message: `the answer "3": it must be even`, said: "n: \n",
		},
		{
			name: "what would steer the terminal is shown", typed: "2\n", question: runtime.Question{Text: "a\x1b[2J"},
			want: "2", said: `a\x1b[2J: `,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := terminal()
			o.NoColor, o.In = true, strings.NewReader(tt.typed)
			r := record(o)
			tt.question.Check = even
			got, err := r.Ask(t.Context(), tt.question)
			if got != tt.want || r.err.String() != tt.said || (err != nil) != (tt.message != "") {
				t.Errorf("answer %q (%v), said %q", got, err, r.err.String())
			}
			if err != nil && (err.Error() != tt.message || fault.CodeOf(err) != fault.Usage) {
				t.Errorf("code %d: %v", fault.CodeOf(err), err)
			}
		})
	}
}

func TestAskWithoutATerminalNamesTheFlag(t *testing.T) {
	t.Parallel()
	r := record(Options{In: strings.NewReader("2\n")})
	for how, q := range map[string]runtime.Question{
		"--answer n=VALUE":                 {Text: "n", Name: "n", Check: even},
		"-y (--yes), or --answer sure=yes": {Text: "Sure?", Name: "sure", YesNo: true, Check: even},
	} {
		_, err := r.Ask(t.Context(), q)
		if fault.CodeOf(err) != fault.Usage || !strings.HasSuffix(err.Error(), how) {
			t.Errorf("want %q, got %v", how, err)
		}
	}
	if r.err.Len() > 0 {
		t.Errorf("asked all the same: %q", r.err.String())
	}
}

func TestAskEndsWithItsContext(t *testing.T) {
	t.Parallel()
	typing, _ := io.Pipe() // nobody types
	o := terminal()
	o.In = typing
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	if _, err := record(o).Ask(ctx, runtime.Question{Text: "n", Check: even}); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}
