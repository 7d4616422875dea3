package ui

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestNoticesKnowTheirPlace(t *testing.T) {
	t.Parallel()
	say := func(o Options) string {
		r := record(o)
		r.Notice("waiting for the lock")
		r.Warn("the file has changed")
		r.Verbose("hello took 2 ms")
		if r.out.Len() > 0 {
			t.Errorf("something reached stdout: %q", r.out.String())
		}
		return r.err.String()
	}
	tests := []struct {
		name    string
		options Options
		want    string
	}{
		{"as a rule", Options{}, "waiting for the lock\nwarning: the file has changed\n"},
		{"quiet", Options{Quiet: true}, "warning: the file has changed\n"},
		{"verbose", Options{Verbose: true}, "waiting for the lock\nwarning: the file has changed\nhello took 2 ms\n"},
		{"with --json", Options{JSON: true}, "waiting for the lock\nwarning: the file has changed\n"},
		{"in colour", terminal(), "\x1b[2mwaiting for the lock\x1b[0m\n\x1b[33mwarning:\x1b[0m the file has changed\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := say(tt.options); got != tt.want {
				t.Errorf("\n got %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestEachStreamIsColouredOnItsOwn(t *testing.T) {
	t.Parallel()
	r := record(Options{OutTerminal: true})
	if r.Out.Good("x") == "x" || r.Err.Good("x") != "x" {
		t.Errorf("Out %q, Err %q", r.Out.Good("x"), r.Err.Good("x"))
	}
	if r.Out.Good("") != "" {
		t.Errorf("nothing is coloured: %q", r.Out.Good(""))
	}
}

func TestJSONIsTheOnlyThingOnStdout(t *testing.T) {
	t.Parallel()
	o := terminal()
	o.JSON = true
	r := record(o)
	printStatus(r.UI)
	r.Out.Println("done")
	document := map[string]any{
		"b": 1, "a": "<x> & ü", "raw": json.RawMessage(`{"n":{"$numberLong":"5"}}`), "error": r.ErrorJSON(nil),
	}
	if err := r.JSON(document); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "a": "<x> & ü",
  "b": 1,
  "error": null,
  "raw": {
    "n": {
      "$numberLong": "5"
    }
  }
}
`
	if r.out.String() != want {
		t.Errorf("stdout\n got: %s\nwant: %s", r.out.String(), want)
	}
}

func TestASecondDocumentIsRefused(t *testing.T) {
	t.Parallel()
	r := record(Options{JSON: true})
	if err := r.JSON(func() {}); err == nil || r.out.Len() > 0 {
		t.Errorf("a function became a document: %v, %q", err, r.out.String())
	}
	if err := r.JSON(1); err != nil {
		t.Fatal(err)
	}
	if err := r.JSON(2); err == nil || r.out.String() != "1\n" {
		t.Errorf("the second document: %v, stdout %q", err, r.out.String())
	}
}

func TestResultsThatCannotBeWrittenAreAFailure(t *testing.T) {
	t.Parallel()
	u := New(Options{Out: brokenPipe{}, Err: brokenPipe{}})
	if err := u.Failure(); err != nil {
		t.Errorf("before anything was written: %v", err)
	}
	u.Out.Println("a result")
	if err := u.Failure(); !errors.Is(err, errPipe) {
		t.Errorf("after a line: %v", err)
	}
	u = New(Options{Out: brokenPipe{}, Err: brokenPipe{}, JSON: true})
	if err := u.JSON(1); err != nil || !errors.Is(u.Failure(), errPipe) {
		t.Errorf("after a document: %v, %v", err, u.Failure())
	}
}

var errPipe = errors.New("broken pipe")

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }

func TestDetect(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for _, tt := range []struct {
		vars    map[string]string
		noColor bool
	}{
		{nil, false},
		{map[string]string{"NO_COLOR": ""}, false},
		{map[string]string{"NO_COLOR": "1"}, true},
		{map[string]string{"TERM": "dumb"}, true},
		{map[string]string{"TERM": "xterm"}, false},
	} {
		o := Detect(r, w, &strings.Builder{}, func(name string) (string, bool) { v, ok := tt.vars[name]; return v, ok })
		if o.NoColor != tt.noColor || o.InTerminal || o.OutTerminal || o.ErrTerminal || o.Width != 0 {
			t.Errorf("%v: %+v", tt.vars, o)
		}
	}
}
