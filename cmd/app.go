package cmd

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"migrator/cmd/config"
	"migrator/cmd/ui"
	"migrator/runtime/fault"
	"migrator/store/connect/address"
)

// globals are the flags that every command has.
type globals struct {
	config.Flags
	json    bool
	quiet   bool
	verbose bool
	noColor bool
	yes     bool
	confirm string
}

// app is one run of the program: its process, its global flags, and how it ends.
type app struct {
	process Process
	flags   globals
	ui      *ui.UI
	// config reads the configuration by the flags when it is first called, and returns the same from then on.
	config func() (*config.Config, error)
	code   fault.Code
}

func newApp(p Process) *app {
	a := &app{process: p}
	a.ui = a.newUI()
	a.config = sync.OnceValues(func() (*config.Config, error) {
		return config.Load(p.Dir, p.Getenv, a.flags.Flags)
	})
	return a
}

// environment returns the one that the flags and the configuration choose. It connects to nothing.
func (a *app) environment() (config.Environment, error) {
	c, err := a.config()
	if err != nil {
		return config.Environment{}, err
	}
	return c.Select()
}

func (a *app) newUI() *ui.UI {
	o := ui.Detect(a.process.In, a.process.Out, a.process.Err, a.process.Getenv)
	o.JSON, o.Quiet, o.Verbose = a.flags.json, a.flags.quiet, a.flags.verbose
	o.Yes, o.Confirm = a.flags.yes, a.flags.confirm
	o.NoColor = o.NoColor || a.flags.noColor
	o.Mask = address.MaskText
	return ui.New(o)
}

// bind declares the global flags.
func (a *app) bind(flags *pflag.FlagSet) {
	flags.StringVarP(&a.flags.Config, "config", "c", "", "configuration `FILE`; else migrator.yaml, here or above")
	flags.StringVarP(&a.flags.Env, "env", "e", "", "environment `NAME`")
	flags.StringVar(&a.flags.URI, "uri", "", "connection string `URI`, in place of the environment's")
	flags.StringVar(&a.flags.Database, "database", "", "database `NAME`, in place of the environment's")
	flags.StringVar(&a.flags.Dir, "dir", "", "migrations `DIR`")
	flags.BoolVar(&a.flags.json, "json", false, "print one JSON document")
	flags.BoolVarP(&a.flags.quiet, "quiet", "q", false, "print results only")
	flags.BoolVarP(&a.flags.verbose, "verbose", "v", false, "log what is done, to stderr")
	flags.BoolVar(&a.flags.noColor, "no-color", false, "no colours")
	flags.BoolVarP(&a.flags.yes, "yes", "y", false, "answer yes to every question")
	flags.StringVar(&a.flags.confirm, "confirm", "", "confirm a dangerous command with the environment's `NAME`")
}

// overlay fills the global flags that were not typed from MIGRATOR_* variables: --no-color is MIGRATOR_NO_COLOR.
func (a *app) overlay(flags *pflag.FlagSet) error {
	var failure error
	flags.VisitAll(func(f *pflag.Flag) {
		variable := "MIGRATOR_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, set := a.process.Getenv(variable)
		if f.Changed || !set || value == "" || failure != nil {
			return
		}
		if err := f.Value.Set(value); err != nil {
			failure = fault.New(fault.Usage, "unset it, or set it to true or false",
				"the variable %s cannot be %q", variable, value)
		}
	})
	return failure
}

// action is what a command does. The document is printed also when there is an error.
type action func(ctx context.Context, a *app, args []string) (document, error)

// run turns an action into what cobra calls. An action's error never reaches cobra: it is reported here.
func (a *app) run(act action) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		if err := a.overlay(c.Root().PersistentFlags()); err != nil {
			return err
		}
		a.ui = a.newUI()
		doc, err := act(c.Context(), a, args)
		a.report(doc, causeOf(c.Context(), err))
		return nil
	}
}

// causeOf returns why the context of a run was cancelled where the error says only that it was.
func causeOf(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) && ctx.Err() != nil && fault.CodeOf(err) != fault.Interrupted {
		return context.Cause(ctx)
	}
	return err
}
