package bsonjs

import (
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// value shows a value inside of others. A number that would be written as an int64 is shown as one.
func (p *printer) value(v goja.Value, indent int, width bsoncore.Type) shown {
	switch v := v.(type) {
	case nil:
		return shown{text: "undefined"}
	case *goja.Object:
		return p.object(v, indent)
	case goja.String:
		return shown{text: quote(v.String())}
	case *goja.Symbol:
		return shown{text: "Symbol(" + v.String() + ")"}
	}
	switch {
	case bigInt(v) != nil:
		return shown{text: v.String() + "n"}
	case isNumber(v) && width == bsoncore.TypeInt64 && v.ExportType().Kind() == reflect.Int64:
		return shown{text: "Long('" + v.String() + "')"}
	case isNumber(v) && v.ToFloat() == 0 && math.Signbit(v.ToFloat()):
		return shown{text: "-0"}
	}
	return shown{text: v.String()}
}

func (p *printer) object(o *goja.Object, indent int) shown {
	if b := boxOf(o); b != nil {
		return p.box(b, indent)
	}
	if p.realm.Describe != nil {
		if text := p.realm.Describe(o); text != "" {
			return shown{text: text}
		}
	}
	if text, ok := p.atom(o); ok {
		return shown{text: text}
	}
	for _, outer := range p.open {
		if outer == o {
			return shown{text: "[Circular]"}
		}
	}
	if len(p.open) > showDepth {
		if o.ClassName() == "Array" {
			return shown{text: "[Array]"}
		}
		return shown{text: "[Object]"}
	}
	p.open = append(p.open, o)
	defer func() { p.open = p.open[:len(p.open)-1] }()
	switch t := o.ExportType(); {
	case t == typeArray || t == typeList:
		return p.list(o, indent)
	case t == typeMap:
		return p.mapping(o, indent)
	case t == typePromise:
		return p.promise(o, indent)
	case isTyped(o):
		return p.typed(o, indent)
	}
	return p.fields(o, indent)
}

// atom shows the objects that have no inside.
func (p *printer) atom(o *goja.Object) (string, bool) {
	t := o.ExportType()
	switch {
	case t == typeDocument || t == typeArray:
		return "", false
	case t == typeDate:
		if _, valid := dateMillis(o); !valid {
			return "Invalid Date", true
		}
		return "ISODate('" + p.realm.invoke(o, "toISOString").String() + "')", true
	}
	if custom, ok := p.inspected(o); ok {
		return custom, true
	}
	switch o.ClassName() {
	case "RegExp":
		return "/" + plainSource(o.Get("source").String(), `\/`) + "/" + o.Get("flags").String(), true
	case "Number", "String", "Boolean":
		return fmt.Sprintf("[%s: %s]", o.ClassName(), p.value(p.realm.rt.ToValue(o.Export()), 0, 0).text), true
	}
	return p.alien(o)
}

// inspected is what an object says about itself, by the method that Node.js has for it.
func (p *printer) inspected(o *goja.Object) (string, bool) {
	symbol, ok := p.realm.invoke(p.realm.rt.Get("Symbol"), "for",
		p.realm.rt.ToValue("nodejs.util.inspect.custom")).(*goja.Symbol)
	if !ok {
		return "", false
	}
	inspect, ok := goja.AssertFunction(o.GetSymbol(symbol))
	if !ok {
		return "", false
	}
	text, err := inspect(o)
	if err != nil {
		panic(err) // an exception, which Show catches
	}
	return text.String(), true
}

// list shows an array or a Set.
func (p *printer) list(o *goja.Object, indent int) shown {
	list, _, _ := (&encoder{realm: p.realm}).list(o)
	entries := make([]shown, 0, min(len(list), showItems))
	holes := 0 // in a row, up to the last element
	for i, it := range list[:min(len(list), showItems)] {
		v := it.value
		if it.from.Type != 0 {
			v = o.Get(strconv.Itoa(i))
		}
		if v == nil {
			if holes++; holes > 1 {
				entries = entries[:len(entries)-1]
			}
			entries = append(entries, emptyItems(holes))
			continue
		}
		holes = 0
		entries = append(entries, p.value(v, indent+2, it.from.Type))
	}
	if more := len(list) - showItems; more > 0 {
		entries = append(entries, shown{text: moreItems(more)})
	}
	if o.ClassName() != "Array" {
		return p.lay(braces{fmt.Sprintf("Set(%d) ", len(list)), "{", "}"}, entries, indent, true)
	}
	return p.lay(braces{"", "[", "]"}, entries, indent, true)
}

func (p *printer) mapping(o *goja.Object, indent int) shown {
	var entries []shown
	p.realm.rt.ForOf(o, func(entry goja.Value) bool {
		pair := entry.ToObject(p.realm.rt)
		key, value := p.value(pair.Get("0"), indent+2, 0), p.value(pair.Get("1"), indent+2, 0)
		entries = append(entries, shown{key.text + " => " + value.text, max(key.levels, value.levels)})
		return true
	})
	return p.lay(braces{fmt.Sprintf("Map(%d) ", len(entries)), "{", "}"}, entries, indent, false)
}

// fields shows an object by its properties.
func (p *printer) fields(o *goja.Object, indent int) shown {
	var entries []shown
	for _, name := range o.Keys() {
		e := p.property(o, name, indent+2)
		e.text = showName(name) + ": " + e.text
		entries = append(entries, e)
	}
	for _, symbol := range o.Symbols() {
		e := p.value(o.GetSymbol(symbol), indent+2, 0)
		e.text = "[Symbol(" + symbol.String() + ")]: " + e.text
		entries = append(entries, e)
	}
	switch {
	case o.ClassName() == "Error":
		return p.failure(o, entries, indent)
	case p.realm.knows("DBRef", o) && len(entries) <= 3:
		return p.reference(o, indent)
	}
	return p.lay(braces{p.prefix(o), "{", "}"}, entries, indent, false)
}

// failure shows an Error: its name and message, and what else it carries.
func (p *printer) failure(o *goja.Object, entries []shown, indent int) shown {
	text := p.realm.invoke(o, "toString").String()
	if len(p.open) > 1 {
		text = "[" + text + "]"
	}
	if len(entries) == 0 {
		return shown{text: text}
	}
	return p.lay(braces{text + " ", "{", "}"}, entries, indent, false)
}

// reference shows a DBRef.
func (p *printer) reference(o *goja.Object, indent int) shown {
	text := "DBRef("
	for i, name := range []string{"$ref", "$id", "$db"} {
		if v := o.Get(name); v != nil {
			if i > 0 {
				text += ", "
			}
			text += p.value(v, indent, 0).text
		}
	}
	return shown{text: text + ")"}
}

// width is the type that the number in a field would be written with, as far as it is remembered.
func (p *printer) width(o *goja.Object, name string) bsoncore.Type {
	if d, ok := lazyDocument(o); ok {
		t := d.open()
		if i, ok := t.base(name); ok {
			return t.element(d.raw, i).Type
		}
	}
	return p.realm.names.width(name)
}

// constructor is the name of the class of an object.
func (p *printer) constructor(o *goja.Object, fallback string) string {
	proto := o.Prototype()
	if proto == nil {
		return fallback
	}
	if c, ok := proto.Get("constructor").(*goja.Object); ok {
		return c.Get("name").String()
	}
	return fallback
}

// box shows a value of a BSON type as the call that makes it.
func (p *printer) box(b *box, indent int) shown {
	v := b.value()
	switch b.typ {
	case bsoncore.TypeObjectID:
		return call(b, quote(b.hex()))
	case bsoncore.TypeInt64:
		return call(b, quote(strconv.FormatInt(b.int64(), 10)))
	case bsoncore.TypeInt32:
		return call(b, strconv.Itoa(int(v.Int32())))
	case bsoncore.TypeDouble:
		return call(b, p.value(p.realm.rt.ToValue(v.Double()), 0, 0).text)
	case bsoncore.TypeDecimal128:
		return call(b, quote(b.decimal().String()))
	case bsoncore.TypeBinary:
		return showBinary(b)
	case bsoncore.TypeTimestamp:
		t, i := v.Timestamp()
		return call(b, fmt.Sprintf("{ t: %d, i: %d }", t, i))
	case bsoncore.TypeRegex:
		pattern, options := v.Regex()
		return call(b, quote(pattern)+", "+quote(options))
	case bsoncore.TypeSymbol:
		return call(b, quote(v.Symbol()))
	case bsoncore.TypeJavaScript, bsoncore.TypeCodeWithScope:
		text, scope := b.code()
		if scope == nil {
			return call(b, quote(text))
		}
		return call(b, quote(text)+", "+p.object(p.realm.Document(scope), indent).text)
	case bsoncore.TypeDBPointer:
		namespace, id := v.DBPointer()
		return call(b, quote(namespace)+", ObjectId("+quote(fmt.Sprintf("%x", id[:]))+")")
	}
	return call(b, "")
}

func call(b *box, args string) shown { return shown{text: b.class() + "(" + args + ")"} }

func showBinary(b *box) shown {
	if b.isUUID() {
		return call(b, quote(showUUID(b.bytes())))
	}
	text := base64.StdEncoding.EncodeToString(b.bytes())
	return shown{text: fmt.Sprintf("Binary.createFromBase64(%s, %d)", quote(text), b.subtype())}
}

// emptyItems are the holes of an array.
func emptyItems(n int) shown {
	if n == 1 {
		return shown{text: "<1 empty item>"}
	}
	return shown{text: fmt.Sprintf("<%d empty items>", n)}
}
