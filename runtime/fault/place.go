package fault

import "fmt"

// Place is a place in a script as its author sees it: in the file that they wrote, whatever it was compiled to. What
// has one is stored and shown with it, so it is embedded there and its fields keep their names.
type Place struct {
	// File is relative to the project's root, with slashes. It is empty when the place is not known.
	File string `bson:"file,omitempty" json:"file,omitempty"`
	// Line and Column count from one, the column in characters. Both are zero when only the file is known.
	Line   int `bson:"line,omitempty" json:"line,omitempty"`
	Column int `bson:"column,omitempty" json:"column,omitempty"`
}

// String is "file:line:column", or as much of it as is known.
func (p Place) String() string {
	if p.File == "" || p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}
