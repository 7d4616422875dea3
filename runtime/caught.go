package runtime

import (
	"fmt"

	"migrator/runtime/fault"
)

// Caught is an error that an operation threw and that the script caught: the script went on, and the migration counts
// as executed. Whoever reads the result has to know, since the operation was not done.
type Caught struct {
	Name      string `json:"name"` // the class: "MongoServerError"
	Message   string `json:"message"`
	Operation string `json:"operation"` // the call: "db.users.insertOne"
	fault.Place
	Times int `json:"times"` // how often at this place
}

// String is one line: "caught and continued: MongoServerError: E11000 … at mongomigrations/003_x.js:12:5".
func (c Caught) String() string {
	line := "caught and continued: " + c.Name + ": " + c.Message
	if c.File != "" {
		line += " at " + c.Place.String()
	}
	if c.Times > 1 {
		line += fmt.Sprintf(" (%d times)", c.Times)
	}
	return line
}
