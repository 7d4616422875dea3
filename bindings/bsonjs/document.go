package bsonjs

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

var _ goja.DynamicObject = (*document)(nil)

// document is the lazy object over the bytes of a document. The first few fields that are read are looked for one by
// one; a script that wants more, or changes something, gets a table of all of them.
type document struct {
	realm *Realm
	raw   bson.Raw
	boxed bool // numbers are read as Int32, Long and Double, as EJSON.parse does on request
	fewN  int
	few   [4]field // the fields read so far, absent ones with a nil value; unused once there is a table
	table *table
	// absent is told of the fields that are read and not there; nil for most documents.
	absent func(name string)
}

type field struct {
	name  string
	value goja.Value
}

// Document makes a lazy document over raw, which must not be changed afterwards. Damaged bytes throw a BSONError when
// a script comes to them.
func (r *Realm) Document(raw bson.Raw) *goja.Object { return r.document(raw, false) }

// Watched is Document with a function that is told the name of each field that a script reads and that is not there.
func (r *Realm) Watched(raw bson.Raw, absent func(name string)) *goja.Object {
	return r.lazy(&document{realm: r, raw: raw, absent: absent})
}

func (r *Realm) document(raw bson.Raw, boxed bool) *goja.Object {
	return r.lazy(&document{realm: r, raw: raw, boxed: boxed})
}

func (r *Realm) lazy(d *document) *goja.Object {
	o := r.rt.NewDynamicObject(d)
	if isReference(d.raw) {
		r.adopt(o, "DBRef")
	}
	return o
}

// isReference reports whether a document starts as a DBRef has to.
func isReference(raw []byte) bool {
	ref, ok := elementAt(raw, lengthSize)
	if !ok || string(ref.name) != "$ref" {
		return false
	}
	id, ok := elementAt(raw, ref.end)
	return ok && string(id.name) == "$id"
}

// Get returns a field's value, the same one each time, or nil if the document does not have the field.
func (d *document) Get(name string) goja.Value {
	v := d.get(name)
	if v == nil && d.absent != nil {
		d.absent(name)
	}
	return v
}

func (d *document) get(name string) goja.Value {
	if d.table == nil {
		for i := range d.few[:d.fewN] {
			if d.few[i].name == name {
				return d.few[i].value
			}
		}
		if d.fewN < len(d.few) {
			return d.find(name)
		}
		d.open()
	}
	return d.table.get(name, d)
}

// find looks for a field that was not read yet, and remembers it.
func (d *document) find(name string) goja.Value {
	pos := lengthSize
	for {
		e, ok := elementAt(d.raw, pos)
		if !ok {
			break
		}
		if string(e.name) == name {
			return d.remember(name, d.realm.decode(e.of(), d.boxed))
		}
		pos = e.end
	}
	if !wellEnded(d.raw, pos) {
		d.realm.throwDamaged()
	}
	return d.remember(name, nil)
}

func (d *document) remember(name string, v goja.Value) goja.Value {
	d.few[d.fewN] = field{name, v}
	d.fewN++
	return v
}

// Has reports whether there is such a field, without decoding it.
func (d *document) Has(name string) bool { return d.open().has(name) }

// Set changes a field or appends a new one.
func (d *document) Set(name string, v goja.Value) bool {
	d.open().set(name, v)
	return true
}

// Delete removes a field.
func (d *document) Delete(name string) bool {
	d.open().remove(name)
	return true
}

// Keys are the names of the fields in their order, marked with the width of their numbers.
func (d *document) Keys() []string { return d.open().keys() }

// open makes the table if it was not made yet.
func (d *document) open() *table {
	if d.table != nil {
		return d.table
	}
	shape, at, ok := d.realm.shapes.of(d.raw, &d.realm.names)
	if !ok {
		d.realm.throwDamaged()
	}
	d.table = &table{shape: shape, at: at, values: make([]goja.Value, len(shape.names))}
	for _, f := range d.few[:d.fewN] {
		if i, ok := shape.index[f.name]; ok {
			d.table.values[i] = f.value
		}
	}
	return d.table
}

// changed reports whether writing the document means more than copying its bytes: a field was set or deleted, here or
// further down, or a date was changed in place.
func (d *document) changed() bool {
	if d.table == nil {
		for _, f := range d.few[:d.fewN] {
			if e, ok := d.mutable(f); ok && altered(f.value, e) {
				return true
			}
		}
		return false
	}
	t := d.table
	if t.states != nil || len(t.added) > 0 {
		return true
	}
	for i, v := range t.values {
		if o, ok := v.(*goja.Object); ok && altered(o, t.element(d.raw, i)) {
			return true
		}
	}
	return false
}

// mutable finds the bytes of a field that was read, if its value is one that a script can change in place.
func (d *document) mutable(f field) (bsoncore.Value, bool) {
	if _, ok := f.value.(*goja.Object); !ok {
		return bsoncore.Value{}, false
	}
	e, ok := lookup(d.raw, f.name)
	return e.of(), ok
}

// altered reports whether a value that was read from those bytes has been changed in place since.
func altered(v goja.Value, from bsoncore.Value) bool {
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	switch o.ExportType() {
	case typeDocument:
		return o.Export().(*document).changed()
	case typeArray:
		return o.Export().(*array).changed()
	case typeDate:
		ms, valid := dateMillis(o)
		return valid && from.Type == bsoncore.TypeDateTime && ms != from.DateTime()
	}
	return false
}
