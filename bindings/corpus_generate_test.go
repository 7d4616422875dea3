package bindings

import (
	"fmt"
	"slices"
	"strings"
)

// generator writes scripts that mean nothing: every choice is a byte of its input, so that a fuzzer that changes a byte
// changes the script. Where the input ends it chooses what ends a script soonest.
type generator struct {
	input []byte
	depth int
	names map[string][]string // of the methods, by the kind of object
}

func newGenerator(input []byte) *generator {
	t := newTables()
	sorted := func(names []string) []string { slices.Sort(names); return names }
	return &generator{input: input, names: map[string][]string{
		"db":      sorted(t.database.names()),
		"coll":    sorted(t.collection.names()),
		"cursor":  append(sorted(t.cursor.names()), "forEach"),
		"session": append(sorted(t.session.names()), "withTransaction"),
		"client":  append(sorted(t.client.names()), "withSession"),
		"bulk":    sorted(t.bulk.names()),
		"waiting": sorted(t.bulkFind.names()),
	}}
}

// choose is a number below n; 0 at the end of the input.
func (g *generator) choose(n int) int {
	if len(g.input) == 0 {
		return 0
	}
	b := g.input[0]
	g.input = g.input[1:]
	return int(b) % n
}

func (g *generator) of(list []string) string { return list[g.choose(len(list))] }

// deeper writes something nested, unless that is too deep already.
func (g *generator) deeper(write func() string, otherwise string) string {
	if g.depth > 4 {
		return otherwise
	}
	g.depth++
	defer func() { g.depth-- }()
	return write()
}

// script is the code for eval, or a migration file.
func (g *generator) script() (code string, whole bool) {
	const head = "const coll = db.users, client = db.getMongo(); let x = 1, d = {a: 1}, f = () => 1;\n"
	switch g.choose(3) {
	case 0:
		return head + g.statements(), false
	case 1:
		return "exports.up = async db => {" + head + g.statements() + "}", true
	}
	return "export function up(db) {" + head + strings.ReplaceAll(g.statements(), "await ", "") + "}", true
}

func (g *generator) statements() string {
	var lines []string
	for range 1 + g.choose(5) {
		lines = append(lines, g.statement())
	}
	return strings.Join(lines, ";\n") + ";\n"
}

func (g *generator) block() string {
	return "{ " + g.deeper(func() string { return g.statements() }, "") + " }"
}

func (g *generator) statement() string {
	switch g.choose(20) {
	case 1:
		return "x = " + g.value()
	case 2:
		return "d." + g.field() + " = " + g.value()
	case 3:
		return "for (const d of " + g.cursor() + ") " + g.block()
	case 4:
		return "for await (const d of " + g.cursor() + ") " + g.block()
	case 5:
		return "for (let i = 0; i < " + g.of([]string{"2", "10", "1e9"}) + "; i++) " + g.block()
	case 6:
		return "try " + g.block() + " catch (e) " + g.block() + " finally " + g.block()
	case 7:
		return "if (" + g.value() + ") " + g.block() + " else " + g.block()
	case 8:
		return "throw " + g.value()
	case 9:
		return "await " + g.value()
	case 10:
		return g.of([]string{"setTimeout", "setInterval", "setImmediate", "queueMicrotask"}) + "(" + g.callback() + ", " + g.of([]string{"0", "1", "-5", "1e12"}) + ")"
	case 11:
		return g.cursor() + ".forEach(" + g.callback() + ")"
	case 12:
		return "client.startSession().withTransaction(" + g.callback() + ")"
	case 13:
		return "new Promise((resolve, reject) => " + g.block() + ")"
	case 14:
		return "Promise." + g.of([]string{"all", "race", "any", "allSettled", "reject"}) + "([" + g.value() + ", " + g.value() + "])"
	case 15:
		return "(function r() { " + g.of([]string{"return 1", "r()", "while (true) {}", "sleep(1e9)"}) + " })()"
	case 16:
		return "print(" + g.value() + ", " + g.value() + ")"
	case 17:
		return "delete d." + g.field() + "; Object.assign(d, " + g.value() + ")"
	case 18:
		return "const b" + fmt.Sprint(len(g.input)) + " = coll.initializeOrderedBulkOp(); " + "d = " + g.call("b"+fmt.Sprint(len(g.input)), "bulk")
	}
	return g.value()
}

func (g *generator) callback() string {
	return g.of([]string{"", "async "}) + "(d, i) => " + g.block()
}

func (g *generator) field() string {
	return g.of([]string{"_id", "a", "tags", "length", "then", "toJSON", "toBSON", "toString", "constructor", "__proto__", "$set", "insertOne", "x.y"[:1]})
}

// call calls a method of a kind of object, with arguments that it may not expect.
func (g *generator) call(on, kind string) string {
	if g.choose(8) == 7 {
		return on + "." + g.field()
	}
	var list []string
	for range g.choose(4) {
		list = append(list, g.argument())
	}
	return on + "." + g.of(g.names[kind]) + "(" + strings.Join(list, ", ") + ")"
}

func (g *generator) argument() string {
	return g.of([]string{"{}", "{_id: 1}", "{$set: {a: d}}", "[{$match: {}}]", "[{a: 1}, {b: 2}]", "'a'", "1", "{session: client.startSession()}", "{upsert: true}",
		"[{insertOne: {document: d}}, {deleteMany: {filter: {}}}]", "f", "undefined", "null", "{ordered: false}", "{projection: {a: 1}, sort: {a: -1}}", g.deeper(g.value, "d")})
}

func (g *generator) cursor() string {
	return g.of([]string{"coll.find()", "coll.find().limit(2)", "coll.aggregate([])", "coll.find().map(d => d.a)", "coll.listIndexes()", g.deeper(func() string { return g.call("coll.find()", "cursor") }, "[]")})
}

func (g *generator) value() string {
	return g.deeper(func() string {
		switch g.choose(24) {
		case 1:
			return g.call("coll", "coll")
		case 2:
			return g.call("db", "db")
		case 3:
			return g.call("coll.find()", "cursor")
		case 4:
			return g.call("client", "client")
		case 5:
			return g.call("client.startSession()", "session")
		case 6:
			return g.call("coll.initializeUnorderedBulkOp()", "bulk")
		case 7:
			return g.call("coll.initializeOrderedBulkOp().find({})", "waiting")
		case 8:
			return "await " + g.value()
		case 9:
			return "({" + g.field() + ": " + g.value() + ", ...d})"
		case 10:
			return "[" + g.value() + ", " + g.value() + "]"
		case 11:
			return g.of([]string{"ObjectId", "ISODate", "NumberInt", "NumberLong", "NumberDecimal", "Double", "UUID", "BinData", "Timestamp", "MinKey", "DBRef", "Code", "BSONRegExp", "HexData", "Map", "Set", "Error", "Proxy"}) + "(" + g.value() + ")"
		case 12:
			return "new (" + g.of([]string{"ObjectId", "Date", "Map", "Error", "Proxy", "Promise", "Uint8Array", "RegExp"}) + ")(" + g.of([]string{"", "1", "'x'", "[]", "{}, {}"}) + ")"
		case 13:
			return g.of([]string{"JSON.stringify", "EJSON.stringify", "EJSON.parse", "EJSON.serialize", "Object.keys", "String", "structuredClone", "Object.freeze", "printjson"}) + "(" + g.value() + ")"
		case 14:
			return g.of([]string{"NaN", "-0", "1n", "2n ** 70n", "1e308 * 10", "9007199254740993", "'\\ud800'", "''", "'a\\u0000b'", "/[/", "/a+/g", "Symbol('s')", "new Date(NaN)", "undefined", "null"}[:13])
		case 15:
			return "(" + g.callback() + ")"
		case 16:
			return "((o) => { o.o = o; return o })({})"
		case 17:
			return "({get a() { throw " + g.value() + " }, toBSON() { return " + g.value() + " }})"
		case 18:
			return "new Proxy({}, {get() { " + g.of([]string{"return 1", "throw 1", "return f"}) + " }})"
		case 19:
			return "d." + g.field()
		case 20:
			return "coll.findOne()"
		case 21:
			return "({" + "then(resolve) { " + g.of([]string{"resolve(1)", "throw 2", ""}) + " }})"
		case 22:
			return "require('mongodb')." + g.of([]string{"ObjectId", "Long", "MongoServerError", "MongoClient", "Binary"})
		}
		return g.of([]string{"1", "x", "d", "'text'", "true", "undefined", "null"})
	}, "1")
}
