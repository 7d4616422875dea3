package connect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"migrator/runtime/fault"
	"migrator/store/connect/address"
	"migrator/store/connect/hosted"
)

// greetingLimit is how long Open waits for the first answer when the connection string sets no limit of its own. The
// driver's 30 seconds are meant for a server that a program cannot do without; a person at a terminal wants to know.
const greetingLimit = 5 * time.Second

// ownLimits is in place of greetingLimit where the connection string sets limits, which end it long before. The longest
// time that there is would not do: the driver adds to it, and an overflow is a time that has run out.
const ownLimits = 24 * time.Hour

// silenceLimit is how long the driver waits for a handshake, and for each answer to the question that it asks every
// server regularly whether it is there. After two that had no answer, it ends the operations that wait for that
// server: this is what bounds an operation of a script, since one that is answered late, such as the building of an
// index, may take hours.
const silenceLimit = 10 * time.Second

// farewellLimit bounds the last words to a server, which lose nothing when they are not heard.
const farewellLimit = 5 * time.Second

// Options adjust Open. The zero value is good.
type Options struct {
	// Logger receives what only a developer wants to know; nil drops it.
	Logger *slog.Logger
	// Notice is called with what the user should know while something takes long; nil drops it.
	Notice func(string)
	// Brief promises that the connection is closed within moments. Where this process has to run the server itself,
	// others then wait for it to end in place of joining, so that a long run never hangs on a short look at the
	// status.
	Brief bool
	// NoTrace keeps a data directory from coming into being: where there is none, an empty one elsewhere stands in for
	// it and is removed at the end.
	NoTrace bool
	// Monitor sees every command of both clients; nil sees none.
	Monitor *event.CommandMonitor

	greeting time.Duration // how long the first answer may take; 0 is greetingLimit
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	if o.greeting == 0 {
		o.greeting = greetingLimit
	}
	return o
}

// Connection is an open connection to a database.
type Connection struct {
	// Client is for the data: what scripts read and write goes through it, as the connection string says.
	Client *mongo.Client
	// Store is for what migrator records: see storeOptions.
	Store    *mongo.Client
	Database string
	Server   Server

	clock clock
	share *hosted.Share // nil for a server that somebody else runs

	closing sync.Once
	closed  error
}

// Open connects to a database, starting its server if it is ours to start, and waits for its first answer.
//
// A mistake in the target is an error with code fault.Usage. A server that does not answer, refuses us, or cannot be
// started is one with code fault.Unreachable; it comes after five seconds, unless the connection string sets
// serverSelectionTimeoutMS or connectTimeoutMS. What is opened must be closed.
func Open(ctx context.Context, t Target, o Options) (*Connection, error) {
	o = o.withDefaults()
	name, err := t.database()
	if err != nil {
		return nil, err
	}
	switch address.SchemeOf(t.URI) {
	case address.MongoDB, address.MongoDBSRV:
		return openRemote(ctx, t, name, o)
	case address.Embedded, address.Mongod:
		return openHosted(ctx, t, name, o)
	default:
		return nil, fault.New(fault.Usage,
			"an address is mongodb://HOST/…, mongodb+srv://HOST/…, embedded:DIR or mongod:DIR",
			"migrator does not know the kind of the address %q", address.Mask(t.URI))
	}
}

// openRemote connects to a server that a MongoDB URI names.
func openRemote(ctx context.Context, t Target, name string, o Options) (*Connection, error) {
	data, err := parse(ctx, t.URI)
	if err != nil {
		return nil, err
	}
	limit := o.greeting
	if data.ServerSelectionTimeout != nil || data.ConnectTimeout != nil {
		limit = ownLimits
	}
	if data.ConnectTimeout == nil {
		data.SetConnectTimeout(silenceLimit)
	}
	if data.AppName == nil {
		data.SetAppName(t.AppName)
	}
	data.SetMonitor(o.Monitor)
	c := &Connection{Database: name, Server: Server{Host: strings.Join(address.Hosts(t.URI), ", ")}}
	if err := c.greet(ctx, data, storeOptions(data), limit); err != nil {
		return nil, err
	}
	if !data.WriteConcern.Acknowledged() {
		o.Notice("the connection string says w=0: the server does not say whether it has carried out " +
			"what scripts write; what migrator records is acknowledged all the same")
	}
	return c, nil
}

// parse reads a MongoDB URI. For mongodb+srv that means to ask the DNS, which cannot be interrupted: when ctx is done
// first, the question is left to come to its own end.
func parse(ctx context.Context, uri string) (*options.ClientOptions, error) {
	parsed := make(chan *options.ClientOptions, 1)
	go func() { parsed <- options.Client().ApplyURI(uri) }()
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case client := <-parsed:
		err := client.Validate()
		if err == nil {
			return client, nil
		}
		if e := Explain(err); fault.CodeOf(e) == fault.Unreachable {
			return nil, e
		}
		return nil, invalidURI(uri, err)
	}
}

// invalidURI reports a URI that cannot be understood.
func invalidURI(uri string, err error) error {
	text := err.Error()
	if address.QuotesSecret(text, uri) {
		return fault.New(fault.Usage,
			"in the user and the password, the characters : / ? # [ ] @ % must be percent-encoded",
			"the connection string %s is not valid", address.Mask(uri))
	}
	return fault.Wrap(fault.Usage, errors.New(address.MaskText(text)), "",
		"the connection string %s is not valid", address.Mask(uri))
}

// openHosted connects to a server that this process starts, or that another migrator process has started.
func openHosted(ctx context.Context, t Target, name string, o Options) (*Connection, error) {
	dir, err := address.Directory(t.URI, t.Base)
	if err != nil {
		return nil, err
	}
	scheme := address.SchemeOf(t.URI)
	share, err := hosted.Join(ctx, scheme, dir, hosted.Options{
		Logger: o.Logger, Notice: o.Notice, Brief: o.Brief, NoTrace: o.NoTrace,
	})
	if err != nil {
		return nil, err
	}
	c := &Connection{Database: name, Server: Server{Embedded: scheme == address.Embedded, Host: t.URI}, share: share}
	data := options.Client().
		ApplyURI("mongodb://" + url.PathEscape(share.Socket()) + "/?directConnection=true").
		SetServerSelectionTimeout(o.greeting).
		SetAppName(t.AppName).
		SetMonitor(both(share.Monitor(o.Logger), o.Monitor))
	// A server that has gone does not come back on this socket, so the store need not wait for it any longer.
	own := storeOptions(data).SetServerSelectionTimeout(o.greeting)
	if err := c.greet(ctx, data, own, o.greeting); err != nil {
		return nil, errors.Join(err, share.Leave(ctx))
	}
	return c, nil
}

// greet makes the clients and exchanges the first words with the server, within a limit. Each client asks one question,
// both at the same time, so that the second handshake costs no time.
func (c *Connection) greet(ctx context.Context, data, own *options.ClientOptions, limit time.Duration) (err error) {
	if c.Client, err = mongo.Connect(data); err != nil {
		return Explain(err)
	}
	if c.Store, err = mongo.Connect(own); err != nil {
		return errors.Join(Explain(err), c.Client.Disconnect(ctx))
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	questions, asking := errgroup.WithContext(limited)
	var g greeting
	var b build
	questions.Go(func() (err error) {
		g, err = c.clock.read(asking, c.Store)
		return err
	})
	questions.Go(func() (err error) {
		b, err = buildInfo(asking, c.Client)
		return err
	})
	if err := questions.Wait(); err != nil {
		// The first failure is the one to tell; a client without a server has nothing to lose at its end.
		_ = c.disconnect(context.WithoutCancel(ctx))
		return c.unanswered(ctx, err)
	}
	c.Server.identify(g, b)
	return nil
}

func (c *Connection) disconnect(ctx context.Context) error {
	return errors.Join(c.Client.Disconnect(ctx), c.Store.Disconnect(ctx))
}

// unanswered explains why the first words with the server have failed with err.
func (c *Connection) unanswered(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("connect to %s: %w", c.Server.Host, context.Cause(ctx))
	}
	m, ok := meaning(err, c.Server.Host)
	if !ok || m.Code != fault.Unreachable {
		m = fault.Broken(c.Server.Host, err)
	}
	return told(m, err)
}

// ServerBorn is when this process started the server itself; ok is false when it did not. Everybody who had reached the
// data before is cut off from it since, so a lease that is stored there from an earlier time belongs to nobody.
func (c *Connection) ServerBorn() (at time.Time, ok bool) {
	if c.share == nil {
		return time.Time{}, false
	}
	return c.share.Born()
}

// Alone reports whether the server is one that this process runs, and no other process has ever joined it.
func (c *Connection) Alone() bool { return c.share != nil && c.share.Alone() }

// Close ends the connection. The process that runs an embedded server first waits for the others that have joined it,
// telling the user, until ctx is done; then the server is stopped. ctx should therefore not be one that has been
// cancelled by the interrupt that ends the run, and a process that has several connections to one directory should
// close them in the reverse order of opening. Closing again does nothing and returns the same.
func (c *Connection) Close(ctx context.Context) error {
	c.closing.Do(func() {
		farewell, cancel := context.WithTimeout(ctx, farewellLimit)
		defer cancel()
		err := c.disconnect(farewell)
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			err = nil // a server that does not answer any more has been left all the same
		}
		if c.share != nil {
			err = errors.Join(err, c.share.Leave(ctx))
		}
		c.closed = err
	})
	return c.closed
}
