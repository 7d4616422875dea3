package fault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
)

func TestAnswersOfTheServerInPlainWords(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		code    int
		message string
		want    string // "" where the code says nothing of the server
		exit    Code
		passes  bool
	}{
		"a wrong password":           {18, "Authentication failed.", "db does not let us log in: Authentication failed", Unreachable, false},
		"a wrong password at Atlas":  {8000, "bad auth", "db does not let us log in: bad auth", Unreachable, false},
		"a missing right":            {13, "not authorized on app to execute command { find: \"c\" }", "db refused it: not authorized on app to execute command find", Unreachable, false},
		"a primary that steps down":  {189, "stepped down", "db is not the primary now, or is just ending: stepped down", Unreachable, true},
		"a full disk":                {1, "[a.go:1 f] disk is full", "db failed: disk is full", Failed, false},
		"a message of several lines": {334, "no such mechanism.\nsee the manual", "db does not offer this way of logging in: no such mechanism", Unreachable, false},
		"a duplicate key":            {11000, "E11000 duplicate key error", "", OK, false},
		"no code at all":             {0, "", "", OK, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, ok := Refusal("db", c.code, c.message)
			if m.Text != c.want || ok != (c.want != "") || m.Code != c.exit || m.Passes != c.passes {
				t.Errorf("%+v, %v", m, ok)
			}
			if m.Code == Unreachable && m.Hint == "" {
				t.Error("there is no hint")
			}
		})
	}
}

func TestWhyNoServerCanBeUsed(t *testing.T) {
	t.Parallel()
	refused := fmt.Errorf("dial: %w", syscall.ECONNREFUSED)
	cases := map[string]struct {
		selection Selection
		errs      []error
		want      string
	}{
		"the first reason counts":      {Selection{Set: "rs"}, []error{nil, refused, io.EOF}, "cannot reach the database at a, b, c: connection refused"},
		"nobody said anything":         {Selection{}, []error{nil}, "cannot reach the database at a: no answer in time"},
		"there is no primary":          {Selection{Set: "rs"}, []error{nil, nil}, "the replica set rs at a, b has no primary"},
		"the servers are of yesterday": {Selection{Incompatible: errors.New("wire version 3")}, []error{nil}, "the server at a is too old or too new: wire version 3"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, err := range c.errs {
				c.selection.Tried(string(rune('a'+i)), err)
			}
			if m := c.selection.Meaning(); m.Text != c.want || m.Code != Unreachable || m.Hint == "" {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestWhyAConnectionIsBroken(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"the server closed the connection":     fmt.Errorf("read: %w", io.EOF),
		"no answer in time":                    context.DeadlineExceeded,
		"the server does not answer any more":  net.ErrClosed,
		"the host db is not known":             &net.DNSError{Name: "db"},
		"there is no such socket":              syscall.ENOENT,
		"something that nobody has thought of": fmt.Errorf("outside: %w", errors.New("something that nobody has thought of")),
	} {
		m := Broken("db", err)
		if m.Text != "the connection to db failed: "+want || m.Code != Unreachable || m.Hint == "" {
			t.Errorf("%+v, want %s", m, want)
		}
		told := m.Of(err)
		if told.Error() != m.Text || CodeOf(told) != Unreachable || HintOf(told) != m.Hint || !errors.Is(told, err) {
			t.Errorf("told as %v, code %d", told, CodeOf(told))
		}
	}
}
