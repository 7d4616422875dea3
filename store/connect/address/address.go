// Package address reads connection strings: which kind of server one names, where that server is, which database and
// which data directory; and it hides the passwords in them.
//
// What belongs here: everything that can be said of an address without connecting to it. No driver and no network, so
// that the configuration may read addresses by the same code as package connect, which opens them.
package address

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"migrator/runtime/fault"
)

// Scheme is how an address begins, up to and with its colon.
type Scheme string

// The schemes that migrator knows.
const (
	MongoDB    Scheme = "mongodb:"
	MongoDBSRV Scheme = "mongodb+srv:"
	Embedded   Scheme = "embedded:"
	Mongod     Scheme = "mongod:"
)

// SchemeOf returns the scheme of an address, or "" when migrator does not know it.
func SchemeOf(uri string) Scheme {
	scheme, _ := split(uri)
	return scheme
}

// split returns the scheme of an address and what follows it.
func split(uri string) (Scheme, string) {
	for _, s := range []Scheme{MongoDB, MongoDBSRV, Embedded, Mongod} {
		if rest, ok := strings.CutPrefix(uri, string(s)); ok {
			return s, rest
		}
	}
	return "", uri
}

// parts are what a MongoDB URI says before its options.
type parts struct{ user, hosts, path string }

// partsOf takes a MongoDB URI apart: mongodb://USER@HOSTS/PATH?OPTIONS. All of them are empty for any other address.
func partsOf(uri string) parts {
	scheme, rest := split(uri)
	if scheme != MongoDB && scheme != MongoDBSRV {
		return parts{}
	}
	var p parts
	rest, _, _ = strings.Cut(strings.TrimPrefix(rest, "//"), "?")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		p.user, rest = rest[:at], rest[at+1:]
	}
	p.hosts, p.path, _ = strings.Cut(rest, "/")
	return p
}

// Hosts lists the hosts of a MongoDB URI in a form for people: each with its port if it has one, and the path of a
// socket as it is in the file system.
func Hosts(uri string) []string {
	var hosts []string
	for host := range strings.SplitSeq(partsOf(uri).hosts, ",") {
		if host != "" {
			hosts = append(hosts, unescape(host))
		}
	}
	return hosts
}

// Database returns the database that a MongoDB URI names in its path, or "".
func Database(uri string) string { return unescape(partsOf(uri).path) }

// unescape resolves the percent signs of a part of a URI. What is not well formed comes back as it is.
func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// CheckPassword refuses a MongoDB URI whose user or password contains a character that separates the parts of a URI, as
// in mongodb://ann:p@ss/word@host: it would be cut in the wrong places, and a piece of the password be shown.
func CheckPassword(uri string) error {
	if !strings.ContainsAny(partsOf(uri).user, "/@") {
		return nil
	}
	return fault.New(fault.Usage,
		"percent-encode the special characters of the password: %40 for @, %2F for /",
		"the connection string %s is not valid", Mask(uri))
}

// Directory returns the absolute data directory of an embedded: or mongod: address; a relative one is under base.
func Directory(uri, base string) (string, error) {
	scheme, dir := split(uri)
	switch {
	case dir == "":
		return "", fault.New(fault.Usage, "name it after the colon, as in "+string(scheme)+".migrator/data",
			"the address %q names no directory", uri)
	case strings.HasPrefix(dir, "//"):
		return "", fault.New(fault.Usage, "write a path after the colon, as in "+string(scheme)+".migrator/data",
			"the address %q names no directory but a host", uri)
	case filepath.IsAbs(dir):
		return filepath.Clean(dir), nil
	}
	return filepath.Join(base, dir), nil
}

// Under makes the relative directory of an embedded: or mongod: address absolute, under base. Every other address, and
// one that names no directory, comes back as it is.
func Under(uri, base string) string {
	scheme, dir := split(uri)
	if !IsHosted(uri) || dir == "" || filepath.IsAbs(dir) {
		return uri
	}
	return string(scheme) + filepath.Join(base, dir)
}

// maxDatabase is MongoDB's limit for the name of a database, in bytes.
const maxDatabase = 63

// unsafe finds what the name of a database may not contain on the embedded server. MongoDB takes more.
var unsafe = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// CheckDatabase refuses a name that no server takes for a database, or that the one at the address does not take.
func CheckDatabase(name, uri string) error {
	const hint = "use letters, digits, _ and -"
	switch {
	case name == "":
		return fault.New(fault.Usage, hint, "the name of the database is empty")
	case len(name) > maxDatabase:
		return fault.New(fault.Usage, "use a shorter name",
			"the name of the database is longer than %d bytes", maxDatabase)
	case strings.ContainsAny(name, "/\\. \"$*<>:|?\x00"):
		return fault.New(fault.Usage, hint, "%q cannot be the name of a database", name)
	case SchemeOf(uri) == Embedded && unsafe.MatchString(name):
		return fault.New(fault.Usage, hint, "%q cannot be the name of a database of the embedded server", name)
	}
	return nil
}

// DatabaseFrom makes a name that every server takes for a database out of a text, the name of a folder for example. It
// is "" when the text has nothing that can be used.
func DatabaseFrom(text string) string {
	name := strings.Trim(unsafe.ReplaceAllString(text, "_"), "_")
	return name[:min(len(name), maxDatabase)]
}
