package hosted

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"migrator/runtime/fault"
)

// mongodLog is the file in the data directory that receives the log of the last mongod that ran there.
const mongodLog = "mongod.log"

// mongod is the mongod program of this machine, as a child of this process.
func mongod() engine {
	return engine{name: "mongod database", start: startMongod}
}

// startMongod starts mongod on the private socket alone: with a socket's path as its only address it opens no port, and
// the socket that it may make beside that one goes into the same private directory.
func startMongod(ctx context.Context, p place, o Options) (running, error) {
	program, err := exec.LookPath("mongod")
	if err != nil {
		return running{}, fault.Wrap(fault.Unreachable, err,
			"install MongoDB Community Server, or use embedded:DIR or the mongodb:// URI of a server instead",
			"there is no mongod on this machine")
	}
	dir, err := filepath.EvalSymlinks(p.data)
	if err != nil {
		return running{}, err
	}
	log, err := os.OpenFile(filepath.Join(dir, mongodLog), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return running{}, err
	}
	defer log.Close()
	cmd := exec.Command(program, "--dbpath", dir, "--bind_ip", p.socket, "--unixSocketPrefix", p.home)
	cmd.Stdout, cmd.Stderr = log, log
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return running{}, err
	}
	c := &child{cmd: cmd, exited: make(chan struct{})}
	go c.wait()
	if err := c.ready(ctx, p, log.Name(), o); err != nil {
		return running{}, errors.Join(err, c.kill())
	}
	return running{pid: cmd.Process.Pid, stop: c.stop}, nil
}

// child is a program that this process has started.
type child struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed when it has ended
	err    error         // how, once exited is closed
}

func (c *child) wait() {
	c.err = c.cmd.Wait()
	close(c.exited)
}

// ready waits until the server answers. It may have to recover from a crash first, so there is no limit but ctx.
func (c *child) ready(ctx context.Context, p place, log string, o Options) error {
	waiting := func() string {
		return "waiting for mongod, which may have to recover its data first; its log is " + log
	}
	return poll(ctx, o.Notice, waiting, func() (bool, error) {
		select {
		case <-c.exited:
			return false, &endedError{err: c.err, log: log}
		default:
			return answers(ctx, p.socket), nil
		}
	})
}

// stop asks the program to end and waits until it has; when ctx is done first, it is killed. A mongod that is killed loses
// nothing that it has acknowledged to its journal.
func (c *child) stop(ctx context.Context) error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return c.kill()
	}
	select {
	case <-c.exited:
		return nil
	case <-ctx.Done():
		return c.kill()
	}
}

func (c *child) kill() error {
	if err := c.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-c.exited
	return nil
}

// endedError is a mongod that has ended before it answered.
type endedError struct {
	err error
	log string // the file
}

var _ fault.Detailer = (*endedError)(nil)

func (e *endedError) Error() string {
	return fmt.Sprintf("mongod ended before it answered (%v); its log is %s", e.err, e.log)
}

func (e *endedError) Unwrap() error { return e.err }

// Detail is the end of the log.
func (e *endedError) Detail() string {
	text, err := os.ReadFile(e.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
