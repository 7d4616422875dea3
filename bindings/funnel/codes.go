package funnel

import (
	"errors"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Codes of the server.
const (
	InternalError             = 1     // of FerretDB, among others: an update that would break a unique index
	NamespaceNotFound         = 26    // a collection that does not exist
	CursorNotFound            = 43    // a cursor that is closed already
	CommandNotFound           = 59    // a command that the server does not know
	CommandNotSupportedOnView = 166   // asking of a view what only a collection can tell
	NotImplemented            = 238   // of FerretDB: something that it knows and does not do
	DuplicateKey              = 11000 // an insert or update would break a unique index
)

// Labels that the server gives to errors.
const (
	TransientTransaction = "TransientTransactionError"      // the whole transaction may be tried again
	UnknownCommit        = "UnknownTransactionCommitResult" // the commit may have been carried out
	RetryableWrite       = "RetryableWriteError"            // the write may be sent again
)

// HasCode reports whether err is an error of the server with that code.
func HasCode(err error, code int) bool {
	var server mongo.ServerError
	return errors.As(err, &server) && server.HasErrorCode(code)
}

// HasLabel reports whether err is an error with that label.
func HasLabel(err error, label string) bool {
	var e mongo.LabeledError
	return errors.As(err, &e) && e.HasErrorLabel(label)
}
