package bindings

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
	"migrator/bindings/funnel/driver"
	"migrator/runtime"
	"migrator/runtime/script"
)

// Options are what an Engine needs.
type Options struct {
	// Client and Database are what `db` speaks to.
	Client   *mongo.Client
	Database string
	// Root is the project's root, absolute: scripts may import files below it and no others.
	Root string
	// Private are what scripts must not read although it is below Root, see script.Options.
	Private []string
	// Purpose is what scripts are called for. The zero value lets them read and not write.
	Purpose runtime.Purpose
	// FerretDB is true if the server is FerretDB: operations that it would get wrong are then refused.
	FerretDB bool
	// Transactions is true if the server has transactions.
	Transactions bool
	// Alone reports whether nobody but this process writes to a FerretDB server; nil where that is not known.
	Alone func() bool
	// Middlewares are put into the funnel of every script, the first outermost, behind the counting of operations and
	// before the checks that belong to the server.
	Middlewares []funnel.Middleware
	// Env answers the script's env(name); nil refuses every name.
	Env func(name string) (string, error)
	// Loading bounds the evaluation of a file's top level; 0 is half a minute.
	Loading time.Duration
	// EnvNames lists the variables that Env gives and that are set. If nil, scripts see no names.
	EnvNames func() []string
}

// Engine makes migrations callable: it hosts them with the `db` of this package. It is safe for use by several
// goroutines; each script runs in an interpreter of its own.
type Engine struct {
	options Options
	host    *script.Host
	tables  *tables
	boot    func() (programs, error)
	// last carries operations out, behind all that looks at them.
	last funnel.Doer
}

var _ runtime.Scripts = (*Engine)(nil)

// NewEngine makes an Engine. It asks the server nothing.
func NewEngine(o Options) *Engine {
	e := &Engine{
		options: o,
		tables:  newTables(),
		last:    driver.New(o.Client),
		boot:    sync.OnceValues(compilePrograms),
	}
	e.host = script.NewHost(script.Options{
		Root:     o.Root,
		Private:  o.Private,
		Modules:  modules(),
		Show:     func(vm *script.VM, v goja.Value) string { return scopeOf(vm).show(v) },
		Env:      o.Env,
		EnvNames: o.EnvNames,
	})
	return e
}

// Load compiles a migration, see runtime.Scripts.
func (e *Engine) Load(ctx context.Context, m runtime.Migration) (runtime.Script, error) {
	unit, err := e.host.Load(ctx, m.Path)
	if err != nil {
		return nil, err
	}
	return &migration{engine: e, unit: unit}, nil
}

// Restore compiles stored source, see runtime.Scripts.
func (e *Engine) Restore(ctx context.Context, m runtime.Migration, b runtime.Bundle) (runtime.Script, error) {
	unit, err := e.host.Restore(ctx, b.Files)
	if err != nil {
		return nil, err
	}
	return &migration{engine: e, unit: unit}, nil
}

// setUp puts the bindings into a new interpreter. It carries the scope that is returned, see scopeOf.
func (e *Engine) setUp(vm *script.VM, call runtime.Call) (*scope, error) {
	program, err := e.boot()
	if err != nil {
		return nil, err
	}
	s := newScope(e, vm, call)
	if err := s.start(program); err != nil {
		return nil, err
	}
	if err := s.installGlobals(); err != nil {
		return nil, fmt.Errorf("install the globals: %w", err)
	}
	return s, nil
}

// scopeOf is what belongs to an interpreter that has been set up.
func scopeOf(vm *script.VM) *scope { return vm.Own().(*scope) }
