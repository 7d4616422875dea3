package cmd

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"migrator/bindings"
	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// newEval is `migrator eval`: JavaScript with the same db, and no registry.
func newEval(a *app) *cobra.Command {
	var file string
	var variables []string
	o := opening{purpose: runtime.Evaluate}
	c := &cobra.Command{
		Use:     "eval CODE | eval -f FILE",
		GroupID: groupDevelop,
		Short:   "Evaluate JavaScript with db",
		Long: `Evaluates an expression or a file with the same db as migrations have, and
prints the result as EJSON. Nothing is registered.`,
		Example: "  migrator eval 'db.users.countDocuments()'\n  migrator eval -f report.js --var since=2026-01-01",
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			d := &evaluation{Log: []string{}, Caught: []runtime.Caught{}}
			name, code, err := a.codeOf(file, args)
			if err != nil {
				return d, err
			}
			values, err := variablesOf(variables)
			if err != nil {
				return d, err
			}
			o.isExpression = file == ""
			return a.with(ctx, d, o, func(p *project) error {
				return d.take(p.engine.Eval(ctx, d.call(a, p, o.answers, values), name, code))
			})
		}),
	}
	c.Flags().StringVarP(&file, "file", "f", "", "evaluate a `FILE`, or - for standard input")
	c.Flags().StringArrayVar(&variables, "var", nil,
		"give the code a global variable, a string: `NAME=VALUE`; repeatable")
	c.Flags().BoolVar(&o.writesRegistry, "write-registry", false,
		"let the code write to the registry, its history and its lock")
	o.answers = bindAnswers(c.Flags())
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
			return nil, fault.New(fault.Usage, "write --var NAME=VALUE, with a name that JavaScript takes",
				"--var %q gives no variable", g)
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
		return "", "", fault.New(fault.Usage, hint,
			"eval wants one piece of code, and %d were given: quote it", len(args))
	}
	return "eval", args[0], nil
}

// evaluation is the document of eval.
type evaluation struct {
	header
	Result json.RawMessage `json:"result"` // relaxed EJSON; nil, and null, where there is no value
	Log    []string        `json:"log"`
	// Caught are errors of operations that the code caught.
	Caught []runtime.Caught `json:"caught"`
	footer
}

// text prints the result; what the script printed has been shown as it came.
func (d *evaluation) text(u *ui.UI) {
	for _, caught := range d.Caught {
		u.Notice(caught.String())
	}
	if d.Result != nil {
		u.Out.Println(string(d.Result))
	}
}

// call is what the code is told of its surroundings, and where its output goes.
func (d *evaluation) call(a *app, p *project, given *answers, variables map[string]string) runtime.Call {
	return runtime.Call{
		Environment: p.environment.Name, Database: p.environment.Database, Args: variables,
		Ask: a.asker(given), Progress: a.ui.Progress,
		Print: func(line string) {
			a.ui.Out.Println(line)
			if a.ui.JSONMode() {
				d.Log = append(d.Log, line)
			}
		},
	}
}

// take fills in what the code came to, and returns the error that it ended in.
func (d *evaluation) take(result bindings.EvalResult, err error) error {
	d.Caught = append(d.Caught, result.Report.Caught...)
	if err == nil && !result.Undefined {
		d.Result = json.RawMessage(result.EJSON)
	}
	return err
}
