package fault

import "regexp"

// place is where in a Go program an error came by, as FerretDB writes it: "[msg_insert.go:168 handler.(*Handler).MsgInsert] ".
var place = regexp.MustCompile(`\[\w+\.go:\d+ [^\]]*\] ?`)

// WithoutPlaces takes out of a server's message what only those who work on the server can use.
func WithoutPlaces(message string) string { return place.ReplaceAllString(message, "") }
