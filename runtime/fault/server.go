package fault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"
)

// Meaning is what an error of a server, or of the way to it, says in plain words. This file is the one place for these
// words: package store/connect explains with them why a database cannot be used, and package bindings what has ended an
// operation of a script. Which error it is, they find out from the driver's types, which this package does not know.
type Meaning struct {
	Code Code
	Text string // of one line
	Hint string
	// Passes says that it may help to try again.
	Passes bool
}

// Of is err with this meaning. The text of err is shown no more; it stays in the chain.
func (m Meaning) Of(err error) error {
	return &Error{Code: m.Code, Hint: m.Hint, Err: &told{text: m.Text, err: err}}
}

// told is an error that is told in our own words.
type told struct {
	text string
	err  error
}

func (t *told) Error() string { return t.text }
func (t *told) Unwrap() error { return t.err }

// Refusal is the meaning of an answer with one of MongoDB's error codes, from the server that people know as where. ok
// is false for a code that speaks of what was asked, a duplicate key for example, and not of the server or the user.
func Refusal(where string, code int, message string) (m Meaning, ok bool) {
	message, _, _ = strings.Cut(message, "\n")
	message = strings.TrimSuffix(message, ".")
	m.Code = Unreachable
	switch code {
	case 1: // InternalError: of the embedded server that is above all a disk that is full
		m.Code, m.Text = Failed, where+" failed: "+WithoutPlaces(message)
		if strings.Contains(message, "disk") {
			m.Hint = "see that there is room on the disk of the database, then type `migrator status`"
		}
	case 11, // UserNotFound
		18,   // AuthenticationFailed
		8000: // AtlasError
		m.Text = where + " does not let us log in: " + message
		m.Hint = "check the user, the password and authSource in the connection string; " +
			"special characters must be percent-encoded"
	case 13: // Unauthorized
		m.Text = where + " refused it: " + withoutCommand(message)
		m.Hint = "give the user a role that allows it (readWrite on the database, for example), " +
			"or log in as another user"
	case 334: // MechanismUnavailable
		m.Text = where + " does not offer this way of logging in: " + message
		m.Hint = "set authMechanism in the connection string to one that the server offers"
	case 91, // ShutdownInProgress
		189,   // PrimarySteppedDown
		10107, // NotWritablePrimary
		11600, // InterruptedAtShutdown
		11602, // InterruptedDueToReplStateChange
		13435, // NotPrimaryNoSecondaryOk
		13436: // NotPrimaryOrSecondary
		// The driver has tried once more where it could, so that this is the second answer.
		m.Text = where + " is not the primary now, or is just ending: " + message
		m.Hint = "wait until the replica set has elected a primary, check it with rs.status(), and try again"
		m.Passes = true
	default:
		return Meaning{}, false
	}
	return m, true
}

// commandText is the command that the server repeats, with all its data, when it refuses it.
var commandText = regexp.MustCompile(`(?s)\{ *"?(\w+)"?:.*`)

// withoutCommand shortens "not authorized on app to execute command { insert: …" to the command's name.
func withoutCommand(message string) string { return commandText.ReplaceAllString(message, "$1") }

// position is where in a Go program an error came by, as FerretDB writes it:
// "[msg_insert.go:168 handler.(*Handler).MsgInsert] ".
var position = regexp.MustCompile(`\[\w+\.go:\d+ [^\]]*\] ?`)

// WithoutPlaces takes out of a server's message what only those who work on the server can use.
func WithoutPlaces(message string) string { return position.ReplaceAllString(message, "") }

// Selection is how it ended to look for a server that can be used: none was found.
type Selection struct {
	Set          string // the name of the replica set, if it is one
	Incompatible error  // why the servers are too old or too new, or nil
	hosts        []string
	last         error
}

// Tried adds a server, and what the last attempt to reach it said, or nil.
func (s *Selection) Tried(host string, err error) {
	s.hosts = append(s.hosts, host)
	if s.last == nil {
		s.last = err
	}
}

// Meaning says why no server can be used. The reason is that of the first server which gave one.
func (s *Selection) Meaning() Meaning {
	where, last := strings.Join(s.hosts, ", "), s.last
	if last == nil {
		last = context.DeadlineExceeded
	}
	m := reason(last)
	switch {
	case s.last == nil && s.Incompatible != nil:
		m.Text = fmt.Sprintf("the server at %s is too old or too new: %s", where, s.Incompatible)
		m.Hint = "use a server of a supported version"
	case s.last == nil && s.Set != "":
		m.Text = fmt.Sprintf("the replica set %s at %s has no primary", s.Set, where)
		m.Hint = "wait until the replica set has elected a primary, and check it with rs.status()"
	default:
		m.Text = fmt.Sprintf("cannot reach the database at %s: %s", where, m.Text)
	}
	return m
}

// Broken means that the connection to a server has ended, or has never come about, with err.
func Broken(where string, err error) Meaning {
	m := reason(err)
	m.Text = fmt.Sprintf("the connection to %s failed: %s", where, m.Text)
	return m
}

// Silent means that a server has not answered in time.
func Silent(where string) Meaning {
	return Meaning{Code: Unreachable, Text: where + " did not answer in time", Hint: hintSilent, Passes: true}
}

const (
	hintSilent = "check the host, and that no firewall or address list stands between; " +
		"serverSelectionTimeoutMS in the connection string allows more time"
	hintStart  = "check that the server runs, and the host and the port in the connection string"
	hintHost   = "check the spelling of the host in the connection string, and the network"
	hintSocket = "check that the server runs, and the path of the socket in the connection string"
	hintTrust  = "name the authority that signed it with tlsCAFile=FILE in the connection string"
	hintName   = "use a host name that the certificate is for"
	hintClosed = "check that the server is well, and, if it has never answered, that both sides agree about TLS: " +
		"tls=true or tls=false in the connection string"
	hintTLS = "check that both sides agree about TLS: tls=true or tls=false in the connection string"
)

// reason finds what lies at the bottom of a failed connection, and what to do about it.
func reason(err error) Meaning {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		timeout   net.Error
		system    syscall.Errno
	)
	unreachable := func(text, hint string) Meaning {
		return Meaning{Code: Unreachable, Text: text, Hint: hint, Passes: true}
	}
	switch {
	case errors.As(err, &dns):
		return unreachable("the host "+dns.Name+" is not known", hintHost)
	case errors.As(err, &authority):
		return unreachable("the server's certificate is signed by an unknown authority", hintTrust)
	case errors.As(err, &hostname):
		return unreachable("the server's certificate is for another host: "+hostname.Error(), hintName)
	case errors.As(err, &invalid):
		return unreachable("the server's certificate is not valid: "+invalid.Error(), hintTrust)
	case errors.As(err, &record):
		return unreachable("the server does not speak TLS", hintTLS)
	case errors.As(err, &alert):
		return unreachable("the server ended the TLS handshake: "+alert.Error(), hintTLS)
	case errors.Is(err, syscall.ENOENT):
		return unreachable("there is no such socket", hintSocket)
	case errors.As(err, &system):
		return unreachable(system.Error(), hintStart)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return unreachable("no answer in time", hintSilent)
	case errors.Is(err, net.ErrClosed): // the driver has given the connection up
		return unreachable("the server does not answer any more", hintSilent)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return unreachable("the server closed the connection", hintClosed)
	}
	return unreachable(innermost(err).Error(), hintStart)
}

// innermost is the end of a chain of errors.
func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}
