package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// atWork is a UI whose clock the test sets.
func atWork(o Options) (*recorder, *time.Time) {
	clock := now
	r := record(o)
	r.options.Now = func() time.Time { return clock }
	return r, &clock
}

func TestProgressAtATerminalIsOneLine(t *testing.T) {
	t.Parallel()
	r, clock := atWork(terminal())
	p := r.Progress(200, "users")
	p.Update(1)
	p.Update(2) // too soon to be drawn
	*clock = clock.Add(10 * time.Second)
	p.Update(50)
	r.Out.Println("a result")
	*clock = clock.Add(10 * time.Second)
	p.Update(100)
	p.Done()
	p.Done()
	p.Update(150)
	want := strings.Join([]string{
		"\r[........................] users: 1 of 200 (0%)\x1b[K",
		"\r[######..................] users: 50 of 200 (25%), 30.0 s left\x1b[K",
		"\r\x1b[K", // makes room for the result
		"\r[############............] users: 100 of 200 (50%), 20.0 s left\x1b[K",
		"\r\x1b[Kusers: 100 of 200 (50%) in 20.0 s\n",
	}, "")
	if diff := cmp.Diff(want, r.err.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.out.String() != "a result\n" {
		t.Errorf("stdout %q", r.out.String())
	}
}

func TestProgressElsewhereIsALineNowAndThen(t *testing.T) {
	t.Parallel()
	r, clock := atWork(Options{})
	p := r.Progress(0, "")
	for i := range int64(25) {
		p.Update(i)
		*clock = clock.Add(time.Second)
	}
	p.Done()
	if want := "10\n20\n24 in 25.0 s\n"; r.err.String() != want {
		t.Errorf("want %q, got %q", want, r.err.String())
	}
}

func TestProgressFitsTheTerminal(t *testing.T) {
	t.Parallel()
	o := terminal()
	o.Width = 20
	r, _ := atWork(o)
	r.Progress(10, "a label\nof two lines").Update(1)
	line := strings.TrimSuffix(strings.TrimPrefix(r.err.String(), "\r"), eraseRest)
	if len(line) != 19 || strings.Contains(line, "\n") {
		t.Errorf("a line of %d columns in a terminal of 20 wraps: %q", len(line), line)
	}
}

func TestProgressIsNotShownWhereItIsNotWanted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Options){
		"with --quiet": func(o *Options) { o.Quiet = true },
		"with --json":  func(o *Options) { o.JSON = true },
	} {
		o := terminal()
		change(&o)
		r, clock := atWork(o)
		p := r.Progress(2, "x")
		p.Update(1)
		*clock = clock.Add(time.Hour)
		p.Update(2)
		p.Done()
		if r.err.Len()+r.out.Len() > 0 {
			t.Errorf("%s: %q", name, r.err.String())
		}
	}
}
