package ui

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0:                                    "0 ms",
		400 * time.Nanosecond:                "< 1 ms",
		time.Millisecond:                     "1 ms",
		12*time.Millisecond + 499_999:        "12 ms",
		999 * time.Millisecond:               "999 ms",
		999*time.Millisecond + 600_000:       "1.0 s",
		1420 * time.Millisecond:              "1.4 s",
		59_940 * time.Millisecond:            "59.9 s",
		59_960 * time.Millisecond:            "1 min 0 s",
		2*time.Minute + 3*time.Second:        "2 min 3 s",
		59*time.Minute + 59_600*1_000_000:    "1 h 0 min",
		time.Hour + 5*time.Minute:            "1 h 5 min",
		day - time.Second:                    "1 d 0 h",
		2*day + 3*time.Hour + 29*time.Minute: "2 d 3 h",
		-1500 * time.Millisecond:             "-1.5 s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", int64(d), got, want)
		}
	}
}

func TestTimeIsShownInTheLocalZone(t *testing.T) {
	t.Parallel()
	u := record(Options{}).UI
	berlin := time.FixedZone("CET", 3600)
	if got := u.Time(now.In(berlin)); got != "2026-11-21 14:03:05" {
		t.Errorf("got %q", got)
	}
	if got := u.Time(time.Time{}); got != "" {
		t.Errorf("the zero time is shown as %q", got)
	}
	u.options.Location = berlin
	if got := u.Time(now); got != "2026-11-21 15:03:05" {
		t.Errorf("got %q", got)
	}
}
