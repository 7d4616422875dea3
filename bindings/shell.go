package bindings

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// indent is what goes before a line of a value that is shown in several.
var indent = regexp.MustCompile(`\n *`)

// shellGlobals are the functions that scripts written for a shell find beside db.
func (s *scope) shellGlobals() map[string]any {
	nothing := func(goja.FunctionCall) goja.Value { return goja.Undefined() }
	text := func(call goja.FunctionCall) goja.Value { return s.rt.ToValue(s.show(call.Argument(0))) }
	return map[string]any{
		"quit": s.quitMethod("quit"), "exit": s.quitMethod("exit"),
		"tojson": text, "tojsononeline": func(call goja.FunctionCall) goja.Value {
			return s.rt.ToValue(indent.ReplaceAllString(s.show(call.Argument(0)), " "))
		},
		"version": func(goja.FunctionCall) goja.Value {
			d := s.database(s.engine.options.Database)
			return s.engine.tables.database["version"](d, &args{s: s, target: "the shell", method: "version"})
		},
		"show":            s.showList,
		"setVerboseShell": nothing,
		"Mongo":           s.connected("Mongo"),
		"connect":         s.connected("connect"),
		"passwordPrompt": s.refusing("passwordPrompt",
			"passwordPrompt: a script does not read passwords; use env('NAME')"),
	}
}

// installShell defines them, and `sh`, `rs` and `assert`, which are made when a script first uses them.
func (s *scope) installShell(global *goja.Object) {
	for name, f := range s.shellGlobals() {
		s.hide(global, name, f)
	}
	for name, make := range map[string]func() goja.Value{
		"sh":     func() goja.Value { return s.adminObject("sh", s.engine.tables.sharding) },
		"rs":     func() goja.Value { return s.adminObject("rs", s.engine.tables.replication) },
		"assert": func() goja.Value { return s.legacy("assert") },
		// Scripts set DBQuery.shellBatchSize, which is how much a shell shows at once: nothing is shown here by
		// itself.
		"DBQuery": func() goja.Value { return s.rt.NewObject() },
	} {
		s.lazy(global, name, make)
	}
}

// lazy defines a global that is made at its first use, and that a script may replace.
func (s *scope) lazy(global *goja.Object, name string, make func() goja.Value) {
	get := s.rt.ToValue(func(goja.FunctionCall) goja.Value {
		v := make()
		s.hide(global, name, v)
		return v
	})
	set := s.rt.ToValue(func(call goja.FunctionCall) goja.Value {
		s.hide(global, name, call.Argument(0))
		return goja.Undefined()
	})
	must(global.DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE))
}

// adminObject is the Go side of the shell's `sh` and `rs`. What of them does more than send a command is in legacy.js.
type adminObject struct {
	s    *scope
	name string
}

func (s *scope) adminObject(name string, methods table[*adminObject]) *goja.Object {
	return s.wrap(&adminObject{s, name}, prototype(s, name, methods, s.legacy(name)))
}

func (x *adminObject) target() string { return x.name }

// operation is a request of one of its methods.
func (x *adminObject) operation(a *args, r funnel.Request) *funnel.Operation {
	return x.s.database("admin").operation(a, r)
}

// connected is a function that refuses to connect to somewhere else.
func (s *scope) connected(name string) *goja.Object {
	return s.refusing(name,
		name+": migrator is connected already: take db.getMongo(), and db.getSiblingDB(name) for another database; "+
			"another server is another environment")
}

// showList is show('dbs'), show('collections') and show('users').
func (s *scope) showList(call goja.FunctionCall) goja.Value {
	a := &args{s: s, target: "the shell", method: "show", list: call.Arguments}
	d, ok := s.native(s.rt.GlobalObject().Get("db")).(*database)
	if !ok {
		a.fail("db is no database any more")
	}
	inner := &args{s: s, target: d.label, method: "show"}
	var names goja.Value
	switch what := a.text(0, "what to show"); what {
	case "dbs", "databases":
		names = s.engine.tables.client["getDBNames"](&clientObject{s}, inner)
	case "collections", "tables":
		names = d.getCollectionNames(inner)
	case "users":
		users := funnel.DocumentsOf(s.do(d.command(inner,
			bson.D{{Key: "usersInfo", Value: int32(1)}})).Document.Lookup("users"))
		names = s.array(len(users), func(i int) any { return s.realm.ToJS(users[i].Lookup("user")) })
	default:
		a.fail("it shows dbs, collections and users, not %s", what)
	}
	for _, name := range a.elements(names, "the names") {
		if s.call.Print != nil {
			s.call.Print(name.String())
		}
	}
	return goja.Undefined()
}

// quit ends a script for quit(code).
type quit struct{ code int64 }

func (q *quit) Error() string { return fmt.Sprintf("the script ended itself with code %d", q.code) }

// quitMethod is quit(code), which ends an evaluated script at once. A migration has an end that says how it went.
func (s *scope) quitMethod(name string) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		if !s.shell {
			s.refuse(name,
				name+"() does not end a migration: write return to end it here, or throw an error to fail it")
		}
		s.vm.Interrupt(&quit{call.Argument(0).ToInteger()})
		return goja.Undefined()
	}
}

// afterQuit is the error of an evaluation that quit may have ended. It is nil after quit(0).
func afterQuit(err error) (ended bool, _ error) {
	var q *quit
	if !errors.As(err, &q) {
		return false, err
	}
	if q.code == 0 {
		return true, nil
	}
	var failed *script.Error
	if errors.As(err, &failed) && failed.Place.String() != "" {
		return true, fault.New(fault.Script, "", "%s: %v", failed.Place, q)
	}
	return true, fault.New(fault.Script, "", "%v", q)
}

// shellLine is a line that shells understand and that is not JavaScript: use NAME, show WHAT.
var shellLine = regexp.MustCompile(`(?m)^([ \t]*)(use|show)[ \t]+([^\s;'"()=]+)[ \t]*;?[ \t]*(\r?)$`)

// withoutShellLines makes such lines into calls: `use other` becomes use('other');. Code that is JavaScript as it
// stands is left alone.
func withoutShellLines(name, code string) string {
	if !shellLine.MatchString(code) {
		return code
	}
	if _, err := goja.Parse(name, code, parser.WithDisableSourceMaps); err == nil {
		return code
	}
	return shellLine.ReplaceAllString(code, "$1$2('$3');$4")
}

// defineVariables makes the arguments of an evaluation global variables, as with `--eval "var x = …"` of a shell.
func (s *scope) defineVariables(values map[string]string) error {
	global := s.rt.GlobalObject()
	for name, value := range values {
		if global.Get(name) != nil {
			return fault.New(fault.Usage, "choose another name",
				"the variable %s cannot be given: scripts have something of that name already", name)
		}
		if err := global.Set(name, value); err != nil {
			return fmt.Errorf("define the variable %s: %w", name, err)
		}
	}
	return nil
}
