package ui

import (
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
)

// printStatus prints a table as commands do, with cells that are coloured and one that is long.
func printStatus(u *UI) {
	u.Table([]string{"Number", "Migration", "State", "Executed", "Took", "Note"}, [][]string{
		{"1", "001_create_users.js", u.Out.Good("executed"), u.Time(now), "12 ms", ""},
		{
			"2", "002_split_full_names_into_first_and_last_name.js", u.Out.Bad("failed"), u.Time(now), "2 min 3 s",
			"the file has changed since it was executed",
		},
		{"10", "010_index.ts", u.Out.Warn("pending"), "", "", ""},
	})
}

func TestTable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options func(*Options)
	}{
		{"table_terminal", func(*Options) {}},
		{"table_terminal_no_color", func(o *Options) { o.NoColor = true }},
		{"table_terminal_wide", func(o *Options) { o.NoColor = true; o.Width = 200 }},
		{"table_terminal_narrow", func(o *Options) { o.NoColor = true; o.Width = 40 }},
		{"table_terminal_quiet", func(o *Options) { o.NoColor = true; o.Quiet = true }},
		{"table_pipe", func(o *Options) { o.OutTerminal = false; o.Width = 0 }},
		{"table_pipe_quiet", func(o *Options) { o.OutTerminal = false; o.Width = 0; o.Quiet = true }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := terminal()
			tt.options(&o)
			r := record(o)
			printStatus(r.UI)
			golden(t, tt.name, r.out.Bytes())
		})
	}
}

func TestATableKeepsWithinTheTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{79, 80, 100, 120} {
		o := terminal()
		o.Width = width
		r := record(o)
		printStatus(r.UI)
		for line := range strings.Lines(r.out.String()) {
			if w := text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")); w > width {
				t.Errorf("a line of %d columns on a terminal of %d: %q", w, width, line)
			}
		}
	}
}

func TestSentencesGiveWayBeforeNames(t *testing.T) {
	t.Parallel()
	const name = "002_split_full_names_into_first_and_last.js"
	r := record(terminal())
	r.Table(
		[]string{"Migration", "State", "Note"},
		[][]string{{name, "failed", "the file has changed since it was executed here"}},
	)
	if !strings.Contains(r.out.String(), name) {
		t.Errorf("printed\n%s", r.out.String())
	}
}

func TestATableWithoutRowsPrintsNothing(t *testing.T) {
	t.Parallel()
	r := record(terminal())
	r.Table([]string{"Number"}, nil)
	if r.out.Len() > 0 {
		t.Errorf("printed %q", r.out.String())
	}
}
