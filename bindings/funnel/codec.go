package funnel

import (
	"go.mongodb.org/mongo-driver/v2/bson"
)

// codec goes through the fields of a command. An encoder writes what a request holds, and a decoder reads into it, so
// that a request says once which fields it has and where each belongs (fields.go), and what is written is what is read:
//
//	func (r *Distinct) fields(c codec) {
//		c.must().text("key", &r.Field)
//		c.document("query", &r.Filter)
//		…
//
// What a request holds in another way than the command is taken apart before its field and put together again behind
// it, which changes nothing where it was only written: the limit of a Find, for example. An encoder leaves out what is
// nil, zero or false; a decoder leaves alone what is not there, or null.
type codec interface {
	document(name string, v *bson.Raw)
	documents(name string, v *[]bson.Raw)
	value(name string, v *bson.RawValue)
	text(name string, v *string)
	number(name string, v *int64)
	flag(name string, v *bool)
	choice(name string, v **bool)
	// within goes through the fields of a document that is written also when it is empty.
	within(name string, fields func(c codec))
	// list goes through the n documents of an array; a decoder through those that there are.
	list(name string, n int, fields func(i int, c codec))
	// must is the codec for a field that has to be there. It is written whatever it holds.
	must() codec
	// first is the name of the first field, or "" where nothing is written yet.
	first() string
	// expect says that the command does not look as the server wants it unless ok.
	expect(ok bool)
}

// encoder writes a document.
type encoder struct {
	d *bson.D
	// all is true where zero values are written too.
	all bool
}

func newEncoder() encoder { return encoder{d: &bson.D{}} }

func (e encoder) add(name string, v any, given bool) {
	if given || e.all {
		*e.d = append(*e.d, bson.E{Key: name, Value: v})
	}
}

func (e encoder) document(name string, v *bson.Raw) {
	if *v == nil {
		e.add(name, EmptyDocument(), false)
		return
	}
	e.add(name, *v, true)
}

func (e encoder) documents(name string, v *[]bson.Raw) {
	if *v == nil {
		e.add(name, []bson.Raw{}, false)
		return
	}
	e.add(name, *v, true)
}

func (e encoder) value(name string, v *bson.RawValue) {
	if v.Type != 0 {
		e.add(name, *v, true)
	}
}

func (e encoder) text(name string, v *string)  { e.add(name, *v, *v != "") }
func (e encoder) number(name string, v *int64) { e.add(name, *v, *v != 0) }
func (e encoder) flag(name string, v *bool)    { e.add(name, *v, *v) }
func (e encoder) choice(name string, v **bool) {
	if *v != nil {
		e.add(name, **v, true)
	}
}

func (e encoder) within(name string, fields func(c codec)) {
	inner := newEncoder()
	fields(inner)
	e.add(name, *inner.d, true)
}

func (e encoder) list(name string, n int, fields func(i int, c codec)) {
	list := make([]bson.D, n)
	for i := range list {
		inner := newEncoder()
		fields(i, inner)
		list[i] = *inner.d
	}
	e.add(name, list, true)
}

func (e encoder) must() codec { return encoder{e.d, true} }
func (encoder) expect(bool)   {}

func (e encoder) first() string {
	if len(*e.d) == 0 {
		return ""
	}
	return (*e.d)[0].Key
}
