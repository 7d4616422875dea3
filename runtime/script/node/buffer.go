package node

import (
	"bytes"

	"github.com/dop251/goja"
	"github.com/dop251/goja_nodejs/buffer"
)

// bufferNatives are the Buffer of goja_nodejs, which has the numbers (readInt32LE and so on), and what completes it.
func bufferNatives(in Interpreter) (*goja.Object, error) {
	rt := in.Runtime()
	o, err := object(in, functions{
		// decode(text, encoding) is an ArrayBuffer.
		"decode": func(call goja.FunctionCall) goja.Value {
			b := encodingArgument(in, call.Argument(1)).decode(call.Argument(0).String())
			return rt.ToValue(rt.NewArrayBuffer(b))
		},
		// encode(bytes, encoding) is text.
		"encode": func(call goja.FunctionCall) goja.Value {
			e := encodingArgument(in, call.Argument(1))
			return rt.ToValue(e.encode(data(in, "buffer", call.Argument(0), nil)))
		},
		"isEncoding": func(call goja.FunctionCall) goja.Value {
			_, ok := encodingOf(call.Argument(0).String())
			return rt.ToValue(ok && goja.IsString(call.Argument(0)) && call.Argument(0).String() != "")
		},
		"allocate": func(call goja.FunctionCall) goja.Value {
			return rt.ToValue(rt.NewArrayBuffer(make([]byte, size(in, "size", call.Argument(0)))))
		},
		"compare": func(call goja.FunctionCall) goja.Value {
			return rt.ToValue(bytes.Compare(data(in, "buf1", call.Argument(0), nil),
				data(in, "buf2", call.Argument(1), nil)))
		},
		// indexOf(bytes, value, from) and lastIndexOf(bytes, value, to)
		"indexOf": func(call goja.FunctionCall) goja.Value {
			b, from := data(in, "buffer", call.Argument(0), nil), int(call.Argument(2).ToInteger())
			if i := bytes.Index(b[from:], data(in, "value", call.Argument(1), nil)); i >= 0 {
				return rt.ToValue(from + i)
			}
			return rt.ToValue(-1)
		},
		"lastIndexOf": func(call goja.FunctionCall) goja.Value {
			b := data(in, "buffer", call.Argument(0), nil)
			return rt.ToValue(bytes.LastIndex(b[:call.Argument(2).ToInteger()],
				data(in, "value", call.Argument(1), nil)))
		},
	})
	if err != nil {
		return nil, err
	}
	base := rt.NewObject()
	if err := base.Set("exports", rt.NewObject()); err != nil {
		return nil, err
	}
	buffer.Require(rt, base)
	return o, o.Set("Buffer", base.Get("exports").ToObject(rt).Get("Buffer"))
}
