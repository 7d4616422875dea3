package node

import (
	"math"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // the time zones, for systems without a copy of their own

	"github.com/dop251/goja"
)

// intlNatives are the formats of dates and numbers, whole in en-US, and as far as they are frequent in other locales.
func intlNatives(in Interpreter) (*goja.Object, error) {
	f := formats{in}
	return object(in, functions{"zone": f.zone, "date": f.date, "number": f.number, "compare": f.compare})
}

type formats struct{ in Interpreter }

// zone(name) is the name of a time zone that exists; of "" that of the machine, in which a Date shows its hours.
func (f formats) zone(call goja.FunctionCall) goja.Value {
	name := call.Argument(0).String()
	if name == "" {
		name = localZone()
	}
	switch strings.ToUpper(name) {
	case "UTC", "GMT", "ETC/UTC", "ETC/GMT":
		return f.in.Runtime().ToValue("UTC")
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" && call.Argument(0).String() != "" {
		fail(f.in, "RangeError", "ERR_INVALID_ARG_VALUE", "Invalid time zone specified: %s", name)
	}
	return f.in.Runtime().ToValue(name)
}

// localZone is the name of the machine's time zone; "Local" where it has an offset and no name.
func localZone() string {
	if name := time.Local.String(); name != "Local" && name != "" {
		return name
	}
	if name := os.Getenv("TZ"); name != "" {
		if _, err := time.LoadLocation(name); err == nil {
			return name
		}
	}
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			return name
		}
	}
	if _, offset := time.Now().Zone(); offset == 0 {
		return "UTC"
	}
	return "Local"
}

// date(ms, zone, fields, locale) are the parts of a date's text: the type of each, followed by its value.
func (f formats) date(call goja.FunctionCall) goja.Value {
	location, err := time.LoadLocation(call.Argument(1).String())
	if err != nil {
		f.in.Throw(err)
	}
	fields := map[string]string{}
	object := call.Argument(2).ToObject(f.in.Runtime())
	for _, name := range object.Keys() {
		fields[name] = object.Get(name).String()
	}
	ms := int64(math.Floor(call.Argument(0).ToFloat()))
	d := dateText{time: time.UnixMilli(ms).In(location), fields: fields}
	var parts []part
	if l := localeOf(call.Argument(3).String()); l != nil {
		parts, err = localDate{d, l}.format()
	} else {
		parts, err = d.format()
	}
	if err != nil {
		fail(f.in, "RangeError", "ERR_INVALID_ARG_VALUE", "%v", err)
	}
	var values []any
	for _, part := range parts {
		values = append(values, part.kind, part.text)
	}
	return f.in.Runtime().NewArray(values...)
}
