package node

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"
)

// encoding is a way to write bytes as text.
type encoding int

const (
	utf8Text encoding = iota
	hexText
	base64Text
	base64URLText
	latin1Text
	asciiText
	utf16Text
)

// encodingOf finds an encoding by its name; "" is UTF-8.
func encodingOf(name string) (encoding, bool) {
	switch strings.ToLower(name) {
	case "", "utf8", "utf-8":
		return utf8Text, true
	case "hex":
		return hexText, true
	case "base64":
		return base64Text, true
	case "base64url":
		return base64URLText, true
	case "latin1", "binary":
		return latin1Text, true
	case "ascii":
		return asciiText, true
	case "utf16le", "utf-16le", "ucs2", "ucs-2":
		return utf16Text, true
	default:
		return 0, false
	}
}

// encodingArgument reads an argument that names an encoding; undefined and null are UTF-8.
func encodingArgument(in Interpreter, v goja.Value) encoding {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return utf8Text
	}
	e, ok := encodingOf(v.String())
	if !ok {
		fail(in, "TypeError", "ERR_UNKNOWN_ENCODING", "Unknown encoding: %s", v)
	}
	return e
}

// encode writes bytes as text.
func (e encoding) encode(b []byte) string {
	switch e {
	case hexText:
		return hex.EncodeToString(b)
	case base64Text:
		return base64.StdEncoding.EncodeToString(b)
	case base64URLText:
		return base64.RawURLEncoding.EncodeToString(b)
	case latin1Text, asciiText:
		mask := byte(0xff)
		if e == asciiText {
			mask = 0x7f
		}
		runes := make([]rune, len(b))
		for i, c := range b {
			runes[i] = rune(c & mask)
		}
		return string(runes)
	case utf16Text:
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		return string(utf16.Decode(units))
	default:
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
}

// decode reads bytes from text. Like Node.js it is lenient: hex ends at the first pair that is not one, and base64
// takes both alphabets and passes over what belongs to neither.
func (e encoding) decode(text string) []byte {
	switch e {
	case hexText:
		b := make([]byte, len(text)/2)
		n, _ := hex.Decode(b, []byte(text[:len(text)/2*2])) // the error says where the text ends to be hex
		return b[:n]
	case base64Text, base64URLText:
		return decodeBase64(text)
	case latin1Text, asciiText:
		var b []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			b = append(b, byte(unit))
		}
		return b
	case utf16Text:
		var b []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			b = binary.LittleEndian.AppendUint16(b, unit)
		}
		return b
	default:
		return []byte(text)
	}
}

func decodeBase64(text string) []byte {
	text, _, _ = strings.Cut(text, "=")
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '+', r == '/':
			return r
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		default:
			return -1
		}
	}, text)
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1] // six bits alone are no byte
	}
	b, err := base64.RawStdEncoding.DecodeString(clean)
	if err != nil {
		return nil
	}
	return b
}

// view is the memory behind a Buffer, another typed array, a DataView or an ArrayBuffer: what is written to it, the
// script sees.
func view(v goja.Value) ([]byte, bool) {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	// Only an ArrayBuffer is exported: exporting a view whose start is the end of its memory is not allowed in goja.
	if o.ExportType() == reflect.TypeFor[goja.ArrayBuffer]() {
		buffer, ok := o.Export().(goja.ArrayBuffer)
		return buffer.Bytes(), ok
	}
	memory := o.Get("buffer")
	if memory == nil {
		return nil, false
	}
	buffer, ok := memory.Export().(goja.ArrayBuffer)
	if !ok {
		return nil, false
	}
	offset, length := o.Get("byteOffset"), o.Get("byteLength")
	if offset == nil || length == nil {
		return nil, false
	}
	from, to := offset.ToInteger(), offset.ToInteger()+length.ToInteger()
	if from < 0 || to < from || to > int64(len(buffer.Bytes())) {
		return nil, false
	}
	return buffer.Bytes()[from:to], true
}

// data is an argument that holds bytes: text in an encoding, or what view takes.
func data(in Interpreter, what string, v, enc goja.Value) []byte {
	if goja.IsString(v) {
		return encodingArgument(in, enc).decode(v.String())
	}
	b, ok := view(v)
	if !ok {
		fail(in, "TypeError", "ERR_INVALID_ARG_TYPE",
			"The %q argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received %s",
			what, received(in, v))
	}
	return b
}

// received describes a value of the wrong type.
func received(in Interpreter, v goja.Value) string {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return fmt.Sprint(v)
	}
	return in.Show(v)
}

// newBuffer is a Buffer over bytes, which belong to it from then on.
func newBuffer(in Interpreter, b []byte) goja.Value {
	class := in.Import("buffer").Get("Buffer").ToObject(in.Runtime())
	from, ok := goja.AssertFunction(class.Get("from"))
	if !ok {
		fail(in, "TypeError", "ERR_INVALID_STATE", "Buffer.from is no function any more")
	}
	v, err := from(class, in.Runtime().ToValue(in.Runtime().NewArrayBuffer(b)))
	if err != nil {
		in.Throw(err)
	}
	return v
}

// maxBytes bounds what a script makes at once, so that a wrong number is an error and not the end of the process.
const maxBytes = 1 << 30

// size is an argument that counts bytes.
func size(in Interpreter, what string, v goja.Value) int {
	n := v.ToFloat()
	if !goja.IsNumber(v) || n < 0 || n > maxBytes || n != float64(int(n)) {
		fail(in, "RangeError", "ERR_OUT_OF_RANGE",
			"The value of %q is out of range. It must be an integer from 0 to %d. Received %s", what, maxBytes,
			received(in, v))
	}
	return int(n)
}
