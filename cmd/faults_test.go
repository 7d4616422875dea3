package cmd_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/cmd"
)

// The campaigns of faults (faults_*_test.go) run the real command in processes of its own, against a database in
// another process, and break what can be broken. They are short unless MIGRATOR_TEST_FAULTS=full is set.

// full tells whether the long campaigns were asked for.
func full() bool { return os.Getenv("MIGRATOR_TEST_FAULTS") == "full" }

// ofProcesses skips a test with -short that does its work in other processes: the race detector, which is what -short
// is for here, sees nothing of them, and makes each of them slow to start.
func ofProcesses(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("its work is done in other processes")
	}
}

// leaseVariable shortens the lease of the command under test.
const leaseVariable = "MIGRATOR_TEST_LEASE"

// playMigrator is the command, as the test's own binary plays it.
func playMigrator() {
	os.Exit(cmd.Main(func(p *cmd.Process) {
		if text := os.Getenv(leaseVariable); text != "" {
			lease, err := time.ParseDuration(text)
			if err != nil {
				panic(err)
			}
			p.Lease = lease
		}
	}))
}

// playServer is a database on TCP: its arguments are a directory and an address. It says when it listens, and lives
// until its standard input ends.
func playServer() {
	server, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{TCP: os.Args[2]}, Logger: slog.New(slog.DiscardHandler),
		Handler: "sqlite", SQLiteURL: "file:" + os.Args[1] + "/?_pragma=synchronous(off)",
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // its end is what counts
		cancel()
	}()
	fmt.Println("listening")
	_ = server.Run(ctx) // it always says that it was cancelled
}

// server is a database in a process of its own.
type server struct {
	t    *testing.T
	dir  string
	addr string
	cmd  *exec.Cmd
	in   io.Closer
}

// newServer starts a database with nothing in it.
func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, dir: t.TempDir(), addr: l.Addr().String()}
	l.Close()
	s.start()
	t.Cleanup(func() { s.kill() })
	return s
}

func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command("ferretdb-server", s.dir, s.addr)
	s.cmd.Stderr = os.Stderr
	in, err := s.cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.in = in
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		s.t.Fatalf("the server said %q, and %v", line, err)
	}
}

// kill ends the server as kill -9 does.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may be dead already, which is what is wanted
	_ = s.cmd.Wait()
	s.in.Close()
}

// client is a connection of the test's own, for looking.
func (s *server) client() *mongo.Client {
	s.t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + s.addr))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return client
}

// project is a directory with migrations, and a database on a server.
type project struct {
	t    *testing.T
	dir  string
	db   *mongo.Database
	addr string // of the server
}

func newProject(t *testing.T, s *server, client *mongo.Client, files map[string]string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir(), addr: s.addr, db: client.Database("p_" + bson.NewObjectID().Hex())}
	p.write("migrator.yaml", "registry: {quiet: 1s}\n") // no write of these tests is on its way for longer
	for _, name := range slices.Sorted(maps.Keys(files)) {
		p.write("mongomigrations/"+name, files[name])
	}
	return p
}

func (p *project) write(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		p.t.Fatal(err)
	}
}

// process is a command that runs.
type process struct {
	t        *testing.T
	args     []string
	cmd      *exec.Cmd
	out, err bytes.Buffer
	done     chan struct{}
	begun    time.Time
	ended    time.Time // when it is done
}

// took is how long it ran.
func (r *process) took() time.Duration { return r.ended.Sub(r.begun).Round(time.Millisecond) }

// patience is how long a command may take that has to end. It is far above what any takes, and below what a user waits.
const patience = 90 * time.Second

// command prepares a command on the project, by way of the address, which may be that of a proxy.
func (p *project) command(addr string, args ...string) *process {
	r := &process{t: p.t, args: args, cmd: exec.Command("migrator", args...), done: make(chan struct{})}
	r.cmd.Dir = p.dir
	r.cmd.Env = append(
		os.Environ(), "NO_COLOR=1", "HOME="+p.dir, "MIGRATOR_URI=mongodb://"+addr+"/", "MIGRATOR_DATABASE="+p.db.Name(),
	)
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.err
	return r
}

// env adds variables to its environment, and URI options to its connection string.
func (r *process) env(variables ...string) *process {
	r.cmd.Env = append(r.cmd.Env, variables...)
	return r
}

func (r *process) start() *process {
	r.t.Helper()
	r.begun = time.Now()
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = r.cmd.Process.Kill() }) // one that is stopped would hold the end of a failed test up
	go func() {
		_ = r.cmd.Wait() // the state of the process tells
		r.ended = time.Now()
		close(r.done)
	}()
	return r
}

// wait waits for its end and returns the exit code, -1 after a signal. A command that hangs fails the test.
func (r *process) wait() int {
	r.t.Helper()
	select {
	case <-r.done:
	case <-time.After(patience):
		_ = r.cmd.Process.Signal(syscall.SIGQUIT)
		<-r.done
		r.t.Fatalf("`migrator %s` hangs:\n%s%s", strings.Join(r.args, " "), &r.out, &r.err)
	}
	return r.cmd.ProcessState.ExitCode()
}

// text is all that it has said.
func (r *process) text() string { return r.out.String() + r.err.String() }

// must runs a command that has to end with a code.
func (p *project) must(code int, args ...string) string {
	p.t.Helper()
	r := p.command(p.addr, args...).start()
	if got := r.wait(); got != code {
		p.t.Fatalf("`migrator %s` ended with %d, want %d:\n%s", strings.Join(args, " "), got, code, r.text())
	}
	return r.text()
}

// state is what the registry says of a migration; "" where it is pending.
func (p *project) state(name string) string {
	p.t.Helper()
	var d struct{ State string }
	err := p.db.Collection("migrations").FindOne(p.t.Context(), bson.D{{Key: "_id", Value: name}}).Decode(&d)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		p.t.Fatal(err)
	}
	if d.State == "pending" {
		return ""
	}
	return d.State
}

// documents are those of a collection, by their _id.
func (p *project) documents(collection string) []bson.Raw {
	p.t.Helper()
	cursor, err := p.db.Collection(collection).Find(
		p.t.Context(), bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}),
	)
	if err != nil {
		p.t.Fatal(err)
	}
	var all []bson.Raw
	if err := cursor.All(p.t.Context(), &all); err != nil {
		p.t.Fatal(err)
	}
	return all
}

// locked tells whether a runner holds the lock, by its documents.
func (p *project) locked() bool {
	all := p.documents("migrations_lock")
	return len(all) > 0 && !all[len(all)-1].Lookup("released").Boolean()
}

// await waits until a collection has so many documents.
func (p *project) await(collection string, n int) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); len(p.documents(collection)) < n; {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s never had %d documents", collection, n)
		}
	}
}
