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
func startMongod(ctx context.Context, d socketDir, o Options) (running, error) {
	program, err := exec.LookPath("mongod")
	if err != nil {
		return running{}, fault.Wrap(fault.Unreachable, err,
			"install MongoDB Community Server, or use embedded:DIR or the mongodb:// URI of a server instead",
			"there is no mongod on this machine")
	}
	dir, err := filepath.EvalSymlinks(d.data)
	if err != nil {
		return running{}, err
	}
	log, err := os.OpenFile(filepath.Join(dir, mongodLog), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return running{}, err
	}
	defer log.Close()
	cmd := exec.Command(program, "--dbpath", dir, "--bind_ip", d.socket, "--unixSocketPrefix", d.home)
	cmd.Stdout, cmd.Stderr = log, log
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return running{}, err
	}
	c := &child{cmd: cmd, exited: make(chan struct{})}
	go c.wait()
	if err := c.ready(ctx, d, log.Name(), o); err != nil {
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
func (c *child) ready(ctx context.Context, d socketDir, log string, o Options) error {
	waiting := func() string {
		return "waiting for mongod, which may have to recover its data first; its log is " + log
	}
	return poll(ctx, o.Notice, waiting, func() (bool, error) {
		select {
		case <-c.exited:
			return false, endedEarly(c.err, log)
		default:
			return answers(ctx, d.socket), nil
		}
	})
}

// stop asks the program to end and waits until it has; when ctx is done first, it is killed. A mongod that is killed
// loses nothing that it has acknowledged to its journal.
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

// lastWords is how much of a log is shown, in lines.
const lastWords = 5

// endedEarly is the error of a mongod that has ended before it answered, with the end of its log in the details.
func endedEarly(cause error, log string) error {
	err := fmt.Errorf("mongod ended before it answered (%v); its log is %s", cause, log)
	text, unread := os.ReadFile(log)
	if unread != nil {
		return fault.WithDetails(err, unread.Error())
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return fault.WithDetails(err, lines[max(0, len(lines)-lastWords):]...)
}
