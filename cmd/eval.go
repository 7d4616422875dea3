package cmd

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"migrator/bindings/funnel"
	"migrator/cmd/config"
	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// newEval is `migrator eval`: JavaScript with the same db, and no registry.
func newEval(a *app) *cobra.Command {
	var file string
	var variables []string
	var given *answers
	c := &cobra.Command{
		Use:     "eval CODE | eval -f FILE",
		GroupID: groupDevelop,
		Short:   "Evaluate JavaScript with db",
		Long: `Evaluates an expression or a file with the same db as migrations have, and
prints the result as EJSON. Nothing is registered.`,
		Example: "  migrator eval 'db.users.countDocuments()'\n  migrator eval -f report.js --var since=2026-01-01",
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			name, code, err := a.codeOf(file, args)
			if err != nil {
				return nil, err
			}
			values, err := variablesOf(variables)
			if err != nil {
				return nil, err
			}
			return a.eval(ctx, evaluated{name: name, code: code, brief: file == "", variables: values, answers: given})
		}),
	}
	c.Flags().StringVarP(&file, "file", "f", "", "evaluate a `FILE`, or - for standard input")
	c.Flags().StringArrayVar(&variables, "var", nil, "give the code a global variable, a string: `NAME=VALUE`; repeatable")
	given = bindAnswers(c.Flags())
	return c
}

// variableName is what --var may name.
var variableName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// variablesOf reads NAME=VALUE. A value is a string, always: a script that wants a number writes Number(NAME).
func variablesOf(given []string) (map[string]string, error) {
	values := make(map[string]string, len(given))
	for _, g := range given {
		name, value, ok := strings.Cut(g, "=")
		if !ok || !variableName.MatchString(name) {
			return nil, fault.New(fault.Usage, "write --var NAME=VALUE, with a name that JavaScript takes", "--var %q gives no variable", g)
		}
		values[name] = value
	}
	return values, nil
}

// codeOf is the code to evaluate and what to call it in messages.
func (a *app) codeOf(file string, args []string) (name, code string, err error) {
	const hint = "type `migrator eval 'db.users.countDocuments()'`, or -f FILE"
	switch {
	case file != "" && len(args) > 0:
		return "", "", fault.New(fault.Usage, hint, "eval takes code or a file, not both")
	case file == "-":
		text, err := io.ReadAll(a.process.In)
		return "stdin", string(text), fault.Wrap(fault.Failed, err, "", "read the script")
	case file != "":
		text, err := os.ReadFile(a.absolute(file))
		return file, string(text), fault.Wrap(fault.Usage, err, "", "read the script")
	case len(args) != 1:
		return "", "", fault.New(fault.Usage, hint, "eval wants one piece of code, and %d were given: quote it", len(args))
	}
	return "eval", args[0], nil
}

// evaluation is the document of eval.
type evaluation struct {
	envelope
	Result json.RawMessage `json:"result"` // relaxed EJSON; null where there is no value
	Log    []string        `json:"log"`
	// Caught are errors of operations that the code caught.
	Caught []runtime.Caught `json:"caught"`

	undefined bool
}

// text prints the result; what the script printed has been shown as it came.
func (d *evaluation) text(u *ui.UI) {
	if d.Error == nil && !d.undefined {
		u.Out.Println(string(d.Result))
	}
}

// evaluated is what eval evaluates; brief says that it is an expression and no program.
type evaluated struct {
	name, code string
	brief      bool
	variables  map[string]string
	answers    *answers
}

func (a *app) eval(ctx context.Context, e evaluated) (document, error) {
	// What the code will do is not known before, so a protected environment is confirmed at the first write.
	var environment config.Environment
	confirmed := false
	gate := funnel.Gate(func(ctx context.Context, _ *funnel.Operation) error {
		if confirmed {
			return nil
		}
		confirmed = true
		return a.guardWrite(ctx, environment, "write")
	})
	return a.with(ctx, opening{brief: e.brief, middlewares: []funnel.Middleware{gate}, answers: e.answers}, func(p *project) (document, error) {
		environment = p.environment
		d := &evaluation{envelope: p.envelope(), Log: []string{}, Caught: []runtime.Caught{}}
		call := runtime.Call{
			Environment: p.environment.Name, Database: p.environment.Database, Args: e.variables,
			Ask: a.asker(e.answers), Progress: a.ui.Progress,
			Print: func(line string) {
				a.ui.Out.Println(line)
				if a.ui.JSONMode() {
					d.Log = append(d.Log, line)
				}
			},
		}
		result, err := p.engine.Eval(ctx, call, e.name, e.code)
		for _, caught := range result.Report.Caught {
			a.ui.Notice(caught.String())
			d.Caught = append(d.Caught, caught)
		}
		if err != nil {
			return d, err
		}
		d.undefined = result.Undefined
		if !result.Undefined {
			d.Result = json.RawMessage(result.EJSON)
		}
		return d, nil
	})
}
