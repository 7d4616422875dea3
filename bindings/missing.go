package bindings

import (
	"strconv"

	"github.com/dop251/goja"

	"migrator/runtime/fault"
)

// missing is what a prototype inherits from: it is asked for the members that an object does not have. One that is
// probably meant to be a method is a function that throws and names the method; anything else is undefined, as for any
// object. For example cursor.foreach(…) says "did you mean forEach?", and cursor.color is undefined.
func (s *scope) missing(kind string, names []string) *goja.Object {
	return s.inheriting(func(_ goja.Value, name string) goja.Value {
		if _, err := strconv.Atoi(name); err == nil && kind == "cursor" {
			s.refuse(kind, "a cursor has no ["+name+"]: write .toArray()["+name+"], or .next() for the first document")
		}
		message := missingMethod(kind, name, names)
		if message == "" {
			return goja.Undefined()
		}
		return s.rt.ToValue(func(goja.FunctionCall) goja.Value {
			s.misspelt(kind+"."+name, message)
			return nil
		})
	})
}

// inheriting is a prototype that looks members up by a function. Those of an ordinary object come first.
func (s *scope) inheriting(get func(of goja.Value, name string) goja.Value) *goja.Object {
	base := s.objectPrototype()
	proxy := s.rt.NewProxy(base, &goja.ProxyTrapConfig{
		Get: func(_ *goja.Object, name string, receiver goja.Value) goja.Value {
			if v := base.Get(name); v != nil {
				return v
			}
			return get(receiver, name)
		},
	})
	return s.rt.ToValue(proxy).ToObject(s.rt)
}

// missingMethod says what to call in place of a method that a kind of object does not have. It is "" for what the
// language itself asks objects for (then by await, toJSON by JSON.stringify), and for a name that is like no method's.
func missingMethod(kind, name string, names []string) string {
	switch name {
	case "then", "catch", "finally", "toJSON", "toBSON", "inspect", "asymmetricMatch", "nodeType", "ops", "code",
		"stack", "name":
		return ""
	}
	if advice := instead(name); advice != "" {
		return kind + "." + name + " is not a function: " + advice
	}
	if near := fault.Nearest(name, names); near != "" {
		return kind + "." + name + " is not a function, did you mean " + near + "?"
	}
	return ""
}
