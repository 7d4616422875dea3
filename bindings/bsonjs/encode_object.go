package bsonjs

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// field appends one field. Undefined ones are left out on request.
func (e *encoder) field(dst []byte, name string, v goja.Value, old ancestor) ([]byte, error) {
	if e.skips(v) {
		return dst, nil
	}
	if strings.IndexByte(name, 0) >= 0 {
		return nil, refuse("has a field whose name contains a NUL character: %q", name)
	}
	if strings.HasSuffix(name, ownKey) && !e.options.lenient {
		return nil, below(refuse("is the inside of a BSON value, which a walk over fields has come into: "+
			"let it stop at what has a _bsontype"), name)
	}
	start := len(dst)
	dst = bsoncore.AppendHeader(dst, 0, name)
	if outer := e.operator; strings.HasPrefix(name, "$") {
		e.operator = name
		defer func() { e.operator = outer }()
	}
	typ, dst, err := e.value(dst, v, old)
	if err != nil {
		return nil, below(err, name)
	}
	dst[start] = byte(typ)
	return dst, nil
}

// skips reports whether a field with that value is left out.
func (e *encoder) skips(v goja.Value) bool {
	if v == nil || goja.IsUndefined(v) {
		return e.options.IgnoreUndefined && !e.options.lenient
	}
	if !e.options.lenient {
		return false
	}
	if _, ok := v.(*goja.Symbol); ok {
		return true
	}
	_, callable := goja.AssertFunction(v)
	return callable
}

// plain appends an object by its own enumerable properties, or what its toBSON makes of it.
func (e *encoder) plain(dst []byte, o *goja.Object, old ancestor) (bsoncore.Type, []byte, error) {
	if toBSON, ok := goja.AssertFunction(o.Get("toBSON")); ok {
		if err := e.hosted(o); err != nil && !e.takesList() {
			return 0, nil, err
		}
		v, err := toBSON(o)
		if err != nil {
			panic(err) // the script's own exception, which goja passes on
		}
		replacement, isObject := v.(*goja.Object)
		if !isObject || replacement.ExportType() != typePlain || replacement.ClassName() != "Object" {
			return e.value(dst, v, old)
		}
		o = replacement // its own toBSON, if it has one, is not asked again
	} else if class := e.foreign(o); class != "" {
		return 0, nil, refuse("is %s of another BSON library; use the global %s", article(class), class)
	}
	keys := o.Keys()
	if b := copied(o, keys); b != nil {
		return b.typ, append(dst, b.data...), nil
	}
	dst, err := e.properties(dst, o, keys, old)
	return bsoncore.TypeEmbeddedDocument, dst, err
}

// properties appends an object by its own enumerable properties, whose names are keys.
func (e *encoder) properties(dst []byte, o *goja.Object, keys []string, old ancestor) ([]byte, error) {
	if err := e.enter(o); err != nil {
		return nil, err
	}
	defer e.leave()
	if class := e.lost(o, keys); class != "" {
		return nil,
			refuse("is a copy of %s that has lost its value: copy documents with {...document} or structuredClone",
				article(class))
	}
	if len(keys) == 0 && !e.options.lenient {
		if err := e.inert(o); err != nil {
			return nil, err
		}
	}
	start, dst := bsoncore.AppendDocumentStart(dst)
	for _, name := range keys {
		var err error
		if dst, err = e.field(dst, name, o.Get(name), old.field(name, &e.realm.names)); err != nil {
			return nil, err
		}
	}
	return bsoncore.AppendDocumentEnd(dst, start)
}

// hosted refuses an object of the host: a collection, or a cursor.
func (e *encoder) hosted(o *goja.Object) error {
	if describe := e.realm.Describe; describe != nil && !e.options.lenient {
		if text := describe(o); text != "" {
			return refuse("is %s, not data", text)
		}
	}
	return nil
}

// takesList reports whether a list is what is written, in which a cursor may stand for its documents; nobody stores
// one.
func (e *encoder) takesList() bool {
	return e.operator == "$in" || e.operator == "$nin" || e.operator == "$all"
}

// inert refuses an object without fields that is not meant for data: a database, a generator.
func (e *encoder) inert(o *goja.Object) error {
	if err := e.hosted(o); err != nil {
		return err
	}
	if tag := o.GetSymbol(goja.SymToStringTag); tag != nil {
		return refuse("is %s, not data", article(tag.String()))
	}
	return nil
}

// lost is the name of the class of an object that was a BSON value once: the class is left of it, and not the value.
func (e *encoder) lost(o *goja.Object, keys []string) string {
	class := o.Get("_bsontype")
	if class == nil || !isString(class) || len(keys) > 0 && keys[0] != ownKey {
		return ""
	}
	return class.String()
}

// foreign is the name of the class of an object that says that it stands for a BSON type, and is not one of ours.
func (e *encoder) foreign(o *goja.Object) string {
	class := o.Get("_bsontype")
	if class == nil || !isString(class) || class.String() == "" || e.realm.knows(class.String(), o) {
		return ""
	}
	return class.String()
}

// document appends a document that was read: the bytes as they are, but for what the script has changed.
func (e *encoder) document(dst []byte, o *goja.Object) ([]byte, error) {
	d := o.Export().(*document)
	if !d.changed() {
		return append(dst, d.raw...), nil
	}
	if err := e.enter(o); err != nil {
		return nil, err
	}
	defer e.leave()
	start, dst := bsoncore.AppendDocumentStart(dst)
	dst, err := e.elements(dst, d, d.open())
	if err != nil {
		return nil, err
	}
	for _, f := range d.table.added {
		if dst, err = e.field(dst, f.name, f.value, ancestor{}.field(f.name, &e.realm.names)); err != nil {
			return nil, err
		}
	}
	return bsoncore.AppendDocumentEnd(dst, start)
}

// elements appends the fields that a document was read with, each run of untouched ones in one piece.
func (e *encoder) elements(dst []byte, d *document, t *table) ([]byte, error) {
	run := 0 // where the untouched elements that are not yet copied start
	copyRun := func(end int) {
		dst = append(dst, d.raw[t.at[run]:t.at[end]]...)
		run = end + 1
	}
	for i, v := range t.values {
		s := kept
		if t.states != nil {
			s = t.states[i]
		}
		old := ancestor{}
		if v != nil && s != removed {
			old = ancestor{t.element(d.raw, i)}
		}
		if s == kept && !altered(v, old.Value) {
			continue
		}
		copyRun(i)
		if s == removed {
			continue
		}
		var err error
		if dst, err = e.field(dst, t.shape.names[i], v, old); err != nil {
			return nil, err
		}
	}
	return append(dst, d.raw[t.at[min(run, len(t.values))]:t.at[len(t.values)]]...), nil
}

// mapping appends a Map, whose keys have to be strings.
func (e *encoder) mapping(dst []byte, o *goja.Object) ([]byte, error) {
	if err := e.enter(o); err != nil {
		return nil, err
	}
	defer e.leave()
	start, dst := bsoncore.AppendDocumentStart(dst)
	var err error
	e.realm.rt.ForOf(o, func(entry goja.Value) bool {
		pair := entry.ToObject(e.realm.rt)
		name := pair.Get("0")
		if !isString(name) {
			err = refuse("is a Map with a key that is no string: %s", e.realm.Show(name))
			return false
		}
		dst, err = e.field(dst, name.String(), pair.Get("1"), ancestor{}.field(name.String(), &e.realm.names))
		return err == nil
	})
	if err != nil {
		return nil, err
	}
	return bsoncore.AppendDocumentEnd(dst, start)
}

// array appends an array or a Set.
func (e *encoder) array(dst []byte, o *goja.Object, old ancestor) ([]byte, error) {
	if a, ok := lazyArray(o); ok && !a.changed() {
		return append(dst, a.raw...), nil
	}
	if err := e.enter(o); err != nil {
		return nil, err
	}
	defer e.leave()
	list, from, _ := e.list(o)
	if from.Type == 0 {
		from = old
	}
	olds := from.items()
	start, dst := bsoncore.AppendArrayStart(dst)
	for i, it := range list {
		at := len(dst)
		dst = bsoncore.AppendHeader(dst, 0, strconv.Itoa(i))
		typ, next, err := e.item(dst, it, olds.at(i))
		if err != nil {
			return nil, below(err, i)
		}
		next[at] = byte(typ)
		dst = next
	}
	return bsoncore.AppendArrayEnd(dst, start)
}

// item appends an item of an array: its bytes, if it is as it was read.
func (e *encoder) item(dst []byte, it item, old ancestor) (bsoncore.Type, []byte, error) {
	if it.from.Type != 0 && !altered(it.value, it.from) {
		return it.from.Type, append(dst, it.from.Data...), nil
	}
	v := it.value
	if e.options.lenient && e.skips(v) || e.options.IgnoreUndefined && v != nil && goja.IsUndefined(v) {
		return bsoncore.TypeNull, dst, nil // it cannot be left out
	}
	return e.value(dst, v, old)
}

// list gives the items of an array or a Set, and for an array that was read also its bytes.
func (e *encoder) list(v goja.Value) ([]item, ancestor, bool) {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil, ancestor{}, false
	}
	if a, ok := lazyArray(o); ok {
		return a.open(), ancestor{bsoncore.Value{Type: bsoncore.TypeArray, Data: a.raw}}, true
	}
	if o.ExportType() != typeList {
		return nil, ancestor{}, false
	}
	var list []item
	if o.ClassName() == "Array" {
		list = make([]item, o.Get("length").ToInteger())
		for i := range list {
			list[i].value = elementOf(o, i)
		}
		return list, ancestor{}, true
	}
	e.realm.rt.ForOf(o, func(v goja.Value) bool {
		list = append(list, item{value: v})
		return true
	})
	return list, ancestor{}, true
}

// elementOf reads an item of an array; a hole is nil.
func elementOf(o *goja.Object, i int) goja.Value { return o.Get(strconv.Itoa(i)) }
