package cmd

import (
	"cmp"
	"context"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"migrator/bindings"
	"migrator/cmd/config"
	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// newValidate is `migrator validate`: it lists all that is wrong.
func newValidate(a *app) *cobra.Command {
	var offline bool
	c := &cobra.Command{
		Use:     "validate",
		GroupID: groupLook,
		Short:   "List what is wrong with migrations",
		Long: `Lists all that is wrong: names, numbers, files that do not compile or whose top
level throws, missing exports; and by the registry, files that have changed or
are gone, that are out of order, and migrations that failed or were left in
flight. Nothing is run or written. It ends with 6 when something is wrong;
warnings do not count.`,
		Example: "  migrator validate\n  migrator validate --offline   # the files alone, no database",
		Args:    exactly(0, ""),
		RunE: a.run(func(ctx context.Context, a *app, _ []string) (document, error) {
			d := &validation{Findings: []runtime.Finding{}}
			if offline {
				return d, a.validateOffline(ctx, d)
			}
			_, err := a.with(ctx, d, opening{purpose: runtime.Look}, func(p *project) error {
				return d.take(p.runner.Validate(ctx))
			})
			if fault.CodeOf(err) == fault.Unreachable {
				// What is wrong with the files is worth knowing all the same. The error stays that of the database.
				_ = a.validateOffline(ctx, d)
				err = fault.Then(err, "only the files were looked at: where they stand is not known")
			}
			return d, err
		}),
	}
	c.Flags().BoolVar(&offline, "offline", false, "check the files alone, without a database")
	return c
}

// validateOffline connects to nothing, and does not even ask where the database is.
func (a *app) validateOffline(ctx context.Context, d *validation) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	r := &runtime.Runner{
		Directory: c.Directory(), Observer: narrator{a.ui},
		Environment: cmp.Or(a.flags.Env, c.DefaultEnvironment, config.DefaultEnvironment),
		Database:    cmp.Or(a.flags.Database, "offline"),
	}
	r.Scripts = a.engine(c, bindings.Options{Purpose: runtime.Look, Database: r.Database})
	return d.take(r.ValidateFiles(ctx))
}

// validation is the document of validate.
type validation struct {
	header                       // left out with --offline
	Migrations int               `json:"migrations"` // how many were looked at
	Findings   []runtime.Finding `json:"findings"`
	footer

	warnings int
}

// take fills in what was found. It returns why the validation did not come to its end, or that something is wrong.
func (d *validation) take(found runtime.Validation, err error) error {
	d.Migrations, d.Findings = found.Migrations, listed(found.Findings)
	d.warnings = found.Count(runtime.SeverityWarning)
	if err != nil {
		return err
	}
	return found.Check()
}

// text is a line for each finding, as compilers write them, so that editors find the place.
func (d *validation) text(u *ui.UI) {
	for _, f := range d.Findings {
		severity := u.Out.Bad(string(f.Severity) + ":")
		if f.Severity == runtime.SeverityWarning {
			severity = u.Out.Warn(string(f.Severity) + ":")
		}
		kind := string(f.Kind)
		if path.Base(f.File) != f.Migration {
			kind += ", " + f.Migration // a file that it imports
		}
		u.Out.Printf("%s: %s %s %s\n", u.Plain(f.Place.String()), severity, u.Line(f.Message), u.Out.Dim("["+kind+"]"))
		if f.Hint != "" {
			u.Out.Println("  " + u.Out.Dim("hint: "+strings.ReplaceAll(u.Plain(f.Hint), "\n", "\n  ")))
		}
	}
	if d.Error != nil {
		return
	}
	where := ""
	if d.Environment != "" {
		where = " on " + d.where()
	}
	summary := runtime.Count(d.Migrations, "migration") + ", nothing wrong" + where
	if d.warnings > 0 {
		summary += " but " + runtime.Count(d.warnings, "warning")
	}
	u.Out.Println(u.Out.Good(summary + "."))
}
