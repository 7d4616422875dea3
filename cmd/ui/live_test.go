package ui

import "testing"

func TestKeysAreToldFromWhatElseArrives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, burst string
		want        bool
	}{
		{"a key", "u", true},
		{"a key that is held down", "uuuu", true},
		{"a paste", "user, quit", false},
		{"an arrow", "\x1b[A", false},
		{"a key of the number pad", "\x1bOu", false},
		{"nothing", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := isKey([]byte(c.burst)); got != c.want {
				t.Errorf("isKey(%q) = %v", c.burst, got)
			}
		})
	}
}

func TestTheStatusLineKeepsItsKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width int
		want  string
	}{
		{30, "watching here   r again"},
		{20, "watching …   r again"},
		{6, "r agai"},
		{0, ""},
	} {
		if got := beside("watching here", "r again", c.width); got != c.want {
			t.Errorf("in %d columns: %q, want %q", c.width, got, c.want)
		}
	}
}
