package ui

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"migrator/cmd/ui/uitest"
	"migrator/runtime"
)

func TestDetectFindsATerminal(t *testing.T) {
	t.Parallel()
	_, program := uitest.OpenTerminal(t, 100)
	var pipe strings.Builder
	noVariables := func(string) (string, bool) { return "", false }
	o := Detect(program, program, program, noVariables)
	if !o.InTerminal || !o.OutTerminal || !o.ErrTerminal || o.Width != 100 || o.NoColor {
		t.Errorf("at a terminal: %+v", o)
	}
	if o := Detect(program, &pipe, program, noVariables); !o.InTerminal || o.OutTerminal || !o.ErrTerminal ||
		o.Width != 0 {
		t.Errorf("at a terminal with stdout elsewhere: %+v", o)
	}
}

func TestAPersonAtATerminalIsAsked(t *testing.T) {
	t.Parallel()
	person, program := uitest.OpenTerminal(t, 80)
	u := New(Detect(program, program, program, func(string) (string, bool) { return "", false }))
	if _, err := person.WriteString("production\n"); err != nil {
		t.Fatal(err)
	}
	if err := u.ConfirmName(t.Context(), "drop the database shop", "production"); err != nil {
		t.Error(err)
	}
}

func TestASecretIsReadFromATerminal(t *testing.T) {
	t.Parallel()
	person, program := uitest.OpenTerminal(t, 80)
	before, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	u := New(Detect(program, program, program, func(string) (string, bool) { return "", false }))
	if _, err := person.WriteString("hunter2\n"); err != nil {
		t.Fatal(err)
	}
	q := runtime.Question{Text: "Password", Secret: true, Check: func(string) error { return nil }}
	if got, err := u.Ask(t.Context(), q); got != "hunter2" || err != nil {
		t.Errorf("got %q (%v)", got, err)
	}
	after, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
	if err != nil || after.Lflag != before.Lflag {
		t.Errorf("the terminal is left with the flags %x in place of %x (%v)", after.Lflag, before.Lflag, err)
	}
}

func TestANoticeIsBrokenBetweenWordsAtATerminal(t *testing.T) {
	t.Parallel()
	person, program := uitest.OpenTerminal(t, 40)
	o := Detect(program, program, program, func(string) (string, bool) { return "", false })
	o.NoColor = true
	New(o).Notice("the file of 002_b.js is gone; it stays executed\n(`migrator rollback 002_b.js` undoes it)\n")
	buf := make([]byte, 4096)
	n, err := person.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	const want = "the file of 002_b.js is gone; it stays\r\nexecuted\r\n(`migrator rollback 002_b.js` undoes it)\r\n"
	if got := string(buf[:n]); !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
