package bsonjs

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

func (r *Realm) codeSpec() spec {
	code := func(self *box, _ arguments) goja.Value {
		text, _ := self.code()
		return r.rt.ToValue(text)
	}
	scope := func(self *box, _ arguments) goja.Value {
		if _, scope := self.code(); scope != nil {
			return r.Document(scope)
		}
		return goja.Null()
	}
	return spec{
		create:  r.newCode,
		getters: map[string]method{"code": code, "scope": scope},
		methods: map[string]method{
			"toString": code,
			"toJSON": func(self *box, _ arguments) goja.Value {
				if self.typ == bsoncore.TypeCodeWithScope {
					return r.object("code", code(self, nil), "scope", scope(self, nil))
				}
				return r.object("code", code(self, nil))
			},
		},
	}
}

// newCode is Code(text or function, scope). Of a function, its source is taken.
func (r *Realm) newCode(args arguments) goja.Value {
	if !args.given(1) {
		return r.box(bsoncore.TypeJavaScript, bsoncore.AppendJavaScript(nil, args.at(0).String()))
	}
	scope, err := r.Marshal(args.at(1), MarshalOptions{What: "the scope of Code"})
	if err != nil {
		r.throw("%v", err)
	}
	return r.box(bsoncore.TypeCodeWithScope, bsoncore.AppendCodeWithScope(nil, args.at(0).String(), scope))
}

// code is the source, and the scope or nil.
func (b *box) code() (string, bson.Raw) {
	if b.typ == bsoncore.TypeJavaScript {
		return b.value().JavaScript(), nil
	}
	text, scope := b.value().CodeWithScope()
	return text, bson.Raw(scope)
}

func (r *Realm) regexSpec() spec {
	pattern := func(self *box, _ arguments) goja.Value {
		pattern, _ := self.value().Regex()
		return r.rt.ToValue(pattern)
	}
	options := func(self *box, _ arguments) goja.Value {
		_, options := self.value().Regex()
		return r.rt.ToValue(options)
	}
	return spec{
		create:  r.newRegex,
		getters: map[string]method{"pattern": pattern, "options": options},
		methods: map[string]method{
			"toString": func(self *box, _ arguments) goja.Value {
				pattern, options := self.value().Regex()
				return r.rt.ToValue("/" + pattern + "/" + options)
			},
			"toJSON": func(self *box, _ arguments) goja.Value {
				return r.object("pattern", pattern(self, nil), "options", options(self, nil))
			},
		},
	}
}

// newRegex is BSONRegExp(pattern, options): an expression in the server's dialect.
func (r *Realm) newRegex(args arguments) goja.Value {
	pattern, options := args.at(0).String(), ""
	if args.given(1) {
		options = args.at(1).String()
	}
	if strings.Contains(pattern, "\x00") {
		r.throw("a regular expression cannot contain a NUL character")
	}
	if !subset(options, "ilmsux") {
		r.throw("the options of a BSONRegExp are out of i, l, m, s, u and x, not %s", r.Show(args.at(1)))
	}
	return r.box(bsoncore.TypeRegex, bsoncore.AppendRegex(nil, pattern, sorted(options)))
}

// plainSource undoes what goja makes of a bare slash in an expression's source: an escape that servers do not know.
func plainSource(source, slash string) string {
	const escaped = `\u002f`
	var b strings.Builder
	for source != "" {
		n := 1
		switch {
		case strings.HasPrefix(source, escaped):
			b.WriteString(slash)
			source = source[len(escaped):]
			continue
		case source[0] == '\\' && len(source) > 1:
			n = 2 // another escape: the character behind it begins no escape of its own
		}
		b.WriteString(source[:n])
		source = source[n:]
	}
	return b.String()
}

// sorted puts the options of a regular expression into the order that BSON wants.
func sorted(options string) string {
	letters := []byte(options)
	slices.Sort(letters)
	return string(letters)
}

func (r *Realm) symbolSpec() spec {
	text := func(self *box, _ arguments) goja.Value { return r.rt.ToValue(self.value().Symbol()) }
	return spec{
		create: func(args arguments) goja.Value {
			return r.box(bsoncore.TypeSymbol, bsoncore.AppendSymbol(nil, args.at(0).String()))
		},
		getters: map[string]method{"value": text},
		methods: map[string]method{"valueOf": text, "toString": text, "toJSON": text},
	}
}
