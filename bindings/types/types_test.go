package types_test

import (
	"strings"
	"testing"

	"migrator/bindings/types"
)

func TestTheFirstLineIsTheVersion(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{types.DeclarationsName: types.Declarations(), types.ConfigName: types.Config()} {
		first, body, _ := strings.Cut(text, "\n")
		cases := []struct {
			name, have         string
			current, untouched bool
		}{
			{"as written", text, true, true},
			{"with the line ends of Windows", strings.ReplaceAll(text, "\n", "\r\n"), true, true},
			{"changed below the first line", first + "\n// mine\n" + body, true, false},
			{"of another version", strings.Replace(text, "sha256:", "sha256:0", 1), false, false},
			{"somebody's own", "{}\n", false, false},
			{"empty", "", false, false},
		}
		for _, c := range cases {
			if got := types.Current(c.have, text); got != c.current {
				t.Errorf("%s %s: current is %v", name, c.name, got)
			}
			if got := types.Untouched(c.have); got != c.untouched {
				t.Errorf("%s %s: untouched is %v", name, c.name, got)
			}
		}
	}
}

func TestTheDeclarationsAreNoModule(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(types.Declarations()) {
		if strings.HasPrefix(line, "import ") || strings.HasPrefix(line, "export ") {
			t.Errorf("%q would take the globals away: a file with it is a module", line)
		}
	}
}
