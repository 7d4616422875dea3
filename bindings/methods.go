package bindings

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"migrator/runtime/fault"
)

// method is the Go side of a method of the objects that stand for T.
type method[T any] func(of T, a *args) goja.Value

// table holds the methods of one kind of object by the names that scripts call them by.
type table[T any] map[string]method[T]

// tables are the methods of every kind of object. An Engine has one set, which nobody changes.
type tables struct {
	database              table[*database]
	sharding, replication table[*adminObject]
	collection            table[*collection]
	cursor                table[*cursorObject]
	session               table[*sessionObject]
	client                table[*clientObject]
	bulk                  table[*bulkObject]
	bulkFind              table[*bulkFindObject]
}

func newTables() *tables {
	return &tables{
		database: join(databaseMethods(), databaseAdminMethods(), commandMethods[*database]("db")),
		collection: join(readMethods(), writeMethods(), modifyMethods(), indexMethods(), collectionAdminMethods(),
			legacyMethods(), commandMethods[*collection]("collection")),
		cursor:      join(cursorMethods(), cursorSettings()),
		session:     sessionMethods(),
		sharding:    commandMethods[*adminObject]("sh"),
		replication: commandMethods[*adminObject]("rs"),
		client:      join(clientMethods(), commandMethods[*clientObject]("client")),
		bulk:        bulkMethods(),
		bulkFind:    bulkFindMethods(),
	}
}

func join[T any](parts ...table[T]) table[T] {
	all := table[T]{}
	for _, part := range parts {
		for name, m := range part {
			all[name] = m
		}
	}
	return all
}

// names are the names of the methods.
func (t table[T]) names() []string {
	names := make([]string, 0, len(t))
	for name := range t {
		names = append(names, name)
	}
	return names
}

// bound makes the function object of a method that belongs to one object for good: `const {insertOne} = db.users`
// works.
func bound[T any](s *scope, m method[T], of T, target, name string) *goja.Object {
	function := s.rt.ToValue(func(call goja.FunctionCall) goja.Value {
		return invoke(m, of, &args{s: s, target: target, method: name, list: call.Arguments})
	}).(*goja.Object)
	return s.named(function, name)
}

// named gives a function made in Go the name that traces and scripts see.
func (s *scope) named(function *goja.Object, name string) *goja.Object {
	must(function.DefineDataProperty("name", s.rt.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	return function
}

// callable is the Go side of an object whose methods are those of a prototype.
type callable interface {
	// target is what messages call the object.
	target() string
}

// prototype makes, once for an interpreter, the prototype of a kind of object whose Go side is in a box. Methods that
// are written in JavaScript come on top.
func prototype[T callable](s *scope, kind string, methods table[T], own goja.Value) *goja.Object {
	if made := s.protos[kind]; made != nil {
		return made
	}
	proto := s.rt.NewObject()
	for name, m := range methods {
		function := s.rt.ToValue(func(call goja.FunctionCall) goja.Value {
			of, ok := s.native(call.This).(T)
			if !ok {
				panic(s.rt.NewTypeError("%s must be called on a %s", name, kind))
			}
			return invoke(m, of, &args{s: s, target: of.target(), method: name, list: call.Arguments})
		}).(*goja.Object)
		s.hide(proto, name, s.named(function, name))
	}
	names := methods.names()
	if own != nil {
		object := own.ToObject(s.rt)
		for _, name := range object.Keys() {
			s.hide(proto, name, object.Get(name))
			names = append(names, name)
		}
	}
	must(proto.SetPrototype(s.missing(kind, names)))
	s.protos[kind] = proto
	return proto
}

// namespace is what a database and a collection have in common as proxies: a member is the method of that name, if
// there is one, and otherwise a collection. For example db.createView is a method, db.users the collection users,
// db.a.b the collection a.b, and db.a.b.find a method again.
type namespace struct {
	s      *scope
	target *goja.Object // behind the proxy
	label  string       // "db.users"
	// method is the function of that name, or nil.
	method func(name string) *goja.Object
	// names are the names of the methods, for spelling hints.
	names func() []string
	// member is the collection of that name.
	member func(name string) goja.Value
	// own are plain properties.
	own map[string]func() goja.Value
	// instead says what to call instead of an assignment to a member.
	instead func(name string) string
}

// proxy makes the object that the script sees.
func (n *namespace) proxy(native any) *goja.Object {
	proxy := n.s.rt.ToValue(n.s.rt.NewProxy(n.target, &goja.ProxyTrapConfig{
		Get:            func(_ *goja.Object, name string, _ goja.Value) goja.Value { return n.get(name) },
		GetIdx:         func(_ *goja.Object, i int, _ goja.Value) goja.Value { return n.get(strconv.Itoa(i)) },
		GetSym:         func(*goja.Object, *goja.Symbol, goja.Value) goja.Value { return goja.Undefined() },
		Set:            func(_ *goja.Object, name string, _, _ goja.Value) bool { return n.refuse(name) },
		SetIdx:         func(_ *goja.Object, i int, _, _ goja.Value) bool { return n.refuse(strconv.Itoa(i)) },
		DefineProperty: func(_ *goja.Object, name string, _ goja.PropertyDescriptor) bool { return n.refuse(name) },
		DeleteProperty: func(_ *goja.Object, name string) bool { return n.refuse(name) },
		Has:            func(_ *goja.Object, name string) bool { return n.method(name) != nil || n.own[name] != nil },
		GetPrototypeOf: func(*goja.Object) *goja.Object { return n.s.objectPrototype() },
		Apply:          func(*goja.Object, goja.Value, []goja.Value) goja.Value { return n.called() },
	})).(*goja.Object)
	n.s.natives[proxy] = native
	return proxy
}

// get looks a member up. What JavaScript itself asks for (then by await, toJSON by JSON.stringify) is never a
// collection.
func (n *namespace) get(name string) goja.Value {
	if f := n.method(name); f != nil {
		return f
	}
	if own := n.own[name]; own != nil {
		return own()
	}
	switch name {
	case "then", "catch", "finally", "toJSON", "toBSON", "constructor", "prototype", "inspect", "asymmetricMatch",
		"nodeType":
		return goja.Undefined()
	case "toString", "valueOf", "toLocaleString":
		return n.s.rt.ToValue(func(goja.FunctionCall) goja.Value { return n.s.rt.ToValue(n.label) })
	case "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable":
		return n.s.objectPrototype().Get(name)
	}
	if name == "" || strings.HasPrefix(name, "_") {
		return goja.Undefined()
	}
	return n.member(name)
}

func (n *namespace) refuse(name string) bool {
	n.s.refuse(n.label, fmt.Sprintf("%s.%s cannot be assigned to; to store data call %s", n.label, name,
		n.instead(name)))
	return false
}

// called is what a call of the collection itself does: it is a method that does not exist.
func (n *namespace) called() goja.Value {
	parent, name := "", n.label
	if dot := strings.LastIndexByte(n.label, '.'); dot >= 0 {
		parent, name = n.label[:dot], n.label[dot+1:]
	}
	message := parent + "." + name + " is not a function"
	if advice := instead(name); advice != "" {
		message += ": " + advice
	} else if near := fault.Nearest(name, n.names()); near != "" {
		message += ", did you mean " + near + "?"
	} else {
		message += ": it stands for a collection"
	}
	n.s.misspelt(n.label, message)
	return nil
}

// instead says what to use in place of methods that shells and drivers have, or had, and that are not here.
func instead(name string) string {
	switch name {
	case "watch":
		return "a change stream never ends, and so would the migration"
	case "mapReduce", "group":
		return "use aggregate with a stage $group"
	case "bulkWrite":
		return "write to one collection at a time: db.getCollection(name).bulkWrite(writes)"
	case "copyTo":
		return "use aggregate with a stage $out"
	case "eval":
		return "write the function into the migration"
	case "auth", "logout":
		return "the connection belongs to migrator; its user is in the connection string"
	case "cloneDatabase", "copyDatabase", "cloneCollection":
		return "servers have it no more; `migrator copy` copies between environments"
	case "shutdownServer":
		return "a script does not stop the server that it works on; send db.adminCommand({shutdown: 1}) from a shell"
	case "stream", "on", "once", "pipe", "addListener", "transformStream":
		return "walk the cursor with for (const document of cursor)"
	case "addCursorFlag", "addOption", "setCursorOption":
		return "the settings are methods: noCursorTimeout(), allowDiskUse(), maxTimeMS(n)"
	case "tailable", "maxAwaitTimeMS":
		return "a tailable cursor never ends, and so would the migration"
	case "parallelCollectionScan", "getPlanCache", "getShardDistribution", "getShardLocation", "latencyStats",
		"getReplicationInfo", "printReplicationInfo", "printSecondaryReplicationInfo", "printSlaveReplicationInfo",
		"printCollectionStats", "printShardingStatus", "commandHelp":
		return "it is for people at a shell; what it shows can be had by runCommand or aggregate"
	case "getWriteConcern", "setWriteConcern", "getReadPref", "setSecondaryOk", "setSlaveOk":
		return "db.getMongo() has it, and collections take {writeConcern, readPreference} as options: " +
			"db.collection(name, options)"
	}
	return ""
}
