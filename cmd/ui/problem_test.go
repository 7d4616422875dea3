package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// thrown is an error as a script's host makes it.
type thrown struct{}

func (thrown) Error() string { return "TypeError: user.name is not a function" }
func (thrown) Failure() runtime.Failure {
	return runtime.Failure{
		Name: "TypeError", Message: "user.name is not a function",
		Place: fault.Place{File: "mongomigrations/003_names.js", Line: 4, Column: 15},
		Stack: "at up (mongomigrations/003_names.js:4:15)",
	}
}
func (thrown) Unwrap() error {
	return &fault.Error{Details: []string{trace}}
}

const trace = `TypeError: user.name is not a function
    at up (mongomigrations/003_names.js:4:15)

  3 |   db.users.find().forEach(user => {
  4 |     const n = user.name()
    |               ^
  5 |   })`

var _ runtime.FailureOf = thrown{}

func scriptError() error {
	return fault.WithFields(fault.Wrap(fault.Script, thrown{},
		"mend the file, then run `migrator resolve 003_names.js --retry`",
		"apply 003_names.js"), map[string]any{"migration": "003_names.js"})
}

func TestError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
	}{
		{"error_plain", errors.New("write the journal: no space left on device")},
		{
			"error_hint",
			fault.New(fault.Usage, "name one with --env", "which environment? There are: staging, production"),
		},
		{"error_script", scriptError()},
		{"error_several", errors.Join(errors.New("the first"), errors.New("the second"))},
		{"error_escapes", errors.New("the server says \x1b[2J\x07 hello\r\nworld")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for suffix, noColor := range map[string]bool{"": false, "_no_color": true} {
				o := terminal()
				o.NoColor = noColor
				r := record(o)
				r.Error(tt.err)
				golden(t, tt.name+suffix, r.err.Bytes())
				if r.out.Len() > 0 {
					t.Errorf("an error reached stdout: %q", r.out.String())
				}
			}
		})
	}
}

func TestNoErrorPrintsNothing(t *testing.T) {
	t.Parallel()
	r := record(terminal())
	r.Error(nil)
	if r.err.Len() > 0 {
		t.Errorf("printed %q", r.err.String())
	}
}

func TestErrorsStayOnStderrOnlyWithoutJSON(t *testing.T) {
	t.Parallel()
	r := record(Options{JSON: true})
	r.Error(errors.New("x"))
	if r.err.Len()+r.out.Len() > 0 {
		t.Errorf("printed %q and %q", r.err.String(), r.out.String())
	}
}

func TestErrorJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want map[string]any
	}{
		{
			"a plain error has a code and a message", fs.ErrExist,
			map[string]any{"code": 1, "message": "file already exists"},
		},
		{"a fault has its hint and its facts",
			fault.WithFields(fault.New(fault.Usage, "type this", "no"),
				map[string]any{"names": []string{"a"}, "message": "shadowed"}),
			map[string]any{"code": 2, "message": "no", "hint": "type this", "names": []string{"a"}}},
		{"an error of a script tells where", scriptError(), map[string]any{
			"code": 3, "message": "apply 003_names.js: TypeError: user.name is not a function",
			"migration": "003_names.js",
			"hint":      "mend the file, then run `migrator resolve 003_names.js --retry`", "detail": trace,
			"name": "TypeError", "file": "mongomigrations/003_names.js", "line": 4, "column": 15,
			"stack": "at up (mongomigrations/003_names.js:4:15)",
		}},
		{"no error is null", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, record(Options{}).ErrorJSON(tt.err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPasswordsAreMaskedEverywhere(t *testing.T) {
	t.Parallel()
	mask := func(s string) string { return strings.ReplaceAll(s, "hunter2", "***") }
	err := fault.WithFields(
		fault.Wrap(fault.Unreachable, fmt.Errorf("dial u:hunter2@h"), "is hunter2 right?", "connect"),
		map[string]any{"uri": "hunter2"},
	)
	r := record(Options{Mask: mask, Verbose: true})
	r.Error(err)
	r.Notice("hunter2")
	r.Warn("hunter2")
	r.Verbose("hunter2")
	facts, merr := json.Marshal(r.ErrorJSON(err))
	if merr != nil {
		t.Fatal(merr)
	}
	if said := r.err.String() + string(facts); strings.Contains(said, "hunter2") || strings.Count(said, "***") != 8 {
		t.Errorf("said:\n%s", said)
	}
}
