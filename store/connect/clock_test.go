package connect

import (
	"testing"
	"time"
)

func TestClockCarriesTheServersTimeOn(t *testing.T) {
	t.Parallel()
	now := time.Now()
	server := now.Round(0).Add(-3 * time.Hour) // a server whose clock is three hours slow
	var c clock
	if _, ok := c.at(now); ok {
		t.Error("a clock that was never read tells the time")
	}
	c.set(server, now.Add(-10*time.Millisecond), now.Add(10*time.Millisecond))
	got, ok := c.at(now.Add(clockAge / 2))
	if !ok || !got.Equal(server.Add(clockAge/2)) {
		t.Errorf("the time a little later is %v, %v, want %v", got, ok, server.Add(clockAge/2))
	}
	if _, ok := c.at(now.Add(clockAge + time.Second)); ok {
		t.Error("an old reading is still used")
	}
}

func TestClockIsNotTrustedWhenOursHasBeenSetOrTheMachineHasSlept(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{-time.Hour, -time.Second, time.Second, time.Hour} {
		var c clock
		now := time.Now()
		c.set(now, now, now)
		c.wall = c.wall.Add(-jump) // as if the wall clock had gone on by jump since, and the monotonic clock had not
		if _, ok := c.at(now); ok {
			t.Errorf("a reading is used although our clocks differ by %v", jump)
		}
	}
}
