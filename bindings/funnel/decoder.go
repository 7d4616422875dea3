package funnel

import (
	"go.mongodb.org/mongo-driver/v2/bson"
)

// decoder is the codec that reads a document.
type decoder struct {
	from bson.Raw
	// needed is true where a field has to be there.
	needed bool
	// wrong is set for a command that does not look as the server wants it.
	wrong *bool
}

// newDecoder begins to read a document of a command. Nobody knows which of two fields of the same name counts.
func newDecoder(from bson.Raw, wrong *bool) decoder {
	d := decoder{from: from, wrong: wrong}
	seen := map[string]bool{}
	err := EachField(from, func(name string, _ bson.RawValue) error {
		d.expect(!seen[name])
		seen[name] = true
		return nil
	})
	d.expect(err == nil)
	return d
}

// get is the value of a field; ok is false where it is not there, or null.
func (d decoder) get(name string) (v bson.RawValue, ok bool) {
	v, err := d.from.LookupErr(name)
	ok = err == nil && v.Type != bson.TypeNull
	d.expect(ok || !d.needed)
	return v, ok
}

func (d decoder) expect(ok bool) {
	if !ok {
		*d.wrong = true
	}
}

func (d decoder) first() string { return FirstKey(d.from) }

func (d decoder) must() codec {
	d.needed = true
	return d
}

func (d decoder) document(name string, to *bson.Raw) {
	if v, ok := d.get(name); ok {
		*to, ok = v.DocumentOK()
		d.expect(ok)
	}
}

func (d decoder) documents(name string, to *[]bson.Raw) {
	v, ok := d.get(name)
	if !ok {
		return
	}
	elements := ElementsOf(v)
	*to = append(make([]bson.Raw, 0, len(elements)), DocumentsOf(v)...)
	d.expect(v.Type == bson.TypeArray && len(*to) == len(elements))
}

func (d decoder) value(name string, to *bson.RawValue) {
	if v, ok := d.get(name); ok {
		*to = v
	}
}

func (d decoder) text(name string, to *string) {
	if v, ok := d.get(name); ok {
		*to, ok = v.StringValueOK()
		d.expect(ok)
	}
}

func (d decoder) number(name string, to *int64) {
	if v, ok := d.get(name); ok {
		*to, ok = v.AsInt64OK()
		d.expect(ok)
	}
}

// A flag may be a number, as in {multi: 1}.
func (d decoder) flag(name string, to *bool) {
	v, ok := d.get(name)
	if !ok {
		return
	}
	if n, isNumber := v.AsFloat64OK(); isNumber {
		*to = n != 0
		return
	}
	*to, ok = v.BooleanOK()
	d.expect(ok)
}

func (d decoder) choice(name string, to **bool) {
	if _, ok := d.get(name); ok {
		*to = new(bool)
		d.flag(name, *to)
	}
}

func (d decoder) within(name string, fields func(c codec)) {
	if v, ok := d.get(name); ok {
		document, ok := v.DocumentOK()
		d.expect(ok)
		fields(newDecoder(document, d.wrong))
	}
}

func (d decoder) list(name string, _ int, fields func(i int, c codec)) {
	var documents []bson.Raw
	d.documents(name, &documents)
	for i, document := range documents {
		fields(i, newDecoder(document, d.wrong))
	}
}
