package hosted

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"migrator/store/connect/address"
)

// The test binary plays two other parts: that of a second migrator process, which opens a database and does as it is
// told on its standard input, and that of a mongod.
const partVariable = "HOSTED_TEST_URI"

func TestMain(m *testing.M) {
	switch uri := os.Getenv(partVariable); {
	case filepath.Base(os.Args[0]) == "mongod":
		os.Exit(playMongod(os.Args[1:]))
	case uri != "":
		os.Exit(playProcess(uri, os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// increment is the line at which a process adds 1 to the counter, a hundred times at once.
const increment = "increment"

// playProcess opens a database, says which part it has got, inserts a document for each line that it reads (or does
// what the line says), and closes the database at the end of its input.
func playProcess(uri string, in io.Reader, out io.Writer) int {
	ctx := context.Background()
	c, err := dial(ctx, uri, Options{Notice: func(text string) { fmt.Fprintln(out, "notice", text) }})
	if err != nil {
		fmt.Fprintln(out, "error", err)
		return 1
	}
	fmt.Fprintln(out, part(c))
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var err error
		if lines.Text() == increment {
			err = incrementAtOnce(ctx, c.Client, 100)
		} else {
			_, err = c.Client.Database("app").Collection("lines").InsertOne(ctx, bson.D{{Key: "text", Value: lines.Text()}})
		}
		if err != nil {
			fmt.Fprintln(out, "error", err)
			continue
		}
		fmt.Fprintln(out, "inserted", lines.Text())
	}
	if err := c.Close(ctx); err != nil {
		fmt.Fprintln(out, "error", err)
		return 1
	}
	fmt.Fprintln(out, "closed")
	return 0
}

// counter is the document that everybody increments.
var counter = bson.D{{Key: "_id", Value: "counter"}}

// incrementAtOnce adds 1 to the counter n times, all at once.
func incrementAtOnce(ctx context.Context, client *mongo.Client, n int) error {
	var all errgroup.Group
	for range n {
		all.Go(func() error {
			one := bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}}}
			_, err := client.Database("app").Collection("counters").UpdateOne(ctx, counter, one, options.UpdateOne().SetUpsert(true))
			return err
		})
	}
	return all.Wait()
}

// connection is a share with a client of its server, as package connect makes one.
type connection struct {
	Client  *mongo.Client
	share   *Share
	closing sync.Once
}

// dial joins the server of an embedded: or mongod: address, and connects to it.
func dial(ctx context.Context, uri string, o Options) (*connection, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	dir, err := address.Directory(uri, "")
	if err != nil {
		return nil, err
	}
	share, err := Join(ctx, address.SchemeOf(uri), dir, o)
	if err != nil {
		return nil, err
	}
	client, err := clientOf(ctx, share, share.Monitor(o.Logger))
	if err != nil {
		return nil, errors.Join(err, share.Leave(ctx))
	}
	return &connection{Client: client, share: share}, nil
}

// clientOf makes a client of a share's server, with a monitor on its commands.
func clientOf(ctx context.Context, s *Share, monitor *event.CommandMonitor) (*mongo.Client, error) {
	client, err := mongo.Connect(options.Client().
		ApplyURI("mongodb://" + url.PathEscape(s.Socket()) + "/?directConnection=true").
		SetMonitor(monitor))
	if err != nil {
		return nil, err
	}
	return client, client.Ping(ctx, nil)
}

// Close ends the connection and the share; again, it does nothing.
func (c *connection) Close(ctx context.Context) (err error) {
	c.closing.Do(func() {
		err = errors.Join(c.Client.Disconnect(context.WithoutCancel(ctx)), c.share.Leave(ctx))
	})
	return err
}

// part is the part that a connection has in its data directory.
func part(c *connection) string {
	if _, ok := c.share.Born(); ok {
		return "owner"
	}
	return "joiner"
}

// process is a second migrator process.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// startProcess starts a process that opens a database. It is told to close it when the test ends.
func startProcess(t *testing.T, uri string, env ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), partVariable+"="+uri), env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, in: in, out: bufio.NewScanner(out)}
	t.Cleanup(p.end)
	return p
}

// end lets the process close its database and waits for its end, but not for long.
func (p *process) end() {
	// What fails here fails because the process has ended already, which is what is wanted.
	_ = p.in.Close()
	stuck := time.AfterFunc(10*time.Second, p.kill)
	defer stuck.Stop()
	_ = p.cmd.Wait()
}

// kill ends the process as kill -9 does, and waits for its end.
func (p *process) kill() {
	// Both fail when it has ended already, which is what is wanted.
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// line is the next line that the process prints, or "end".
func (p *process) line() string {
	if !p.out.Scan() {
		return "end"
	}
	return p.out.Text()
}

// answer is the next line that is not a notice: how many of these there are depends on how busy the machine is.
func (p *process) answer() string {
	line := p.line()
	for strings.HasPrefix(line, "notice ") {
		line = p.line()
	}
	return line
}

// expect fails the test unless the next line begins so. Notices are left out, unless one is expected.
func (p *process) expect(prefix string) string {
	p.t.Helper()
	next := p.answer
	if strings.HasPrefix(prefix, "notice ") {
		next = p.line
	}
	line := next()
	if !strings.HasPrefix(line, prefix) {
		p.t.Fatalf("the process printed %q, want %q", line, prefix)
	}
	return line
}

// insert has the process insert a document, and waits until the server has acknowledged it.
func (p *process) insert(text string) {
	p.t.Helper()
	if _, err := fmt.Fprintln(p.in, text); err != nil {
		p.t.Fatal(err)
	}
	p.expect("inserted " + text)
}

// finish tells the process to close the database. It may have to wait, see line.
func (p *process) finish() {
	p.t.Helper()
	if err := p.in.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// open is dial for a test, which closes the connection when it ends, or before by closeNow.
func open(t testing.TB, uri string, o Options) *connection {
	t.Helper()
	c, err := dial(t.Context(), uri, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNow(t, c) })
	return c
}

func closeNow(t testing.TB, c *connection) {
	t.Helper()
	if err := c.Close(context.Background()); err != nil {
		t.Errorf("close: %v", err)
	}
}

// texts lists what the processes have inserted, in the order of insertion.
func texts(t testing.TB, c *connection) []string {
	t.Helper()
	var documents []struct{ Text string }
	cursor, err := c.Client.Database("app").Collection("lines").Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	if err := cursor.All(t.Context(), &documents); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range documents {
		all = append(all, d.Text)
	}
	return all
}
