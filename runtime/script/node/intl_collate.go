package node

import (
	"github.com/dop251/goja"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// compare(a, b, sensitivity, numeric) returns which text comes first: less than 0, 0 or more.
func (f formats) compare(call goja.FunctionCall) goja.Value {
	var options []collate.Option
	switch call.Argument(2).String() {
	case "base":
		options = append(options, collate.IgnoreCase, collate.IgnoreDiacritics)
	case "accent":
		options = append(options, collate.IgnoreCase)
	case "case":
		options = append(options, collate.IgnoreDiacritics)
	}
	if call.Argument(3).ToBoolean() {
		options = append(options, collate.Numeric)
	}
	c := collate.New(language.English, options...)
	return f.in.Runtime().ToValue(c.CompareString(call.Argument(0).String(), call.Argument(1).String()))
}
