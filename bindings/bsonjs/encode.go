package bsonjs

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// maxDepth is how deep the server lets documents nest.
const maxDepth = 200

// encoder walks a value and appends its bytes.
type encoder struct {
	realm   *Realm
	options MarshalOptions
	open    []*goja.Object // the objects that are being written, outermost first
	// operator is the name of the field whose document is being written: the server's operators decide where a
	// function is code.
	operator string
}

func refuse(format string, args ...any) error {
	return &MarshalError{Reason: fmt.Sprintf(format, args...)}
}

// value appends a value without a header, and returns its type. On an error what was appended is worthless.
func (e *encoder) value(dst []byte, v goja.Value, old ancestor) (bsoncore.Type, []byte, error) {
	switch v := v.(type) {
	case nil:
		return bsoncore.TypeNull, dst, nil // a hole in an array
	case *goja.Object:
		return e.object(dst, v, old)
	case goja.String:
		return bsoncore.TypeString, bsoncore.AppendString(dst, v.String()), nil
	case *goja.Symbol:
		return 0, nil, refuse("is a symbol; only its text can be stored")
	}
	if goja.IsUndefined(v) {
		if e.options.lenient {
			return bsoncore.TypeNull, dst, nil
		}
		if e.options.Stored {
			return 0, nil,
				refuse("is undefined; use null, or leave it out, as the option {ignoreUndefined: true} does")
		}
		return 0, nil, refuse("is undefined; leave it out, or use null")
	}
	t := v.ExportType()
	switch {
	case t == nil:
		return bsoncore.TypeNull, dst, nil
	case t == typeBigInt:
		return e.bigInt(dst, v)
	case t.Kind() == reflect.Int64:
		typ, dst := appendInteger(dst, v.ToInteger(), old.width())
		return typ, dst, nil
	case t.Kind() == reflect.Float64:
		typ, dst := appendFloat(dst, v.ToFloat(), old.width())
		return typ, dst, nil
	default:
		return bsoncore.TypeBoolean, bsoncore.AppendBoolean(dst, v.ToBoolean()), nil
	}
}

func (e *encoder) bigInt(dst []byte, v goja.Value) (bsoncore.Type, []byte, error) {
	n := bigInt(v)
	if n == nil || !n.IsInt64() {
		return 0, nil, refuse("does not fit into 64 bits; NumberDecimal('…') holds 34 digits")
	}
	return bsoncore.TypeInt64, bsoncore.AppendInt64(dst, n.Int64()), nil
}

// object appends an object of any kind.
func (e *encoder) object(dst []byte, o *goja.Object, old ancestor) (bsoncore.Type, []byte, error) {
	switch o.ExportType() {
	case typePlain:
		return e.named(dst, o, old)
	case typeBox:
		b := o.Export().(*box)
		return b.typ, append(dst, b.data...), nil
	case typeDocument:
		dst, err := e.document(dst, o)
		return bsoncore.TypeEmbeddedDocument, dst, err
	case typeArray, typeList:
		dst, err := e.array(dst, o, old)
		return bsoncore.TypeArray, dst, err
	case typeDate:
		ms, valid := dateMillis(o)
		if !valid {
			ms, valid = farMillis(o)
		}
		if !valid {
			return 0, nil, refuse("is an invalid Date")
		}
		return bsoncore.TypeDateTime, bsoncore.AppendDateTime(dst, ms), nil
	case typeBytes, typeBuffer:
		data, _ := e.realm.bytesOf(o)
		return bsoncore.TypeBinary, bsoncore.AppendBinary(dst, 0, data), nil
	case typeMap:
		dst, err := e.mapping(dst, o)
		return bsoncore.TypeEmbeddedDocument, dst, err
	}
	return e.other(dst, o, old)
}

// named appends an object that goja knows by the name of its class alone.
func (e *encoder) named(dst []byte, o *goja.Object, old ancestor) (bsoncore.Type, []byte, error) {
	switch o.ClassName() {
	case "RegExp":
		return e.regexp(dst, o)
	case "String":
		return bsoncore.TypeString, bsoncore.AppendString(dst, o.String()), nil
	case "Error":
		if !e.options.lenient {
			return 0, nil, refuse("is an Error; store its message")
		}
	}
	return e.plain(dst, o, old)
}

// other appends what is left: wrapped primitives, and objects that are no data.
func (e *encoder) other(dst []byte, o *goja.Object, old ancestor) (bsoncore.Type, []byte, error) {
	t := o.ExportType()
	switch {
	case o.ClassName() == "Number" || o.ClassName() == "Boolean" || t == typeBigInt:
		return e.value(dst, e.realm.rt.ToValue(o.Export()), old)
	case o.ClassName() == "Function":
		return e.function(dst, o)
	case t == typeProxy || e.options.lenient:
		return e.plain(dst, o, old)
	case t == typePromise:
		return 0, nil, refuse("is a Promise; await it")
	case t.Kind() == reflect.Slice:
		return 0, nil, refuse("is a typed array; store Array.from(it), or a Uint8Array for bytes")
	}
	return 0, nil, refuse("is no data that BSON has a type for")
}

// function appends a function as code where the server takes one, and refuses it elsewhere.
func (e *encoder) function(dst []byte, o *goja.Object) (bsoncore.Type, []byte, error) {
	switch e.operator {
	case "$where", "$function", "$accumulator":
		return bsoncore.TypeJavaScript, bsoncore.AppendJavaScript(dst, o.String()), nil
	}
	if err := e.hosted(o); err != nil {
		return 0, nil, err
	}
	return 0, nil, refuse("is a function; to store its source use Code(…)")
}

// regexp appends a RegExp. The server has no flags g, y, u, d; they mean nothing to a match, or are always on.
func (e *encoder) regexp(dst []byte, o *goja.Object) (bsoncore.Type, []byte, error) {
	options := strings.Map(func(flag rune) rune {
		if strings.ContainsRune("ims", flag) {
			return flag
		}
		return -1
	}, o.Get("flags").String())
	source := plainSource(o.Get("source").String(), "/")
	if strings.Contains(source, "\x00") {
		return 0, nil, refuse("is a regular expression with a NUL character")
	}
	return bsoncore.TypeRegex, bsoncore.AppendRegex(dst, source, sorted(options)), nil
}

// enter guards against cycles and documents that nest too deep.
func (e *encoder) enter(o *goja.Object) error {
	for _, outer := range e.open {
		if outer == o {
			return refuse("is a cycle: it contains itself")
		}
	}
	if len(e.open) >= maxDepth {
		return refuse("nests deeper than %d levels", maxDepth)
	}
	e.open = append(e.open, o)
	return nil
}

func (e *encoder) leave() { e.open = e.open[:len(e.open)-1] }
