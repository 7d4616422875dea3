package cmd

import (
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"time"

	"migrator/runtime/fault"
)

// Process is what a run may know of the process that it is: nothing else of this package asks the operating system.
type Process struct {
	Args   []string // without the program's name
	Getenv func(string) (string, bool)
	// Environ lists all variables as NAME=VALUE. nil lists nothing.
	Environ func() []string
	Dir     string // the working directory
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	// Lease is how long the lock outlives a runner that dies; 0 is store.DefaultLease. Only tests shorten it.
	Lease time.Duration
}

// Main runs the program on the process's own arguments, with adjustments if there are any, and returns its exit code.
func Main(adjust ...func(*Process)) int {
	ctx, stop := interruptible()
	defer stop()
	dir, err := os.Getwd()
	p := Process{
		Args: hidden(os.Args[1:]), Getenv: os.LookupEnv, Environ: os.Environ, Dir: dir,
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
	}
	for _, f := range adjust {
		f(&p)
	}
	if err != nil {
		err = fault.Wrap(fault.Failed, err, "go to a directory that exists", "find the working directory")
		return newApp(p).refuse(err)
	}
	return Run(ctx, p)
}

// interruptible is a context that the first SIGINT, SIGTERM or SIGHUP ends, so that the run stops at its next operation
// and records where it stands. The second one leaves at once. A reader that has gone away (`migrator execute | head`)
// is no reason to stop in the middle of a migration, so SIGPIPE is ignored.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		s, ok := <-signals
		if !ok {
			return
		}
		cancel(fault.New(fault.Interrupted, "", "stopped by a signal (%s)", s))
		if _, ok := <-signals; ok {
			os.Exit(int(fault.Interrupted))
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

// Run runs one command line and returns its exit code.
func Run(ctx context.Context, p Process) int {
	a := newApp(p)
	root := newRoot(a)
	root.SetArgs(joinLast(p.Args))
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	if err := root.ExecuteContext(ctx); err != nil {
		// An action reports its own failure, so this one is of the command line itself.
		return a.refuse(fault.Wrap(fault.Usage, err, "type `migrator help` for what there is", ""))
	}
	return int(a.code)
}

// refuse reports why no command was run, and returns the exit code. The command line may not have been read to its end:
// it is answered in JSON all the same when that was asked for.
func (a *app) refuse(err error) int {
	if value, set := a.process.Getenv("MIGRATOR_JSON"); set {
		a.flags.json, _ = strconv.ParseBool(value) // what is neither true nor false is reported by a command that runs
	}
	a.flags.json = a.flags.json || slices.Contains(a.process.Args, "--json")
	a.ui = a.newUI()
	a.report(nil, err)
	return int(a.code)
}
