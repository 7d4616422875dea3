package ui

import (
	"fmt"
	"time"
)

// Duration writes a length of time in the unit that suits it: "12 ms", "1.4 s", "2 min 3 s", "1 h 5 min", "2 d 3 h".
func Duration(d time.Duration) string {
	const day = 24 * time.Hour
	switch ms := d.Round(time.Millisecond); {
	case d < 0:
		return "-" + Duration(-d)
	case d > 0 && d < time.Millisecond:
		return "< 1 ms"
	case ms < time.Second:
		return fmt.Sprintf("%d ms", ms.Milliseconds())
	case d.Round(100*time.Millisecond) < time.Minute:
		return fmt.Sprintf("%.1f s", d.Round(100*time.Millisecond).Seconds())
	case d.Round(time.Second) < time.Hour:
		return inTwoUnits(d, time.Minute, "min", time.Second, "s")
	case d.Round(time.Minute) < day:
		return inTwoUnits(d, time.Hour, "h", time.Minute, "min")
	}
	return inTwoUnits(d, day, "d", time.Hour, "h")
}

func inTwoUnits(d, large time.Duration, largeName string, small time.Duration, smallName string) string {
	d = d.Round(small)
	return fmt.Sprintf("%d %s %d %s", d/large, largeName, d%large/small, smallName)
}

// Time writes a moment in the local zone, to the second; "" for the zero time.
func (u *UI) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(u.options.Location).Format("2006-01-02 15:04:05")
}
