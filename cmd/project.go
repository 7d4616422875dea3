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
	locker      runtime.Locker
	history     runtime.History
}

// configure reads the configuration and chooses the environment. It connects to nothing.
func (a *app) configure() (*config.Config, config.Environment, error) {
	c, err := config.Load(a.process.Dir, a.process.Getenv, a.flags.Flags)
	if err != nil {
		return nil, config.Environment{}, err
	}
	environment, err := c.Select()
	return c, environment, err
}

// opening is how a command works with a project.
type opening struct {
	// brief promises that the command is done within moments, whatever the database holds.
	brief       bool
	middlewares []bindings.Middleware
	// runs says that migrations are called, which must leave the registry alone.
	runs bool
	// dryRun keeps the command from leaving any trace.
	dryRun bool
	// looks says that the command only looks: it makes no data directory where there is none.
	looks bool
	// answers are those given beforehand to questions of scripts; nil: none.
	answers *answers
}

func (o opening) purpose() runtime.Purpose {
	switch {
	case o.looks:
		return runtime.Look
	case o.dryRun:
		return runtime.Simulate
	case o.runs:
		return runtime.Run
	case o.brief && o.middlewares == nil:
		return runtime.Register
	}
	return runtime.Evaluate
}

// looking is how a command works that only looks.
func looking() opening { return opening{brief: true, looks: true} }

// with opens the project, calls f, and closes it again.
func (a *app) with(ctx context.Context, o opening, f func(*project) (document, error)) (document, error) {
	c, environment, err := a.configure()
	if err != nil {
		return nil, err
	}
	return a.within(ctx, c, environment, o, f)
}

// within is with for an environment that has been chosen.
func (a *app) within(ctx context.Context, c *config.Config, environment config.Environment, o opening, f func(*project) (document, error)) (document, error) {
	p, err := a.open(ctx, c, environment, o)
	if err != nil {
		return nil, err
	}
	doc, err := f(p)
	if err == nil {
		o.answers.warn(a.ui)
	}
	return doc, errors.Join(err, p.close(ctx))
}

// runIn opens the project and calls f, which runs or registers migrations. The document tells what was done, and it has
// that form also when nothing was; nothing is what to say then, if that is all right.
func (a *app) runIn(ctx context.Context, o opening, nothing string, f func(*project) (runtime.Outcome, error)) (document, error) {
	begun := time.Now()
	d := &outcome{Results: []result{}, DryRun: o.dryRun}
	_, err := a.with(ctx, o, func(p *project) (document, error) {
		done, err := f(p)
		d = newOutcome(p, done, begun, nothing)
		d.DryRun = o.dryRun
		return nil, err
	})
	return d, err
}

// open connects to the environment and wires everything that a command works with.
func (a *app) open(ctx context.Context, c *config.Config, environment config.Environment, o opening) (*project, error) {
	connection, err := connect.Open(ctx,
		connect.Target{URI: environment.URI, Database: environment.Database, Base: c.Root, AppName: "migrator"},
		connect.Options{Notice: a.ui.Notice, Brief: o.brief, NoTrace: o.dryRun || o.looks})
	if err != nil {
		return nil, err
	}
	registry := cmp.Or(c.Registry.Database, connection.Database)
	s := store.New(connection, store.Options{Database: registry, Collection: c.Migrations.Collection, Lease: a.process.Lease})
	middlewares := o.middlewares
	if o.runs {
		middlewares = append(middlewares, bindings.Keep(registry, s.Collections(), ""))
	}
	if a.flags.verbose {
		middlewares = append(middlewares, bindings.Trace(a.trace))
	}
	engine := bindings.NewEngine(bindings.Options{
		Purpose: o.purpose(), Client: connection.Client, Database: connection.Database, Root: c.ScriptRoot(), Private: c.PrivatePaths(), FerretDB: connection.Server.FerretDB,
		Env: a.scriptEnv(c), EnvNames: a.scriptEnvNames(c), Middlewares: middlewares,
	})
	environment.Database = connection.Database
	p := &project{config: c, environment: environment, connection: connection, engine: engine, locker: s.Locker(), history: s.History()}
	p.runner = &runtime.Runner{
		Directory: c.Directory(), Scripts: engine, Registry: s.Registry(), History: p.history, Locker: p.locker, Observer: narrator{a.ui},
		Environment: environment.Name, Database: connection.Database, By: identity(a.process.Getenv), Now: connection.Now,
		Ask: a.asker(o.answers), Progress: a.ui.Progress,
	}
	return p, nil
}

// trace is what --verbose says of an operation.
func (a *app) trace(op *bindings.Operation, took time.Duration, err error) {
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

// envelope is the beginning of the JSON documents that speak of this project.
func (p *project) envelope() envelope {
	return envelope{Environment: p.environment.Name, Database: p.environment.Database}
}

// scriptEnv is env(name) of scripts: only what the configuration lists.
func (a *app) scriptEnv(c *config.Config) func(string) (string, error) {
	return func(name string) (string, error) {
		if !c.EnvAllowed(name) {
			return "", fault.New(fault.Script, "", "the variable %s is not listed: add it to migrator.yaml (scripts: {env: [%s]})", name, name)
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

// identity tells who runs. What the system does not tell stays "unknown": it is for people, and decides nothing.
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
