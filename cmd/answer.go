package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// answers are those that were given beforehand to the questions of scripts: the flag --answer NAME=VALUE.
type answers struct {
	values map[string]string
	asked  map[string]bool
}

// bindAnswers declares the flag for a command that runs scripts.
func bindAnswers(flags *pflag.FlagSet) *answers {
	given := &answers{values: map[string]string{}, asked: map[string]bool{}}
	flags.Var(given, "answer", "answer a prompt(…) of a script; may be repeated")
	return given
}

// Set implements pflag.Value.
func (g *answers) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return fmt.Errorf("%q is not NAME=VALUE", text)
	}
	g.values[name] = value
	return nil
}

func (g *answers) String() string { return "" }
func (g *answers) Type() string   { return "NAME=VALUE" }

// asker answers the questions of scripts: with what was given beforehand, with what --yes says, or by asking.
func (a *app) asker(given *answers) runtime.Asker {
	return func(ctx context.Context, q runtime.Question) (string, error) {
		value, ok := given.take(q.Name)
		switch {
		case ok:
			return value, fault.Wrap(fault.Usage, q.Check(value), "", "--answer %s", q.Name)
		case a.flags.yes && q.YesNo:
			return "yes", nil
		case a.flags.yes && q.HasDefault:
			return q.Default, nil
		}
		return a.ui.Ask(ctx, q)
	}
}

// take returns the answer of that name, and notes that it was asked for.
func (g *answers) take(name string) (value string, ok bool) {
	if g == nil {
		return "", false
	}
	g.asked[name] = true
	value, ok = g.values[name]
	return value, ok
}

// warn names the answers that no script has asked for: most likely a name with a typing mistake.
func (g *answers) warn(u *ui.UI) {
	if g == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(g.values)) {
		if !g.asked[name] {
			u.Warn("no script has asked for --answer " + name)
		}
	}
}
