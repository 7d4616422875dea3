package connect

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"migrator/runtime/fault"
)

// Target is a database to connect to.
type Target struct {
	// URI is mongodb://…, mongodb+srv://…, embedded:DIR or mongod:DIR.
	URI string
	// Database is the database's name. If empty, it is the one that the URI names; a URI without one is an error.
	Database string
	// Base is the absolute directory that a relative DIR is under.
	Base string
	// AppName is what the server's log and currentOp show for this client.
	AppName string
}

// scheme is how an address begins, up to and with its colon.
type scheme string

const (
	schemeMongoDB    scheme = "mongodb:"
	schemeMongoDBSRV scheme = "mongodb+srv:"
	schemeEmbedded   scheme = "embedded:"
	schemeMongod     scheme = "mongod:"
)

// schemeOf splits an address into its scheme and the rest. The scheme is empty when it is none that we know.
func schemeOf(uri string) (scheme, string) {
	for _, s := range []scheme{schemeMongoDB, schemeMongoDBSRV, schemeEmbedded, schemeMongod} {
		if rest, ok := strings.CutPrefix(uri, string(s)); ok {
			return s, rest
		}
	}
	return "", uri
}

// directory is the absolute data directory of an embedded: or mongod: address.
func (t Target) directory() (string, error) {
	s, dir := schemeOf(t.URI)
	switch {
	case dir == "":
		return "", fault.New(fault.Usage, "name it after the colon, as in "+string(s)+".migrator/data",
			"the address %q names no directory", t.URI)
	case strings.HasPrefix(dir, "//"):
		return "", fault.New(fault.Usage, "write a path after the colon, as in "+string(s)+".migrator/data",
			"the address %q names no directory but a host", t.URI)
	case filepath.IsAbs(dir):
		return filepath.Clean(dir), nil
	}
	return filepath.Join(t.Base, dir), nil
}

// database is the name of the database, checked.
func (t Target) database() (string, error) {
	name := t.Database
	if name == "" {
		name = databaseOf(t.URI)
	}
	if name == "" {
		return "", fault.New(fault.Usage,
			"set `database` in the environment, give --database NAME, or put the name into the URI: mongodb://host/NAME",
			"no database is named for %s", Mask(t.URI))
	}
	s, _ := schemeOf(t.URI)
	if s == schemeEmbedded && !embeddedName.MatchString(name) {
		return "", fault.New(fault.Usage, "the embedded database takes up to 63 letters, digits, hyphens and underscores",
			"%q cannot name a database", name)
	}
	if strings.Contains(name, "@") {
		return "", fault.New(fault.Usage, "percent-encode the special characters of the password, and begin with mongodb:// or mongodb+srv://",
			"the connection string %s is not valid", Mask(t.URI)) // the name may be a part of the password
	}
	if len(name) > 63 || strings.ContainsAny(name, "/\\. \"$*<>:|?\x00") {
		return "", fault.New(fault.Usage, `A name has at most 63 bytes, and none of / \ . " $ * < > : | ? or a space.`,
			"%q cannot name a database", name)
	}
	return name, nil
}

// embeddedName is what FerretDB takes as the name of a database.
var embeddedName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,63}$`)

// databaseOf is the database that a MongoDB URI names in its path, or "". It does not resolve anything.
func databaseOf(uri string) string {
	s, rest := schemeOf(uri)
	if s != schemeMongoDB && s != schemeMongoDBSRV {
		return ""
	}
	rest, _, _ = strings.Cut(strings.TrimPrefix(rest, "//"), "?")
	_, path, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return name
}
