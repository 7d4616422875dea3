package connect

import (
	"context"
	"errors"
	"net"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"migrator/runtime/fault"
	"migrator/store/connect/address"
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
	m, ok := meaning(err, where)
	if !ok {
		return err
	}
	return told(m, err)
}

// told is err with a meaning that shows no password.
func told(m fault.Meaning, err error) error {
	m.Text = address.MaskText(m.Text)
	return m.Of(err)
}

// Refused reports whether an error of Explain's says that the server was reached and has refused us, so that it will
// not help to try again.
func Refused(err error) bool {
	m, ok := refusal(err, "")
	return ok && m.Code == fault.Unreachable && !m.Passes
}

// meaning is what an error of the driver says of the server; ok is false where it says nothing of that.
func meaning(err error, where string) (m fault.Meaning, ok bool) {
	if m, ok := refusal(err, where); ok {
		return m, true
	}
	var selection topology.ServerSelectionError
	var connection topology.ConnectionError
	var dns *net.DNSError
	switch {
	case errors.As(err, &selection):
		return unselected(selection), true
	case mongo.IsNetworkError(err), errors.As(err, &connection), errors.As(err, &dns):
		return fault.Broken(where, err), true
	case mongo.IsTimeout(err):
		return fault.Silent(where), true
	}
	return fault.Meaning{}, false
}

// refusal is the meaning of an answer of the server that has one by its code.
func refusal(err error, where string) (m fault.Meaning, ok bool) {
	var answer mongo.ServerError
	if !errors.As(err, &answer) {
		return fault.Meaning{}, false
	}
	message := answer.Error()
	if command, ok := answer.(mongo.CommandError); ok {
		message = command.Message
	}
	for _, code := range answer.ErrorCodes() {
		if m, ok := fault.Refusal(where, code, message); ok {
			return m, true
		}
	}
	return fault.Meaning{}, false
}

// unselected is why none of the servers can be used.
func unselected(err topology.ServerSelectionError) fault.Meaning {
	s := fault.Selection{Set: err.Desc.SetName, Incompatible: err.Desc.CompatibilityErr}
	for _, server := range err.Desc.Servers {
		s.Tried(server.Addr.String(), server.LastError)
	}
	return s.Meaning()
}
