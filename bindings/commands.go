package bindings

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// commandMethod is a method that only sends a command, a row of the table in commands_table.go. For example
//
//	row("sh.addShardToZone sh.addShardTag", textAs("addShardToZone", "the shard"), textAs("zone", "the zone"))
//
// has sh.addShardToZone('s1', 'EU'), by either name, send {addShardToZone: 's1', zone: 'EU'} and return the reply.
type commandMethod struct {
	names string // those that scripts call it by, separated by spaces
	parts []part // the fields of the command in their order, and what else is to be said of it
}

func row(names string, parts ...part) commandMethod { return commandMethod{names, parts} }

// sender is an object that has such methods.
type sender interface {
	operation(a *args, r funnel.Request) *funnel.Operation
}

// commandMethods are the methods that the table has for an object: db, collection, client, sh or rs.
func commandMethods[T sender](object string) table[T] {
	methods := table[T]{}
	for _, m := range commandTable() {
		for _, name := range strings.Fields(m.names) {
			if of, method, _ := strings.Cut(name, "."); of == object {
				methods[method] = func(of T, a *args) goja.Value {
					return m.call(of.operation(a, nil), a)
				}
			}
		}
	}
	return methods
}

// commandBuilder is a command that is being made of the arguments of a call.
type commandBuilder struct {
	a       *args
	op      *funnel.Operation
	command bson.D
	next    int // the place of the next argument
	admin   bool
	back    back
}

func (m commandMethod) call(op *funnel.Operation, a *args) goja.Value {
	b := &commandBuilder{a: a, op: op, back: theReply}
	for _, add := range m.parts {
		add(b)
	}
	op.Request = &funnel.Command{Document: a.encode(b.command)}
	if b.admin {
		op.Database = "admin"
	}
	return b.back(a.s, op)
}

// part adds to the command, most of them by taking the next argument.
type part func(b *commandBuilder)

func (b *commandBuilder) add(field string, value any) {
	b.command = append(b.command, bson.E{Key: field, Value: value})
}

func (b *commandBuilder) take() int {
	b.next++
	return b.next - 1
}

// constant is a field that no argument changes.
func constant(field string, value any) part {
	return func(b *commandBuilder) { b.add(field, value) }
}

// plain is the first field of a command whose value says nothing: {hello: 1}.
func plain(command string) part { return constant(command, int32(1)) }

// ownName is the name of the collection that the method was called on.
func ownName(field string) part {
	return func(b *commandBuilder) { b.add(field, b.op.Collection) }
}

// ownNamespace is its name with that of its database.
func ownNamespace(field string) part {
	return func(b *commandBuilder) { b.add(field, b.op.Database+"."+b.op.Collection) }
}

// argument is the next argument as a field. Where it was not given, the field has the value otherwise; without one,
// read refuses the call, and calls the argument what.
func argument[T any](field, what string, read func(a *args, i int, what string) T, otherwise []any) part {
	return func(b *commandBuilder) {
		i := b.take()
		if !b.a.given(i) && len(otherwise) > 0 {
			b.add(field, otherwise[0])
			return
		}
		b.add(field, read(b.a, i, what))
	}
}

// optional is an argument that need not be given.
func optional(p part) part {
	return func(b *commandBuilder) {
		if b.a.given(b.next) {
			p(b)
		} else {
			b.take()
		}
	}
}

func textAs(field, what string, otherwise ...any) part {
	return argument(field, what, (*args).text, otherwise)
}

func integerAs(field, what string, otherwise ...any) part {
	return argument(field, what, (*args).integer, otherwise)
}

func documentAs(field, what string, otherwise ...any) part {
	return argument(field, what, (*args).document, otherwise)
}

func keysAs(field, what string) part {
	read := func(a *args, i int, what string) bson.Raw { return a.keyList(a.at(i), what) }
	return argument(field, what, read, nil)
}

// valueAs is an argument of any type.
func valueAs(field, what string) part {
	read := func(a *args, i int, what string) bson.RawValue { return a.value(a.at(i), what) }
	return argument(field, what, read, nil)
}

// namespaceAs is an argument of the form 'database.collection'.
func namespaceAs(field string) part {
	return argument(field, "the namespace", (*args).namespace, nil)
}

func (a *args) namespace(i int, what string) string {
	name := a.text(i, what)
	if database, collection, _ := strings.Cut(name, "."); database == "" || collection == "" {
		a.fail("%s has the form 'database.collection', and '%s' has not", what, name)
	}
	return name
}

// moreFields is an object whose members are all fields of the command.
func moreFields(b *commandBuilder) { b.command = b.a.optionsAt(b.take()).appendRest(b.command) }

// moreFieldsOr is moreFields, or in their place the value of one of them alone: setProfilingLevel(1, {slowms: 50}) and
// setProfilingLevel(1, 50).
func moreFieldsOr(field string) part { return alone(field, moreFields) }

// moreOptions are what every method takes (session, maxTimeMS, …); the others are fields of the command.
func moreOptions(b *commandBuilder) {
	o := b.a.optionsAt(b.take())
	o.common(b.op)
	b.command = o.appendRest(b.command)
}

// moreOptionsOr is moreOptions, or in their place the value of one field alone: db.stats({scale: 1024}) and
// db.stats(1024).
func moreOptionsOr(field string) part { return alone(field, moreOptions) }

func alone(field string, otherwise part) part {
	return func(b *commandBuilder) {
		if v := b.a.at(b.next); given(v) && !b.a.isObject(v) {
			b.add(field, b.a.value(v, field))
			b.next++
			return
		}
		otherwise(b)
	}
}

// definitionAs is an object whose member of that name is the first field of the command, and whose others are fields
// too: createUser({user: 'u', roles: []}) sends {createUser: 'u', roles: []}.
func definitionAs(command, member string) part {
	return func(b *commandBuilder) {
		o := b.a.optionsAt(b.take())
		name := o.text(member)
		if name == "" {
			b.a.fail("the definition has no %s", member)
		}
		b.add(command, name)
		b.command = o.appendRest(b.command)
	}
}

// andConcern is a write concern behind the other arguments. It need not be given.
func andConcern(b *commandBuilder) {
	if i := b.take(); b.a.given(i) {
		b.op.Concern.Write = b.a.writeConcernAt(i)
	}
}

// onAdmin sends the command to the database admin.
func onAdmin(b *commandBuilder) { b.admin = true }

// gives says what the script gets, where that is not the whole reply.
func gives(what back) part {
	return func(b *commandBuilder) { b.back = what }
}

// back sends the operation and makes the value that the script gets.
type back func(s *scope, op *funnel.Operation) goja.Value

func theReply(s *scope, op *funnel.Operation) goja.Value { return s.documentOrNull(s.do(op).Document) }

// aCursor is a cursor, which sends the command when it is first read.
func aCursor(s *scope, op *funnel.Operation) goja.Value {
	op.Request = &funnel.Command{Document: op.Request.(*funnel.Command).Document, Cursor: true}
	return s.newCursor(op)
}

// theMember is one field of the reply.
func theMember(name string) back {
	return func(s *scope, op *funnel.Operation) goja.Value { return s.realm.ToJS(s.do(op).Document.Lookup(name)) }
}

// whether is true or false, as the reply says it.
func whether(is func(reply bson.Raw) bool) back {
	return func(s *scope, op *funnel.Operation) goja.Value { return s.rt.ToValue(is(s.do(op).Document)) }
}

// membersOf is an array with one member of each document in a list of the reply.
func membersOf(list, name string) back {
	return func(s *scope, op *funnel.Operation) goja.Value {
		documents := funnel.DocumentsOf(s.do(op).Document.Lookup(list))
		return s.array(len(documents), func(i int) any { return s.realm.ToJS(documents[i].Lookup(name)) })
	}
}

// nameOfFirst is the name of the first document in a list of the reply, or undefined.
func nameOfFirst(list string) back {
	return func(s *scope, op *funnel.Operation) goja.Value {
		return s.realm.ToJS(s.do(op).Document.Lookup(list, "0", "name"))
	}
}

// firstOf is the first document in a list of the reply, or null.
func firstOf(list string) back {
	return func(s *scope, op *funnel.Operation) goja.Value {
		if documents := funnel.DocumentsOf(s.do(op).Document.Lookup(list)); len(documents) > 0 {
			return s.realm.Document(documents[0])
		}
		return goja.Null()
	}
}

func balancerIsOn(reply bson.Raw) bool {
	mode, _ := reply.Lookup("mode").StringValueOK()
	return mode != "off"
}

func balancerRuns(reply bson.Raw) bool {
	running, _ := reply.Lookup("inBalancerRound").BooleanOK()
	return running
}

// verbosity is setLogLevel(level, component): a component is 'storage', or 'storage.recovery'.
func verbosity(field string) part {
	return func(b *commandBuilder) {
		level := bson.D{{Key: "verbosity", Value: b.a.integer(b.take(), "the level")}}
		if i := b.take(); b.a.given(i) {
			for _, component := range slices.Backward(strings.Split(b.a.text(i, "the component"), ".")) {
				level = bson.D{{Key: component, Value: level}}
			}
		}
		b.add(field, level)
	}
}
