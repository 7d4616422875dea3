package config

import (
	"path/filepath"
	"regexp"
	"strings"

	"migrator/runtime/fault"
	"migrator/store/connect/address"
)

var environmentName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// isEnvironmentName leaves out what commands that take BACKUP:ENV or FROM:TO could not tell apart.
func isEnvironmentName(name string) bool {
	return environmentName.MatchString(name)
}

// checkDatabase refuses what cannot be the name of a database at the address; key says where the name was given.
func checkDatabase(name, uri, key string) error {
	return fault.Wrap(fault.Usage, address.CheckDatabase(name, uri), "", "%s", key)
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
	name := address.DatabaseFrom(filepath.Base(root))
	switch strings.ToLower(name) {
	case "", "admin", "config", "local":
		return "app"
	}
	return name
}
