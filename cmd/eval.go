package cmd

import (
	"context"
	"encoding/json"
	"io"
	"os"

	"github.com/spf13/cobra"

	"migrator/bindings"
	"migrator/cmd/config"
	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// newEval is `migrator eval`: JavaScript with the same db, and no registry.
func newEval(a *app) *cobra.Command {
	var file string
	var given *answers
	c := &cobra.Command{
		Use:     "eval CODE | eval -f FILE",
		GroupID: groupDevelop,
		Short:   "Evaluate JavaScript with db",
		Long: `Evaluates an expression or a file with the same db as migrations have, and
prints the result as EJSON. Nothing is registered.`,
		Example: "  migrator eval 'db.users.countDocuments()'\n  migrator eval -f report.js",
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			name, code, err := a.codeOf(file, args)
			if err != nil {
				return nil, err
			}
			return a.eval(ctx, name, code, file == "", given)
		}),
	}
	c.Flags().StringVarP(&file, "file", "f", "", "evaluate a `FILE`, or - for standard input")
	given = bindAnswers(c.Flags())
	return c
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

	undefined bool
}

// text prints the result; what the script printed has been shown as it came.
func (d *evaluation) text(u *ui.UI) {
	if d.Error == nil && !d.undefined {
		u.Out.Println(string(d.Result))
	}
}

// eval evaluates code; brief says that it is an expression and no program.
func (a *app) eval(ctx context.Context, name, code string, brief bool, given *answers) (document, error) {
	// What the code will do is not known before, so a protected environment is confirmed at the first write.
	var environment config.Environment
	confirmed := false
	gate := bindings.Gate(func(ctx context.Context, _ *bindings.Operation) error {
		if confirmed {
			return nil
		}
		confirmed = true
		return a.guardWrite(ctx, environment, "write")
	})
	return a.with(ctx, opening{brief: brief, middlewares: []bindings.Middleware{gate}, answers: given}, func(p *project) (document, error) {
		environment = p.environment
		d := &evaluation{envelope: p.envelope(), Log: []string{}}
		call := runtime.Call{
			Environment: p.environment.Name, Database: p.environment.Database,
			Ask: a.asker(given), Progress: a.ui.Progress,
			Print: func(line string) {
				a.ui.Out.Println(line)
				if a.ui.JSONMode() {
					d.Log = append(d.Log, line)
				}
			},
		}
		result, err := p.engine.Eval(ctx, call, name, code)
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
