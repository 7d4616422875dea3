package funnel

import (
	"maps"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Everything is the name of all that a server holds, see Names.
const Everything = "*"

// Names are the namespaces that an operation changes: "database.collection", or "database" for all that is in it. What
// only reads has no names. Of a command that nothing is known of, they are all that it can possibly mean; so they may
// be more than it changes, and are never less.
func Names(op *Operation) []string {
	switch r := op.Request.(type) {
	case *Bulk:
		return r.names(op)
	case *FindAndModify:
		return []string{op.Database + "." + op.Collection}
	case *Aggregate:
		return r.targets(op.Database)
	case *Command:
		if r.access() != Read {
			return r.names(op.Database)
		}
	}
	return nil
}

// names are the collections that the writes are to, each once.
func (r *Bulk) names(op *Operation) []string {
	if !r.Namespaced() {
		return []string{op.Database + "." + op.Collection}
	}
	var names []string
	for i := range r.Writes {
		if name := r.Writes[i].namespace(op); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Writes reports whether a stage of a pipeline writes. The server takes such a stage only as the last.
func Writes(stage bson.Raw) bool {
	key := FirstKey(stage)
	return key == "$out" || key == "$merge"
}

// targets are the collections that a pipeline writes to.
func (r *Aggregate) targets(database string) []string {
	var targets []string
	for _, stage := range r.Pipeline {
		if !Writes(stage) {
			continue
		}
		v := stage.Lookup(FirstKey(stage))
		if into, err := stage.LookupErr("$merge", "into"); err == nil {
			v = into
		}
		targets = append(targets, collectionIn(database, v, "coll"))
	}
	return targets
}

// collectionIn is the namespace that a value names: "collection", or a document that has it in the field of that name,
// beside the database in db.
func collectionIn(database string, v bson.RawValue, field string) string {
	if name, ok := v.StringValueOK(); ok {
		return database + "." + name
	}
	within, _ := v.DocumentOK()
	if name, ok := within.Lookup("db").StringValueOK(); ok {
		database = name
	}
	name, _ := within.Lookup(field).StringValueOK()
	return database + "." + name
}

// Subject is what a command is about that is sent to a database: the first namespace that it is known to name, or "".
func (c *Command) Subject(database string) string {
	if named := c.named(database); len(named) > 0 {
		return named[0]
	}
	return ""
}

// names are those of a command that is sent to a database. One that does not look as its row says counts as not known.
func (c *Command) names(database string) []string {
	if rowOf(c.Name()).naming == byNone {
		return nil
	}
	if named := c.named(database); named != nil {
		return named
	}
	return mentionedBy(c.Document, database)
}

// named are the namespaces that a command names in the way of its row; nil where it does not.
func (c *Command) named(database string) []string {
	if _, err := c.Document.LookupErr("$db"); err == nil {
		return nil // it may lead to another database
	}
	command := c.Name()
	name, isText := c.Document.Lookup(command).StringValueOK()
	switch rowOf(command).naming {
	case byDatabase:
		return []string{database}
	case byCollection:
		if isText {
			return []string{database + "." + name}
		}
	case byNamespace:
		if strings.Contains(name, ".") {
			return []string{name}
		}
	case byRename:
		if to, ok := c.Document.Lookup("to").StringValueOK(); ok && isText {
			return []string{name, to}
		}
	case byOutput:
		return c.output(database)
	}
	return nil
}

// output is where a mapReduce puts what it makes: {out: "collection"}, or {out: {replace: "collection", db:
// "database"}}.
func (c *Command) output(database string) []string {
	out := c.Document.Lookup("out")
	if _, ok := out.StringValueOK(); ok {
		return []string{collectionIn(database, out, "")}
	}
	for _, how := range []string{"replace", "merge", "reduce"} {
		if _, err := c.Document.LookupErr("out", how); err == nil {
			return []string{collectionIn(database, out, how)}
		}
	}
	return nil
}

// mentionedBy are the namespaces that a command can mean which is sent to a database, whatever it does with the texts
// in it: a text may be a collection there, a whole namespace, or a database. The collection of commands, in
//
//	{applyOps: [{op: "c", ns: "app.$cmd", o: {drop: "users"}}]}
//
// stands for its whole database, and a UUID for any collection.
func mentionedBy(command bson.Raw, database string) []string {
	m := mentions{texts: map[string]bool{}}
	m.within(command)
	if m.uuid {
		return []string{Everything}
	}
	names := map[string]bool{}
	for text := range m.texts {
		if of, collection, _ := strings.Cut(text, "."); strings.HasPrefix(collection, "$cmd") {
			text = of
		}
		names[text], names[database+"."+text] = true, true
	}
	return slices.Sorted(maps.Keys(names))
}

// mentions are the texts in a document, at any depth, and whether there is a UUID.
type mentions struct {
	texts map[string]bool
	uuid  bool
}

func (m *mentions) within(d bson.Raw) {
	elements, err := d.Elements()
	if err != nil {
		m.uuid = true // what cannot be read can mean anything
		return
	}
	for _, e := range elements {
		switch v := e.Value(); v.Type {
		case bson.TypeString:
			m.texts[v.StringValue()] = true
		case bson.TypeSymbol:
			m.texts[string(v.Symbol())] = true
		case bson.TypeEmbeddedDocument:
			m.within(v.Document())
		case bson.TypeArray:
			m.within(bson.Raw(v.Array()))
		case bson.TypeBinary:
			kind, _ := v.Binary()
			m.uuid = m.uuid || kind == bson.TypeBinaryUUID || kind == bson.TypeBinaryUUIDOld
		}
	}
}
