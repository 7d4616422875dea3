package bsonjs

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// The text of any value is written as that of a document with the value as its one field, which is then cut off.
const (
	ejsonHead = `{"v":`
	ejsonTail = `}`
)

// EJSON gives a value's Extended JSON in one line, canonical or relaxed. Undefined is null in it, functions are left
// out.
func (r *Realm) EJSON(v goja.Value, canonical bool) (string, error) {
	value, err := r.MarshalValue(v, MarshalOptions{What: "the value", lenient: true})
	if err != nil {
		return "", err
	}
	text, err := bson.MarshalExtJSON(bson.D{{Key: "v", Value: value}}, canonical, false)
	if err != nil {
		return "", fmt.Errorf("write Extended JSON: %w", err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(text), ejsonHead), ejsonTail), nil
}

// ejson is the object EJSON.
func (r *Realm) ejson() goja.Value {
	if r.json != nil {
		return r.json
	}
	o := r.rt.NewObject()
	r.json = o
	for name, f := range map[string]func(arguments) goja.Value{
		"stringify": r.ejsonStringify, "parse": r.ejsonParse,
		"serialize": r.ejsonSerialize, "deserialize": r.ejsonDeserialize,
	} {
		r.function(o, name, func(call goja.FunctionCall) goja.Value { return f(call.Arguments) })
	}
	return o
}

// ejsonStringify is EJSON.stringify(value, replacer, space, options). Options may come earlier, for what is left out.
func (r *Realm) ejsonStringify(args arguments) goja.Value {
	v, rest := args.at(0), args[min(1, len(args)):]
	canonical := false
	if n := len(rest); n > 0 && isOptions(rest[n-1]) {
		canonical = isCanonical(rest[n-1])
		rest = rest[:n-1]
	}
	if goja.IsUndefined(v) {
		return v
	}
	if missing(rest.at(0)) && !rest.given(1) {
		return r.rt.ToValue(r.mustEJSON(v, canonical))
	}
	plain := r.parseJSON(r.mustEJSON(v, canonical))
	return r.invoke(r.rt.Get("JSON"), "stringify", plain, rest.at(0), rest.at(1))
}

// ejsonParse is EJSON.parse(text, options). With {relaxed: false} numbers are Int32, Long and Double.
func (r *Realm) ejsonParse(args arguments) goja.Value {
	text := args.at(0).String()
	if !json.Valid([]byte(text)) {
		return r.invoke(r.rt.Get("JSON"), "parse", args.at(0)) // for its SyntaxError
	}
	var doc bson.Raw
	if err := bson.UnmarshalExtJSON([]byte(ejsonHead+text+ejsonTail), false, &doc); err != nil {
		r.throw("EJSON.parse: %v", err)
	}
	e, ok := lookup(doc, "v")
	if !ok {
		r.throw("EJSON.parse: no value in %s", text)
	}
	return r.decode(e.of(), isOptions(args.at(1)) && isCanonical(args.at(1)))
}

// ejsonSerialize is EJSON.serialize(value, options): the Extended JSON as an object.
func (r *Realm) ejsonSerialize(args arguments) goja.Value {
	return r.parseJSON(r.mustEJSON(args.at(0), isOptions(args.at(1)) && isCanonical(args.at(1))))
}

// ejsonDeserialize is EJSON.deserialize(object, options), the way back.
func (r *Realm) ejsonDeserialize(args arguments) goja.Value {
	text := r.invoke(r.rt.Get("JSON"), "stringify", args.at(0))
	return r.ejsonParse(arguments{text, args.at(1)})
}

func (r *Realm) mustEJSON(v goja.Value, canonical bool) string {
	text, err := r.EJSON(v, canonical)
	if err != nil {
		r.throw("EJSON: %v", err)
	}
	return text
}

// isOptions reports whether an argument is an options object, not a replacer.
func isOptions(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && o.ClassName() == "Object"
}

func isCanonical(v goja.Value) bool {
	relaxed := v.(*goja.Object).Get("relaxed")
	return !missing(relaxed) && !relaxed.ToBoolean()
}

// parseJSON makes plain objects of Extended JSON. Relaxed text has int64 as bare digits; those that a number would
// round become {$numberLong: '…'}.
func (r *Realm) parseJSON(text string) goja.Value {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	v, err := r.jsonValue(decoder)
	r.must(err)
	return v
}

func (r *Realm) jsonValue(decoder *json.Decoder) (goja.Value, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return r.jsonArray(decoder)
		}
		return r.jsonObject(decoder)
	case json.Number:
		n, err := token.Int64()
		if err == nil && (n < -maxSafe || n > maxSafe) {
			return r.object("$numberLong", token.String()), nil
		}
		f, err := token.Float64()
		return r.rt.ToValue(f), err
	default:
		return r.rt.ToValue(token), nil
	}
}

func (r *Realm) jsonArray(decoder *json.Decoder) (goja.Value, error) {
	var list []any
	for decoder.More() {
		v, err := r.jsonValue(decoder)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := decoder.Token()
	return r.rt.NewArray(list...), err
}

func (r *Realm) jsonObject(decoder *json.Decoder) (goja.Value, error) {
	o := r.rt.NewObject()
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		v, err := r.jsonValue(decoder)
		if err != nil {
			return nil, err
		}
		if err := o.DefineDataProperty(fmt.Sprint(name), v, goja.FLAG_TRUE, goja.FLAG_TRUE,
			goja.FLAG_TRUE); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return o, err
}
