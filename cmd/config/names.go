package config

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"migrator/runtime/fault"
)

// maxDatabaseName is MongoDB's limit, in bytes.
const maxDatabaseName = 63

var (
	environmentName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	databaseUnsafe  = regexp.MustCompile(`[^A-Za-z0-9_-]+`)
)

// isEnvironmentName leaves out what commands that take BACKUP:ENV or FROM:TO could not tell apart.
func isEnvironmentName(name string) bool {
	return environmentName.MatchString(name)
}

// checkDatabase refuses what no server takes as the name of a database, and what the embedded one does not take; key
// says where the name was given.
func checkDatabase(name, uri, key string) error {
	const hint = "use letters, digits, _ and -"
	switch {
	case name == "":
		return fault.New(fault.Usage, hint, "%s is empty", key)
	case len(name) > maxDatabaseName:
		return fault.New(fault.Usage, "use a shorter name", "%s is longer than %d bytes", key, maxDatabaseName)
	case strings.ContainsAny(name, "/\\. \"$*<>:|?\x00"):
		return fault.New(fault.Usage, hint, "%s: %q cannot be the name of a database", key, name)
	case strings.HasPrefix(uri, "embedded:") && databaseUnsafe.MatchString(name):
		return fault.New(fault.Usage, hint, "%s: %q cannot be the name of a database of the embedded server", key, name)
	}
	return nil
}

func checkCollection(name string) error {
	const hint = "use letters, digits and _"
	if strings.ContainsAny(name, "$\x00") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "system.") {
		return fault.New(fault.Usage, hint, "migrations.collection: %q cannot be the name of a collection", name)
	}
	return nil
}

// folderDatabase makes the name of a database out of the name of a folder, with "_" for what not every server takes.
// The server's own databases are left out.
func folderDatabase(root string) string {
	name := strings.Trim(databaseUnsafe.ReplaceAllString(filepath.Base(root), "_"), "_")
	if len(name) > maxDatabaseName {
		name = name[:maxDatabaseName]
	}
	switch strings.ToLower(name) {
	case "", "admin", "config", "local":
		return "app"
	}
	return name
}

// isLocalServer reports whether the server is one that migrator starts, its data in a directory.
func isLocalServer(uri string) bool {
	return strings.HasPrefix(uri, "embedded:") || strings.HasPrefix(uri, "mongod:")
}

// databaseOf is the database that a connection string names, or "".
func databaseOf(uri string) string {
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "?")
	rest = rest[strings.LastIndex(rest, "@")+1:]
	_, path, _ := strings.Cut(rest, "/")
	if name, err := url.PathUnescape(path); err == nil {
		return name
	}
	return path
}
