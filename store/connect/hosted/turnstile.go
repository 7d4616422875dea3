//go:build !noembedded

package hosted

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// turnstile stands before FerretDB, on the socket that clients know, and lets writes to a collection through one at a
// time.
//
// FerretDB reads a document, changes it and writes it back, and does not notice what happens in between: when 400
// clients each add 1, about 30 are counted, and many at once pass a condition such as {expires: {$lt: now}}. Behind
// the turnstile a write begins when the one before it has been answered, whoever sent it: this process, another one
// that has joined, or an application. So an update is atomic, as it is on MongoDB.
//
//   - Writes to collections of different names do not wait for each other. An update of 20,000 documents takes as long
//     as a lease of the lock, and must not keep its heartbeat waiting. And a command that hangs in FerretDB, as one
//     with 100 updates does, stops only those who write to a collection of the same name. What hangs beside these
//     hangs in FerretDB, and would do so without the turnstile. All of it ends with the owner.
//   - Reads are not waited for, and wait for nobody.
//   - A turn begins when the whole command is here. So a client that is slow, or was stopped by Ctrl-Z, keeps nobody
//     waiting.
//   - A turn ends with FerretDB's answer, and not with the client: when a client dies, FerretDB still carries its
//     write out, and the next one must not run into that.
type turnstile struct {
	server  string // FerretDB's socket
	writes  turns
	clients sync.WaitGroup
}

// closingTime is how long a client may take to read the answer that it still waits for when the turnstile closes.
// FerretDB takes no longer than that to end.
const closingTime = 3 * time.Second

// openTurnstile listens on a socket, and passes on to the server's what it hears, until ctx is done.
func openTurnstile(ctx context.Context, socket, server string) (*turnstile, error) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	t := &turnstile{server: server}
	context.AfterFunc(ctx, func() { _ = l.Close() }) // it has no other reason to fail than to be closed already
	t.clients.Go(func() { t.accept(ctx, l) })
	return t, nil
}

// wait waits until the last client is gone, which is soon after the end of the context and of FerretDB.
func (t *turnstile) wait() { t.clients.Wait() }

func (t *turnstile) accept(ctx context.Context, l net.Listener) {
	for {
		client, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // this process has no file descriptors left, for example
			time.Sleep(pollEvery)
			continue
		}
		t.clients.Go(func() { t.serve(ctx, client) })
	}
}

// serve passes on the commands of a client, one after the other, until one of the two sides ends the connection. When
// ctx is done, the answer that the client waits for is the last one.
func (t *turnstile) serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	behind, err := net.Dial("unix", t.server)
	if err != nil {
		return // FerretDB ends, and the client sees that
	}
	defer behind.Close()
	stop := context.AfterFunc(ctx, func() {
		_ = errors.Join(conn.SetReadDeadline(time.Unix(0, 0)), conn.SetWriteDeadline(time.Now().Add(closingTime)))
	})
	defer stop()
	client, server := newPeer(conn), newPeer(behind)
	for err == nil {
		err = t.exchange(client, server)
	}
}

// exchange passes on a command and its answer.
func (t *turnstile) exchange(client, server *peer) error {
	request, err := client.next()
	if err != nil {
		return err
	}
	c, err := commandOf(request.head)
	if err != nil {
		return err
	}
	answer, err := t.ask(c, client, request, server)
	if err != nil {
		return err
	}
	if c.unanswered {
		return server.pass(answer, io.Discard)
	}
	return server.pass(answer, client.conn)
}

// ask passes on a command, and returns when its answer begins, which is when FerretDB has carried it out.
func (t *turnstile) ask(c command, client *peer, request message, server *peer) (answer message, err error) {
	end, err := client.passToEnd(request, server.conn)
	if err != nil {
		return message{}, err
	}
	if !c.reads {
		done := t.writes.take(c.collection)
		defer done()
	}
	if err := client.passEnd(end, server.conn); err != nil {
		return message{}, err
	}
	return server.next()
}
