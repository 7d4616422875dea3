package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"
	"time"

	"migrator/bindings"
	"migrator/bindings/funnel"
	"migrator/cmd/config"
	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store"
	"migrator/store/connect"
)

// project is an environment opened for a command: the configuration, the connection, and the runner on it.
type project struct {
	config      *config.Config
	environment config.Environment
	connection  *connect.Connection
	engine      *bindings.Engine
	runner      *runtime.Runner
}

// opening is how a command works with a project. What protects the database follows from its purpose.
type opening struct {
	purpose runtime.Purpose
	// environment is the one to open; the zero one stands for the one that the flags and the configuration choose.
	environment config.Environment
	// answers are those given beforehand to questions of scripts. nil answers nothing.
	answers *answers

	// What follows is for runtime.Evaluate alone: isExpression says that the code is one expression, which is done
	// within moments, and writesRegistry lifts the keeping of the registry.
	isExpression, writesRegistry bool
}

// running is the purpose of a command that runs migrations, or with --dry-run simulates it.
func running(dryRun bool) runtime.Purpose {
	if dryRun {
		return runtime.Simulate
	}
	return runtime.Run
}

// with opens a project, calls f, which fills in the document, and closes the project again. The document names the
// environment as soon as it is known, so that an error says it too.
func (a *app) with(ctx context.Context, d document, o opening, f func(*project) error) (document, error) {
	if o.environment.Name == "" {
		chosen, err := a.environment()
		if err != nil {
			return d, err
		}
		o.environment = chosen
	}
	d.at(o.environment)
	p, err := a.open(ctx, o)
	if err != nil {
		return d, err
	}
	d.at(p.environment)
	err = f(p)
	if err == nil {
		o.answers.warn(a.ui)
	}
	return d, errors.Join(err, p.close(ctx))
}

// open connects to the environment and wires everything that a command works with.
func (a *app) open(ctx context.Context, o opening) (*project, error) {
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	e := o.environment
	connection, err := connect.Open(ctx,
		connect.Target{URI: e.URI, Database: e.Database, Base: c.Root, AppName: "migrator"},
		connect.Options{
			Notice: a.ui.Notice, Brief: o.purpose.IsBrief() || o.isExpression, NoTrace: o.purpose.LeavesNoTrace(),
		})
	if err != nil {
		return nil, err
	}
	e.Database = connection.Database
	registry := cmp.Or(c.Registry.Database, e.Database)
	s := store.New(connection, store.Options{
		Database: registry, Collection: c.Migrations.Collection, Lease: a.process.Lease,
	})
	engine := a.engine(c, bindings.Options{
		Purpose: o.purpose, Client: connection.Client, Database: e.Database,
		FerretDB: connection.Server.FerretDB, Transactions: connection.Server.Transactions, Alone: connection.Alone,
		Middlewares: a.middlewares(o, e, registry, s.Collections()),
	})
	p := &project{config: c, environment: e, connection: connection, engine: engine}
	p.runner = &runtime.Runner{
		Directory: c.Directory(), Scripts: engine, Registry: s.Registry(), History: s.History(), Locker: s.Locker(),
		Environment: e.Name, Database: e.Database, By: identity(a.process.Getenv), Now: connection.Now,
		Observer: narrator{a.ui}, Ask: a.asker(o.answers), Progress: a.ui.Progress, Quiet: c.Registry.Quiet,
	}
	p.runner.Born, _ = connection.ServerBorn()
	return p, nil
}

// engine hosts the scripts of the project: what they may read is the same for every command.
func (a *app) engine(c *config.Config, o bindings.Options) *bindings.Engine {
	o.Root, o.Private, o.Env, o.EnvNames = c.ScriptRoot(), c.PrivatePaths(), a.scriptEnv(c), a.scriptEnvNames(c)
	return bindings.NewEngine(o)
}

// middlewares are what every operation of a script passes on its way to the server.
func (a *app) middlewares(o opening, e config.Environment, registry string, collections []string) []funnel.Middleware {
	var all []funnel.Middleware
	if o.purpose == runtime.Evaluate {
		all = append(all, a.guardFirstWrite(e))
	}
	switch {
	case o.purpose != runtime.Evaluate:
		all = append(all, funnel.Keep(registry, collections, ""))
	case !o.writesRegistry:
		all = append(all, funnel.Keep(registry, collections, "--write-registry"))
	}
	if a.flags.verbose {
		all = append(all, funnel.Trace(a.trace))
	}
	return all
}

// trace is what --verbose says of an operation.
func (a *app) trace(op *funnel.Operation, took time.Duration, err error) {
	text := fmt.Sprintf("%s  %s", op, ui.Duration(took))
	if err != nil {
		text += "  " + err.Error()
	}
	a.ui.Verbose(text)
}

// closeTime bounds what closing may take once the run itself is over.
const closeTime = 10 * time.Second

// close disconnects, also after an interrupt. An embedded database waits there for other processes that have joined it,
// for as long as ctx lasts.
func (p *project) close(ctx context.Context) error {
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), closeTime)
		defer cancel()
	}
	return p.connection.Close(ctx)
}

// scriptEnv is env(name) of scripts: only what the configuration lists.
func (a *app) scriptEnv(c *config.Config) func(string) (string, error) {
	return func(name string) (string, error) {
		if !c.EnvAllowed(name) {
			return "", fault.New(fault.Script, "",
				"the variable %s is not listed: add it to migrator.yaml (scripts: {env: [%[1]s]})", name)
		}
		value, _ := a.process.Getenv(name)
		return value, nil
	}
}

// scriptEnvNames are the variables that the configuration lists and that are set.
func (a *app) scriptEnvNames(c *config.Config) func() []string {
	return func() []string {
		if a.process.Environ == nil {
			return nil
		}
		var names []string
		for _, variable := range a.process.Environ() {
			if name, _, _ := strings.Cut(variable, "="); c.EnvAllowed(name) {
				names = append(names, name)
			}
		}
		return names
	}
}

// identity is who runs. What the system does not know stays "unknown": it is for people, and decides nothing.
func identity(getenv func(string) (string, bool)) runtime.Identity {
	who := runtime.Identity{User: "unknown", Host: "unknown", PID: os.Getpid(), Version: version().Version}
	if u, err := user.Current(); err == nil {
		who.User = u.Username
	} else if name, ok := getenv("USER"); ok {
		who.User = name
	}
	if host, err := os.Hostname(); err == nil {
		who.Host = host
	}
	return who
}
