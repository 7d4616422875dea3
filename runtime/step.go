package runtime

import (
	"fmt"
	"strings"

	"migrator/runtime/fault"
)

// Step is one operation of a script that may change something.
type Step struct {
	Number     int64  `bson:"number" json:"number"`       // from 1, among those of the run
	Operation  string `bson:"operation" json:"operation"` // as the script spelled it: "updateMany", "runCommand collMod"
	Collection string `bson:"collection,omitempty" json:"collection,omitempty"`
	// Did is what it is known to have done; nil while it is in flight, and where it failed before it had done anything.
	Did *Operations `bson:"did,omitempty" json:"did,omitempty"`
	// Place is where the script called it.
	fault.Place `bson:",inline"`
	// Transaction is true for an operation in a transaction: what it did stays only if that was committed.
	Transaction bool   `bson:"transaction,omitempty" json:"transaction,omitempty"`
	InFlight    bool   `bson:"in_flight,omitempty" json:"in_flight,omitempty"`
	Error       string `bson:"error,omitempty" json:"error,omitempty"` // that it ended with
}

// keptSteps is how many of the first steps a journal keeps, and how many of the last.
const keptSteps = 10

// Journal is what a run has done so far: its operations that may change something, in their order. It stays small
// however many there are.
type Journal struct {
	// Steps are the first and the last of them. Their numbers show where some are left out between.
	Steps []Step `bson:"steps" json:"steps"`
	// Begun is how many have begun, and Done how many have ended without an error or have done something before it.
	Begun int64 `bson:"begun" json:"begun"`
	Done  int64 `bson:"done" json:"done"`
	// Aborted is true if nothing of it stays, since the transaction around it was aborted.
	Aborted bool `bson:"aborted,omitempty" json:"aborted,omitempty"`
}

// Note takes in a step when it begins, and again when it has ended.
func (j *Journal) Note(s Step) {
	if s.InFlight {
		j.Begun = max(j.Begun, s.Number)
		if len(j.Steps) == 2*keptSteps {
			j.Steps = append(j.Steps[:keptSteps], j.Steps[keptSteps+1:]...)
		}
		j.Steps = append(j.Steps, s)
		return
	}
	if s.Error == "" || s.Did != nil {
		j.Done++
	}
	for i := len(j.Steps) - 1; i >= 0; i-- {
		if j.Steps[i].Number == s.Number {
			j.Steps[i] = s
			return
		}
	}
}

// Last is the operation that began last.
func (j *Journal) Last() (Step, bool) {
	if j == nil || len(j.Steps) == 0 {
		return Step{}, false
	}
	return j.Steps[len(j.Steps)-1], true
}

// Lines lists the steps, each with its number and its place, and how many are left out.
func (j *Journal) Lines() []string {
	if j == nil {
		return nil
	}
	var lines []string
	before := int64(0)
	for _, s := range j.Steps {
		if left := s.Number - before - 1; left > 0 {
			lines = append(lines, fmt.Sprintf("… %d more …", left))
		}
		before = s.Number
		lines = append(lines, s.String())
	}
	return lines
}

// String is the step in one line: "17. updateMany users: 500 modified (mongomigrations/012_x.js:18:5)".
func (s Step) String() string {
	text := fmt.Sprintf("%d. %s", s.Number, s.name())
	if outcome := s.outcome(); outcome != "" {
		text += ": " + outcome
	}
	if place := s.Place.String(); place != "" {
		text += " (" + place + ")"
	}
	return text
}

func (s Step) name() string {
	if s.Collection == "" {
		return s.Operation
	}
	return s.Operation + " " + s.Collection
}

// outcome is what became of it: "500 modified", or "" for a command that was carried out.
func (s Step) outcome() string {
	var parts []string
	switch {
	case s.InFlight:
		parts = append(parts, "in flight")
	case s.Did == nil && s.Error == "":
		parts = append(parts, "nothing matched")
	case s.Did != nil && s.Did.Commands == 0:
		parts = append(parts, s.Did.String())
	}
	switch {
	case s.Error != "" && s.Did != nil:
		parts = append(parts, "then failed")
	case s.Error != "":
		parts = append(parts, "failed")
	}
	if s.Transaction {
		parts = append(parts, "in a transaction")
	}
	return strings.Join(parts, ", ")
}

// String lists the counts that are not zero: "3 inserted, 1 command".
func (o Operations) String() string {
	var parts []string
	add := func(n int64, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(o.Inserted, "inserted", "inserted")
	add(o.Upserted, "upserted", "upserted")
	add(o.Modified, "modified", "modified")
	if o.Modified == 0 {
		add(o.Matched, "matched", "matched")
	}
	add(o.Deleted, "deleted", "deleted")
	add(o.Commands, "command", "commands")
	return strings.Join(parts, ", ")
}

// Add adds the counts of another.
func (o *Operations) Add(other Operations) {
	o.Inserted += other.Inserted
	o.Matched += other.Matched
	o.Modified += other.Modified
	o.Deleted += other.Deleted
	o.Upserted += other.Upserted
	o.Commands += other.Commands
}
