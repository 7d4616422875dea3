package runtime

import (
	"fmt"
	"time"
)

// clock says when the migrations of a run begin. Rolling back goes by these times, so they never go back: not when the
// system's clock is set while the run goes on, nor behind what another machine has written of the same run.
type clock struct {
	read  time.Time // when the clock was made, with the reading of the monotonic clock
	shown time.Time // the time that it was then
}

// newClock is a clock for migrations of a batch.
func (r *Runner) newClock(records []Record, batch int) clock {
	c := clock{read: time.Now(), shown: r.now()}
	for _, record := range records {
		if next := record.StartedAt.Add(time.Millisecond); record.Batch == batch && next.After(c.shown) {
			c.shown = next
		}
	}
	return c
}

func (c clock) now() time.Time { return c.shown.Add(time.Since(c.read)) }

// stamp is a time as messages say it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "an unknown time"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// String names the process: "root@web-1, pid 4711".
func (i Identity) String() string {
	if i == (Identity{}) {
		return "an unknown process"
	}
	return fmt.Sprintf("%s@%s, pid %d", i.User, i.Host, i.PID)
}
