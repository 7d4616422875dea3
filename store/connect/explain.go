package connect

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
	"slices"
	"strings"
	"syscall"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"migrator/runtime/fault"
	"migrator/store/connect/address"
)

// Codes of MongoDB's error_codes.yml that say who may do what, and Atlas's own.
const (
	codeInternal             = 1
	codeUserNotFound         = 11
	codeUnauthorized         = 13
	codeAuthenticationFailed = 18
	codeMechanismUnavailable = 334
	codeAtlas                = 8000
)

// Explain turns an error of the driver that says that the database cannot be reached, or has refused us, into one with
// code fault.Unreachable, a text of one line and a hint. The driver's error stays in the chain. Every other error, a
// duplicate key or a cancelled context for example, comes back as it is.
func Explain(err error) error { return explain(err, "the server") }

// explain is Explain for the server at an address, as it is shown to people.
func explain(err error, where string) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	if e := explainRefusal(err, where); e != nil {
		return e
	}
	if e := explainNoPrimary(err, where); e != nil {
		return e
	}
	return explainNetwork(err, where)
}

// Refused reports whether an error of Explain's says that the server was reached and has refused us, so that it will not
// help to try again.
func Refused(err error) bool {
	var command mongo.CommandError
	return errors.As(err, &command) && fault.CodeOf(explainRefusal(command, "")) == fault.Unreachable
}

// unreachable makes the error that Explain returns.
func unreachable(err error, hint, format string, args ...any) error {
	return &fault.Error{
		Code: fault.Unreachable,
		Hint: hint,
		Err:  &explained{text: address.MaskText(fmt.Sprintf(format, args...)), err: err},
	}
}

// explained is an error told in our own words: the cause is in the chain but not in the text.
type explained struct {
	text string
	err  error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.err }

// explainRefusal explains an answer of the server that says that we may not do this. It is nil for any other error.
func explainRefusal(err error, where string) error {
	var command mongo.CommandError
	if !errors.As(err, &command) {
		return nil
	}
	message, _, _ := strings.Cut(command.Message, "\n")
	message = strings.TrimSuffix(message, ".")
	switch command.Code {
	case codeInternal:
		return explainInternal(err, where, fault.WithoutPlaces(message))
	case codeAuthenticationFailed, codeUserNotFound, codeAtlas:
		return unreachable(err,
			"check the user, the password and authSource in the connection string; special characters must be percent-encoded",
			"%s does not let us log in: %s", where, message)
	case codeMechanismUnavailable:
		return unreachable(err, "set authMechanism in the connection string to one that the server offers",
			"%s does not offer this way of logging in: %s", where, message)
	case codeUnauthorized:
		return unreachable(err,
			"give the user a role that allows it (readWrite on the database, for example), or log in as another user",
			"%s refused it: %s", where, withoutCommand(message))
	}
	return nil
}

// explainInternal explains an error inside of the server: of the embedded one that is above all a disk that is full.
func explainInternal(err error, where, message string) error {
	hint := ""
	if strings.Contains(message, "disk") {
		hint = "see that there is room on the disk of the database, then type `migrator status`"
	}
	return &fault.Error{Code: fault.Failed, Hint: hint, Err: &explained{text: where + " failed: " + message, err: err}}
}

// noPrimary are the codes of a server that is no primary (any more), or is just ending. The driver has tried once more
// where it could, so that this is the second answer.
var noPrimary = []int{
	91,    // ShutdownInProgress
	189,   // PrimarySteppedDown
	10107, // NotWritablePrimary
	11600, // InterruptedAtShutdown
	11602, // InterruptedDueToReplStateChange
	13435, // NotPrimaryNoSecondaryOk
	13436, // NotPrimaryOrSecondary
}

// explainNoPrimary explains an answer that comes while a replica set changes its primary. It is nil for any other error.
func explainNoPrimary(err error, where string) error {
	var answer mongo.ServerError
	if !errors.As(err, &answer) || !slices.ContainsFunc(noPrimary, answer.HasErrorCode) {
		return nil
	}
	return unreachable(err, "wait until the replica set has elected a primary, check it with rs.status(), and try again",
		"%s is not the primary now, or is just ending: %s", where, innermost(err))
}

// commandText is the command that the server repeats, with all its data, when it refuses it.
var commandText = regexp.MustCompile(`(?s)\{ *"?(\w+)"?:.*`)

// withoutCommand shortens "not authorized on app to execute command { insert: …" to the command's name.
func withoutCommand(message string) string {
	return commandText.ReplaceAllString(message, "$1")
}

// explainNetwork explains why no server answers. An error that is not about that comes back as it is.
func explainNetwork(err error, where string) error {
	var selection topology.ServerSelectionError
	if errors.As(err, &selection) {
		return explainSelection(err, selection)
	}
	var connection topology.ConnectionError
	var dns *net.DNSError
	if mongo.IsNetworkError(err) || errors.As(err, &connection) || errors.As(err, &dns) {
		text, hint := reason(err)
		return unreachable(err, hint, "the connection to %s failed: %s", where, text)
	}
	if mongo.IsTimeout(err) {
		return unreachable(err, hintSilent, "%s did not answer in time", where)
	}
	return err
}

// explainSelection explains why none of the servers can be used: what the last attempt at the first of them said.
func explainSelection(err error, selection topology.ServerSelectionError) error {
	var hosts []string
	var last error
	for _, s := range selection.Desc.Servers {
		hosts = append(hosts, s.Addr.String())
		if last == nil {
			last = s.LastError
		}
	}
	where := strings.Join(hosts, ", ")
	switch {
	case last != nil:
		text, hint := reason(last)
		return unreachable(err, hint, "cannot reach the database at %s: %s", where, text)
	case selection.Desc.CompatibilityErr != nil:
		return unreachable(err, "use a server of a supported version",
			"the server at %s is too old or too new: %s", where, selection.Desc.CompatibilityErr)
	case selection.Desc.SetName != "":
		return unreachable(err, "wait until the replica set has elected a primary, and check it with rs.status()",
			"the replica set %s at %s has no primary", selection.Desc.SetName, where)
	default:
		return unreachable(err, hintSilent, "cannot reach the database at %s: no answer in time", where)
	}
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
func reason(err error) (text, hint string) {
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
	switch {
	case errors.As(err, &dns):
		return "the host " + dns.Name + " is not known", hintHost
	case errors.As(err, &authority):
		return "the server's certificate is signed by an unknown authority", hintTrust
	case errors.As(err, &hostname):
		return "the server's certificate is for another host: " + hostname.Error(), hintName
	case errors.As(err, &invalid):
		return "the server's certificate is not valid: " + invalid.Error(), hintTrust
	case errors.As(err, &record):
		return "the server does not speak TLS", hintTLS
	case errors.As(err, &alert):
		return "the server ended the TLS handshake: " + alert.Error(), hintTLS
	case errors.Is(err, syscall.ENOENT):
		return "there is no such socket", hintSocket
	case errors.As(err, &system):
		return system.Error(), hintStart
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time", hintSilent
	case errors.Is(err, net.ErrClosed):
		return "the server does not answer any more", hintSilent // the driver has given the connection up
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the server closed the connection", hintClosed
	}
	return innermost(err).Error(), hintStart
}

// innermost is the end of a chain of errors.
func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}
