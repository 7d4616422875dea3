package funnel

import "slices"

// Access is what an operation may do to the data.
type Access int

const (
	// Read leaves everything as it is.
	Read Access = iota
	// Write changes documents.
	Write
	// Admin changes anything else: collections, indexes, users, settings. A command that is not known counts as one.
	Admin
)

// String names the access.
func (a Access) String() string {
	return [...]string{"read", "write", "admin"}[a]
}

// Access is what the operation may do. It follows from the request alone.
func (op *Operation) Access() Access { return op.Request.access() }

func (*Find) access() Access          { return Read }
func (*Count) access() Access         { return Read }
func (*Distinct) access() Access      { return Read }
func (*Explain) access() Access       { return Read }
func (*Bulk) access() Access          { return Write }
func (*FindAndModify) access() Access { return Write }

// A pipeline writes where it has $out or $merge.
func (r *Aggregate) access() Access {
	if slices.ContainsFunc(r.Pipeline, Writes) {
		return Write
	}
	return Read
}
