package connect

import (
	"cmp"

	"migrator/runtime/fault"
	"migrator/store/connect/address"
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

// database returns the name of the database, checked.
func (t Target) database() (string, error) {
	if err := address.CheckPassword(t.URI); err != nil {
		return "", err
	}
	name := cmp.Or(t.Database, address.Database(t.URI))
	if name == "" {
		return "", fault.New(fault.Usage,
			"set `database` in the environment, give --database NAME, "+
				"or put the name into the URI: mongodb://host/NAME",
			"no database is named for %s", address.Mask(t.URI))
	}
	return name, address.CheckDatabase(name, t.URI)
}
