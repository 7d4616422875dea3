package bsonjs

import (
	"strings"
	"unsafe"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// maxNames bounds the memory of names: documents that use keys as data ({user_1: …, user_2: …}) have no end of them.
const maxNames = 1 << 14

// names remembers the width of numbers across copies of documents.
//
// A JavaScript number has no width, and a copy such as {...doc} is a plain object without a trace of its source. But
// the names of its properties are the very strings that the source gave out: goja shares their bytes when it copies
// properties, and a name that is written in a script has bytes of its own. So each pair of a name and a width has one
// string here, given out as the name of every field of that width; what matters of it later is where its bytes are.
//
// Were goja to copy names some day, numbers would fall back to the width of a new number, and nothing else would
// change.
type names struct {
	young, old generation
}

// generation is one half of what is remembered. When the young one is full it becomes the old one, and the old one is
// forgotten.
type generation struct {
	marked map[marking]string
	widths map[*byte]bsoncore.Type
}

type marking struct {
	name  string
	width bsoncore.Type
}

// mark gives the string that stands for a field of that name and type. Types whose values carry it themselves, and
// int32, the width of a new number, need no mark.
func (n *names) mark(name []byte, typ bsoncore.Type) string {
	if len(name) == 0 || typ != bsoncore.TypeInt64 && typ != bsoncore.TypeDouble {
		return string(name)
	}
	if s, ok := n.young.marked[marking{string(name), typ}]; ok {
		return s
	}
	if len(n.young.marked) >= maxNames {
		n.old, n.young = n.young, generation{}
	}
	if n.young.marked == nil {
		n.young = generation{map[marking]string{}, map[*byte]bsoncore.Type{}}
	}
	s := strings.Clone(string(name))
	n.young.marked[marking{s, typ}] = s
	n.young.widths[unsafe.StringData(s)] = typ
	return s
}

// width is the type that a name is marked with, or 0.
func (n *names) width(name string) bsoncore.Type {
	if name == "" || n.young.widths == nil {
		return 0
	}
	at := unsafe.StringData(name)
	if t, ok := n.young.widths[at]; ok {
		return t
	}
	return n.old.widths[at]
}
