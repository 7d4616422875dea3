package bsonjs

import (
	"bytes"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// lengthSize is the size of the length that every document starts with, and with it where its first element is.
const lengthSize = 4

// element is one field of a document, as positions in its bytes.
type element struct {
	typ   bsoncore.Type
	name  []byte
	value []byte
	end   int // where the next element starts
}

// of gives the value with its type.
func (e element) of() bsoncore.Value { return bsoncore.Value{Type: e.typ, Data: e.value} }

// elementAt reads the element of raw that starts at pos. It is false at the end of the document; what is damaged ends
// it too, and is told from the end by wellEnded.
func elementAt(raw []byte, pos int) (element, bool) {
	if pos >= len(raw)-1 || raw[pos] == 0 {
		return element{end: pos}, false
	}
	src := raw[pos+1:]
	n := bytes.IndexByte(src, 0)
	if n < 0 {
		return element{end: pos}, false
	}
	typ := bsoncore.Type(raw[pos])
	value, _, ok := bsoncore.ReadValue(src[n+1:], typ)
	if !ok {
		return element{end: pos}, false
	}
	return element{typ: typ, name: src[:n], value: value.Data, end: pos + 1 + n + 1 + len(value.Data)}, true
}

// wellEnded reports whether pos, where elementAt stopped, is the end of the document.
func wellEnded(raw []byte, pos int) bool {
	return pos == len(raw)-1 && raw[pos] == 0
}

// lookup finds the first field of that name.
func lookup(raw []byte, name string) (element, bool) {
	for pos := lengthSize; ; {
		e, ok := elementAt(raw, pos)
		if !ok {
			return e, false
		}
		if string(e.name) == name {
			return e, true
		}
		pos = e.end
	}
}

// sound reports whether a value of the right size can be decoded: strings and what is made of them have lengths of
// their own.
func sound(v bsoncore.Value) bool {
	ok := true
	switch v.Type {
	case bsoncore.TypeString:
		_, ok = v.StringValueOK()
	case bsoncore.TypeBinary:
		_, _, ok = v.BinaryOK()
	case bsoncore.TypeRegex:
		_, _, ok = v.RegexOK()
	case bsoncore.TypeJavaScript:
		_, ok = v.JavaScriptOK()
	case bsoncore.TypeSymbol:
		_, ok = v.SymbolOK()
	case bsoncore.TypeCodeWithScope:
		_, _, ok = v.CodeWithScopeOK()
	case bsoncore.TypeDBPointer:
		_, _, ok = v.DBPointerOK()
	}
	return ok
}
