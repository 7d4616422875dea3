//go:build !noembedded

package hosted

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/wiremessage"
	"golang.org/x/sync/errgroup"
)

func TestEveryIncrementOfEveryClientAndProcessCounts(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	owner := open(t, uri, Options{})
	joiner := startProcess(t, uri)
	joiner.expect("joiner")
	if _, err := fmt.Fprintln(joiner.in, increment); err != nil {
		t.Fatal(err)
	}
	var clients errgroup.Group
	for range 3 {
		c := open(t, uri, Options{})
		clients.Go(func() error { return incrementAtOnce(t.Context(), c.Client, 100) })
	}
	if err := clients.Wait(); err != nil {
		t.Error(err)
	}
	joiner.expect("inserted " + increment)
	var got struct{ N int }
	if err := owner.Client.Database("app").Collection("counters").FindOne(t.Context(), counter).Decode(&got); err != nil || got.N != 400 {
		t.Errorf("400 increments give %d, %v", got.N, err)
	}
}

// A lease is taken by whoever finds it free. Each spelling of that is raced by 20 clients, several times.
func TestConditionIsPassedByOneOfMany(t *testing.T) {
	t.Parallel()
	free := bson.D{{Key: "_id", Value: "lease"}, {Key: "holder", Value: 0}}
	taken := func(by int) bson.D { return bson.D{{Key: "$set", Value: bson.D{{Key: "holder", Value: by}}}} }
	cases := map[string]func(ctx context.Context, c *mongo.Collection, by int) (won bool, err error){
		"update": func(ctx context.Context, c *mongo.Collection, by int) (bool, error) {
			r, err := c.UpdateOne(ctx, free, taken(by))
			return err == nil && r.ModifiedCount == 1, err
		},
		"findAndModify": func(ctx context.Context, c *mongo.Collection, by int) (bool, error) {
			err := c.FindOneAndUpdate(ctx, free, taken(by)).Err()
			if err == mongo.ErrNoDocuments {
				return false, nil
			}
			return err == nil, err
		},
		"delete": func(ctx context.Context, c *mongo.Collection, by int) (bool, error) {
			r, err := c.DeleteOne(ctx, free)
			return err == nil && r.DeletedCount == 1, err
		},
	}
	for name, take := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uri := "embedded:" + t.TempDir()
			clients := []*connection{open(t, uri, Options{}), open(t, uri, Options{}), open(t, uri, Options{})}
			for round := range 5 {
				leases := fmt.Sprint("leases", round)
				insert(t, clients[0], leases, free)
				var winners atomic.Int32
				var racers errgroup.Group
				for i := range 20 {
					racers.Go(func() error {
						won, err := take(t.Context(), clients[i%3].Client.Database("app").Collection(leases), i+1)
						if won {
							winners.Add(1)
						}
						return err
					})
				}
				if err := racers.Wait(); err != nil || winners.Load() != 1 {
					t.Errorf("round %d: %d have won, %v", round, winners.Load(), err)
				}
			}
		})
	}
}

// FerretDB answers a command whose answer nobody wants all the same. The client would take that for the answer to its
// next command.
func TestWriteThatNobodyWantsAnAnswerTo(t *testing.T) {
	t.Parallel()
	c := open(t, "embedded:"+t.TempDir(), Options{})
	client, err := mongo.Connect(options.Client().SetMaxPoolSize(1).
		ApplyURI("mongodb://" + url.PathEscape(c.share.Socket()) + "/?directConnection=true&w=0"))
	if err != nil {
		t.Fatal(err)
	}
	lines := client.Database("app").Collection("lines")
	for i := range 10 {
		if _, err := lines.InsertOne(t.Context(), bson.D{{Key: "_id", Value: i}}); err != nil {
			t.Fatal(err)
		}
		if n, err := lines.CountDocuments(t.Context(), bson.D{}); n != int64(i+1) || err != nil {
			t.Errorf("%d documents after %d inserts, %v", n, i+1, err)
		}
	}
	if err := client.Disconnect(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMessagesThatAreLargerThanTheBufferPass(t *testing.T) {
	t.Parallel()
	c := open(t, "embedded:"+t.TempDir(), Options{})
	for _, size := range []int{bufferSize - 200, bufferSize, bufferSize + 200, 5 << 20} {
		text := strings.Repeat("x", size)
		insert(t, c, "lines", bson.D{{Key: "_id", Value: size}, {Key: "text", Value: text}})
		var got struct{ Text string }
		err := c.Client.Database("app").Collection("lines").FindOne(t.Context(), bson.D{{Key: "_id", Value: size}}).Decode(&got)
		if err != nil || got.Text != text {
			t.Errorf("%d bytes come back as %d, %v", size, len(got.Text), err)
		}
	}
}

// FerretDB keeps a connection to SQLite for each update of a command, and has 100 of them for a database.
func TestCommandThatHangsStopsOneDatabaseUntilTheOwnerEnds(t *testing.T) {
	t.Parallel()
	c := open(t, "embedded:"+t.TempDir(), Options{})
	var documents []any
	var updates []mongo.WriteModel
	for i := range 100 {
		id := bson.D{{Key: "_id", Value: i}}
		documents = append(documents, id)
		updates = append(updates, mongo.NewUpdateOneModel().SetFilter(id).SetUpdate(bson.D{{Key: "$set", Value: bson.D{{Key: "n", Value: 1}}}}))
	}
	insert(t, c, "lines", documents...)
	limited, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := c.Client.Database("app").Collection("lines").BulkWrite(limited, updates); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("it does not hang: %v", err)
	}
	if _, err := c.Client.Database("other").Collection("elsewhere").InsertOne(t.Context(), bson.D{}); err != nil {
		t.Error(err)
	}
	closeNow(t, c)
}

// The turnstile lets every aggregation pass as a read.
func TestAggregationsOfFerretDBWriteNothing(t *testing.T) {
	t.Parallel()
	c := open(t, "embedded:"+t.TempDir(), Options{})
	insert(t, c, "lines", bson.D{})
	for _, stage := range []bson.D{{{Key: "$out", Value: "copy"}}, {{Key: "$merge", Value: bson.D{{Key: "into", Value: "copy"}}}}} {
		_, err := c.Client.Database("app").Collection("lines").Aggregate(t.Context(), mongo.Pipeline{stage})
		if err == nil || !strings.Contains(err.Error(), "is not implemented yet") {
			t.Errorf("%v is carried out: %v", stage, err)
		}
	}
}

func TestCommandsAreKnownByTheirBeginning(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	cases := map[string]struct {
		message []byte
		want    command
		refused bool
	}{
		"a write":                       {request("update", "users"), command{collection: "users"}, false},
		"another":                       {request("findAndModify", "users"), command{collection: "users"}, false},
		"a read":                        {request("find", "users"), command{reads: true, collection: "users"}, false},
		"a command that nobody knows":   {request("whatever", "users"), command{collection: "users"}, false},
		"one that names no collection":  {request("dropDatabase", 1), command{}, false},
		"one that is spelled otherwise": {request("Find", "users"), command{collection: "users"}, false},
		"a name that is too long":       {request("insert", long)[:headSize], command{}, false},
		"no name of a command":          {request(long, 1)[:headSize], command{}, true},
		"a greeting of the old form":    {make([]byte, headerSize), command{reads: true}, false},
		"documents before the command":  {func() []byte { m := request("insert", "c"); m[sectionAt] = 1; return m }(), command{}, true},
		"a message that is cut off":     {request("insert", "c")[:nameAt-1], command{}, true},
		"no answer wanted":              {func() []byte { m := request("insert", "c"); m[flagsAt] = 2; return m }(), command{collection: "c", unanswered: true}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := commandOf(c.message); got != c.want || (err != nil) != c.refused {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestTurns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		second []byte
		waits  bool
	}{
		"a write to the same collection waits":  {request("delete", "users"), true},
		"a write to another does not":           {request("delete", "lock"), false},
		"a read does not":                       {request("find", "users"), false},
		"a command about the database does not": {request("dropDatabase", 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestTurnstile(t)
			first, second := s.client(), s.client()
			s.send(first, request("update", "users"))
			update := <-s.asked
			// The client of the write that is carried out dies, which ends nothing.
			first.Close()
			s.send(second, c.second)
			if c.waits {
				s.waitForQueue("users", 2)
				close(update)
				close(<-s.asked)
			} else {
				close(<-s.asked)
				close(update)
			}
			s.answered(second)
		})
	}
}

func TestClientThatStopsInTheMiddleOfACommandKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	s := newTestTurnstile(t)
	stopped, other := s.client(), s.client()
	large := request("update", "users", strings.Repeat("x", 2*bufferSize))
	s.send(stopped, large[:len(large)-1])
	s.send(other, request("update", "users"))
	close(<-s.asked)
	s.answered(other)
	s.send(stopped, large[len(large)-1:])
	close(<-s.asked)
	s.answered(stopped)
}

func TestAnswerThatIsWaitedForIsTheLastWhenTheTurnstileCloses(t *testing.T) {
	t.Parallel()
	s := newTestTurnstile(t)
	idle, busy := s.client(), s.client()
	s.send(busy, request("update", "users"))
	update := <-s.asked
	s.close()
	if _, err := idle.Read(make([]byte, 1)); err == nil {
		t.Error("a client that waits for nothing has heard something")
	}
	close(update)
	s.answered(busy)
	s.wait()
}

// testTurnstile is a turnstile before a server that the test plays.
type testTurnstile struct {
	*turnstile
	t      *testing.T
	socket string
	close  context.CancelFunc
	// asked are the commands that the server has got: each is answered when its channel is closed.
	asked chan chan struct{}
}

func newTestTurnstile(t *testing.T) *testTurnstile {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	dir, err := os.MkdirTemp("", "turns") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, server := filepath.Join(dir, "t"), filepath.Join(dir, "s")
	s := &testTurnstile{t: t, socket: socket, close: cancel, asked: make(chan chan struct{}, 10)}
	l, err := net.Listen("unix", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.answer(conn)
		}
	}()
	if s.turnstile, err = openTurnstile(ctx, s.socket, server); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// answer plays the server for one connection.
func (s *testTurnstile) answer(conn net.Conn) {
	defer conn.Close()
	client := newPeer(conn)
	for {
		m, err := client.next()
		if err != nil || client.pass(m, new(bytes.Buffer)) != nil {
			return
		}
		done := make(chan struct{})
		s.asked <- done
		<-done
		if _, err := conn.Write(request("ok", 1)); err != nil {
			return
		}
	}
}

func (s *testTurnstile) client() net.Conn {
	s.t.Helper()
	conn, err := net.Dial("unix", s.socket)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	return conn
}

func (s *testTurnstile) send(client net.Conn, message []byte) {
	s.t.Helper()
	if _, err := client.Write(message); err != nil {
		s.t.Fatal(err)
	}
}

// answered waits for the answer.
func (s *testTurnstile) answered(client net.Conn) {
	s.t.Helper()
	p := newPeer(client)
	m, err := p.next()
	if err == nil {
		err = p.pass(m, new(bytes.Buffer))
	}
	if err != nil {
		s.t.Errorf("there was no answer: %v", err)
	}
}

// waitForQueue waits until so many write to a collection, or wait for it. None of the latter may get to the server.
func (s *testTurnstile) waitForQueue(collection string, n int) {
	s.t.Helper()
	for users := 0; users != n; goruntime.Gosched() {
		s.writes.mu.Lock()
		if q := s.writes.queue[collection]; q != nil {
			users = q.users
		}
		s.writes.mu.Unlock()
		select {
		case done := <-s.asked:
			close(done)
			s.t.Fatal("it has not waited")
		default:
		}
	}
}

// request is a command as a driver sends it.
func request(name string, value any, more ...string) []byte {
	document, err := bson.Marshal(bson.D{{Key: name, Value: value}, {Key: "more", Value: more}})
	if err != nil {
		panic(err)
	}
	start, m := wiremessage.AppendHeaderStart(nil, 1, 0, wiremessage.OpMsg)
	m = wiremessage.AppendMsgFlags(m, 0)
	m = wiremessage.AppendMsgSectionType(m, wiremessage.SingleDocument)
	return bsoncore.UpdateLength(append(m, document...), start, int32(len(m)+len(document)))
}

// BenchmarkTurnstile compares an operation through the turnstile with the same one on FerretDB's own socket, on one
// server.
func BenchmarkTurnstile(b *testing.B) {
	c := open(b, "embedded:"+b.TempDir(), Options{})
	monitor := c.share.Monitor(slog.New(slog.DiscardHandler))
	straight, err := mongo.Connect(options.Client().SetMonitor(monitor).
		ApplyURI("mongodb://" + url.PathEscape(c.share.sockets.inner) + "/?directConnection=true"))
	if err != nil {
		b.Fatal(err)
	}
	defer straight.Disconnect(b.Context())
	insert(b, c, "lines", bson.D{{Key: "_id", Value: "x"}, {Key: "n", Value: 0}})
	id, one := bson.D{{Key: "_id", Value: "x"}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}}}
	for _, way := range []struct {
		name   string
		client *mongo.Client
	}{{"straight", straight}, {"turnstile", c.Client}} {
		db := way.client.Database("app")
		for _, operation := range []struct {
			name string
			do   func() error
		}{
			{"ping", func() error { return db.RunCommand(b.Context(), bson.D{{Key: "ping", Value: 1}}).Err() }},
			{"find", func() error { return db.Collection("lines").FindOne(b.Context(), id).Err() }},
			{"update", func() error { _, err := db.Collection("lines").UpdateOne(b.Context(), id, one); return err }},
			{"insert", func() error { _, err := db.Collection(way.name).InsertOne(b.Context(), bson.D{}); return err }},
		} {
			b.Run(operation.name+"/"+way.name, func(b *testing.B) {
				for b.Loop() {
					if err := operation.do(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
