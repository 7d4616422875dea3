package connect

import (
	"context"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// clockAge is how long one reading of the server's clock is carried on with our own. It is shorter than the beat of a
// lease, so that a server's clock that was set is noticed before the next lease is judged or renewed by it.
const clockAge = 2 * time.Second

// clockSkip is the difference between our wall clock and our monotonic clock from which one of them cannot be trusted:
// somebody has set the time, or the machine has slept, during which the monotonic clock stands still.
const clockSkip = 500 * time.Millisecond

// clock is the server's clock, read once and carried on with ours.
type clock struct {
	mu     sync.Mutex
	server time.Time // what the server said
	local  time.Time // when it said so, by our monotonic clock
	wall   time.Time // the same by our wall clock
}

// set takes a reading that the server gave between the local times before and after.
func (c *clock) set(server, before, after time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server, c.local = server, before.Add(after.Sub(before)/2)
	c.wall = c.local.Round(0)
}

// at is the server's time at the local time now; ok is false when there is no reading that can be trusted.
func (c *clock) at(now time.Time) (t time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server.IsZero() {
		return time.Time{}, false
	}
	passed := now.Sub(c.local)
	wall := now.Round(0).Sub(c.wall)
	if passed > clockAge || (wall-passed).Abs() > clockSkip {
		return time.Time{}, false
	}
	return c.server.Add(passed), true
}

// about is the server's time by the last reading, however old that is.
func (c *clock) about(now time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server.Add(now.Sub(c.local))
}

// read asks the server for its time.
func (c *clock) read(ctx context.Context, client *mongo.Client) (greeting, error) {
	before := time.Now()
	g, err := hello(ctx, client)
	if err == nil {
		c.set(g.LocalTime, before, time.Now())
	}
	return g, err
}

// ServerTime is the time by the server's clock, the only one that all runners share. It asks the server now and then: in
// between, the time that has passed here is added to its last answer.
func (c *Connection) ServerTime(ctx context.Context) (time.Time, error) {
	if t, ok := c.clock.at(time.Now()); ok {
		return t, nil
	}
	g, err := c.clock.read(ctx, c.Store)
	if err != nil {
		return time.Time{}, Explain(err)
	}
	return g.LocalTime, nil
}

// Now is the time by the server's clock for what people read, records and events: it asks nothing, and may be off by
// what the two clocks have drifted apart since the last reading, which Open took.
func (c *Connection) Now() time.Time { return c.clock.about(time.Now()).UTC() }
