package bindings

import (
	"time"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
	"migrator/runtime/fault"
)

// reader reads an options object. It remembers the names that were asked for, so that done can refuse the others: an
// option with a typing mistake must not be silently without effect.
type reader struct {
	a      *args
	object *goja.Object // nil where no options were given
	asked  []string
}

// optionsAt reads the options at place i.
func (a *args) optionsAt(i int) *reader { return a.readOptions(a.at(i)) }

func (a *args) readOptions(v goja.Value) *reader {
	r := &reader{a: a}
	if !given(v) {
		return r
	}
	if !a.isObject(v) {
		a.fail("the options must be an object")
	}
	r.object = v.(*goja.Object)
	return r
}

// get is the option's value; ok is false where it was not given, or is undefined or null.
func (r *reader) get(name string) (v goja.Value, ok bool) {
	if r.object == nil {
		return nil, false
	}
	r.asked = append(r.asked, name)
	v = r.object.Get(name)
	return v, given(v)
}

func (r *reader) document(name string) bson.Raw {
	v, ok := r.get(name)
	if !ok {
		return nil
	}
	return r.a.marshal(v, name)
}

func (r *reader) documents(name string) []bson.Raw {
	v, ok := r.get(name)
	if !ok {
		return nil
	}
	return r.a.documents(v, name)
}

func (r *reader) value(name string) bson.RawValue {
	v, ok := r.get(name)
	if !ok {
		return bson.RawValue{}
	}
	return r.a.value(v, name)
}

func (r *reader) integer(name string) int64 {
	v, ok := r.get(name)
	if !ok {
		return 0
	}
	return r.a.toInteger(v, name)
}

func (r *reader) text(name string) string {
	v, ok := r.get(name)
	if !ok {
		return ""
	}
	s, isString := v.Export().(string)
	if !isString {
		r.a.fail("the option %s must be a string", name)
	}
	return s
}

func (r *reader) flag(name string) bool {
	v, ok := r.get(name)
	return ok && v.ToBoolean()
}

// choice is a flag that can also be left to the server.
func (r *reader) choice(name string) *bool {
	v, ok := r.get(name)
	if !ok {
		return nil
	}
	b := v.ToBoolean()
	return &b
}

// sort reads a sort order in any of its spellings.
func (r *reader) sort(name string) bson.Raw {
	v, ok := r.get(name)
	if !ok {
		return nil
	}
	return r.a.keyList(v, name)
}

// known names options that are read in some other way.
func (r *reader) known(names ...string) {
	if r.object != nil {
		r.asked = append(r.asked, names...)
	}
}

// ignored takes options that change nothing out of those that are left, with a notice.
func (r *reader) ignored(names ...string) {
	for _, name := range names {
		if _, given := r.get(name); given {
			r.a.noticeIgnored(name, ignoredOption(r.a.method, name))
		}
	}
}

// common reads what every method takes, into op.
func (r *reader) common(op *funnel.Operation) {
	if session := r.session(); session != nil {
		op.Session = session
	}
	op.Concern.MaxTime = time.Duration(r.integer("maxTimeMS")) * time.Millisecond
	if t := r.integer("timeoutMS"); t > 0 {
		op.Concern.MaxTime = time.Duration(t) * time.Millisecond
	}
	op.Concern.Override(r.concern(op.Request != nil))
	r.known("ignoreUndefined")
}

// concern reads how safely to read and write. A limited wait for a write concern is for commands alone.
func (r *reader) concern(limitless bool) funnel.Concern {
	c := funnel.Concern{Write: r.writeConcern(), ReadLevel: r.named("readConcern", "level"),
		Preference: r.named("readPreference", "mode")}
	if _, err := c.Write.LookupErr("wtimeout"); err == nil && limitless {
		r.a.noticeIgnored("wtimeout", ignoredOption(r.a.method, "wtimeout"))
	}
	return c
}

// session is the option of that name: an object of startSession.
func (r *reader) session() *mongo.Session {
	v, ok := r.get("session")
	if !ok {
		return nil
	}
	session, isSession := r.a.s.native(v).(*sessionObject)
	if !isSession {
		r.a.fail("the option session must come from client.startSession()")
	}
	session.mustLive(r.a)
	return session.session
}

// writeConcern reads {writeConcern: {w, j, wtimeout}} and the older spelling with the fields among the options.
func (r *reader) writeConcern() bson.Raw {
	if c := r.document("writeConcern"); c != nil {
		return c
	}
	var d bson.D
	for _, name := range []string{"w", "j", "wtimeout"} {
		if v := r.value(name); v.Type != 0 {
			d = append(d, bson.E{Key: name, Value: v})
		}
	}
	if d == nil {
		return nil
	}
	return r.a.encode(d)
}

// writeConcernAt is the argument as a write concern: a document, or its w alone.
func (a *args) writeConcernAt(i int) bson.Raw {
	if a.isObject(a.at(i)) {
		return a.document(i, "the write concern")
	}
	return a.encode(bson.D{{Key: "w", Value: a.value(a.at(i), "the write concern")}})
}

// named reads an option that is a string, or a document with the string under key.
func (r *reader) named(name, key string) string {
	v, ok := r.get(name)
	if !ok {
		return ""
	}
	if object, isObject := v.(*goja.Object); isObject {
		if v = object.Get(key); !given(v) {
			r.a.fail("the option %s needs a %s", name, key)
		}
		for _, other := range object.Keys() {
			if other != key {
				r.a.noticeIgnored(name+"."+other,
					"of a "+name+" the "+key+" counts here; the connection string can say more")
			}
		}
	}
	return v.String()
}

// done refuses the options that nobody has asked for, unless they are known to be without effect.
func (r *reader) done() {
	for _, name := range r.rest() {
		if why := ignoredOption(r.a.method, name); why != "" {
			r.a.noticeIgnored(name, why)
			continue
		}
		if near := fault.Nearest(name, r.asked); near != "" {
			r.a.fail("unknown option %s, did you mean %s?", name, near)
		}
		r.a.fail("unknown option %s", name)
	}
}

// rest are the options that nobody has asked for, in their order.
func (r *reader) rest() []string {
	if r.object == nil {
		return nil
	}
	known := make(map[string]bool, len(r.asked))
	for _, name := range r.asked {
		known[name] = true
	}
	var rest []string
	for _, name := range r.object.Keys() {
		if !known[name] {
			rest = append(rest, name)
		}
	}
	return rest
}

// appendRest adds the options that nobody has asked for to a command: those that are the server's to judge. What no
// server takes has to be named by ignored before.
func (r *reader) appendRest(d bson.D) bson.D {
	for _, name := range r.rest() {
		if v := r.object.Get(name); !goja.IsUndefined(v) {
			d = append(d, bson.E{Key: name, Value: r.a.value(v, name)})
		}
	}
	return d
}

// encode makes a document of Go's into bytes.
func (a *args) encode(d bson.D) bson.Raw {
	raw, err := bson.Marshal(d)
	a.check(err)
	return raw
}
