package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// serverMethods are the methods of a database that ask the server about itself, or change its settings.
func serverMethods() table[*database] {
	return table[*database]{
		"stats":              (*database).stats,
		"version":            (*database).version,
		"hello":              simpleCommand("hello"),
		"isMaster":           simpleCommand("isMaster"),
		"ping":               simpleCommand("ping"),
		"serverStatus":       simpleCommand("serverStatus"),
		"serverBuildInfo":    simpleCommand("buildInfo"),
		"buildInfo":          simpleCommand("buildInfo"),
		"serverInfo":         simpleCommand("buildInfo"),
		"hostInfo":           simpleCommand("hostInfo"),
		"listCommands":       simpleCommand("listCommands"),
		"listDatabases":      simpleCommand("listDatabases"),
		"serverCmdLineOpts":  simpleCommand("getCmdLineOpts"),
		"fsyncUnlock":        simpleCommand("fsyncUnlock"),
		"fsyncLock":          (*database).fsyncLock,
		"currentOp":          (*database).currentOp,
		"killOp":             (*database).killOp,
		"getLogComponents":   (*database).logComponents,
		"setLogLevel":        (*database).setLogLevel,
		"getProfilingStatus": (*database).profilingStatus,
		"getProfilingLevel": func(d *database, a *args) goja.Value {
			return d.s.realm.ToJS(d.s.do(d.command(a, bson.D{{Key: "profile", Value: int32(-1)}})).Document.Lookup("was"))
		},
		"setProfilingLevel": (*database).setProfilingLevel,
		"getLastError":      func(d *database, a *args) goja.Value { return d.lastError(a, goja.Null()) },
		"getLastErrorObj":   func(d *database, a *args) goja.Value { return d.lastError(a, d.s.rt.NewObject()) },
	}
}

// simpleCommand sends a command that takes nothing but options, which are the server's to judge.
func simpleCommand(name string) method[*database] {
	return func(d *database, a *args) goja.Value {
		o := a.readOptions(goja.Undefined())
		if a.isObject(a.at(0)) {
			o = a.optionsAt(0)
		}
		op := d.operation(a, nil)
		o.common(op)
		op.Request = &funnel.Command{Document: a.encode(o.appendRest(bson.D{{Key: name, Value: int32(1)}}))}
		switch name {
		case "serverStatus", "buildInfo", "hostInfo", "listDatabases", "getCmdLineOpts", "fsyncUnlock":
			op.Database = "admin"
		}
		return d.reply(op)
	}
}

// onServer sends a command that the server takes on the database admin.
func (d *database) onServer(a *args, c bson.D) goja.Value {
	op := d.command(a, c)
	op.Database = "admin"
	return d.reply(op)
}

// stats(scale) or stats({scale, …}).
func (d *database) stats(a *args) goja.Value {
	if a.given(0) && !a.isObject(a.at(0)) {
		return d.reply(d.command(a, bson.D{{Key: "dbStats", Value: int32(1)}, {Key: "scale", Value: a.integer(0, "the scale")}}))
	}
	return simpleCommand("dbStats")(d, a)
}

func (d *database) version(a *args) goja.Value {
	op := d.command(a, bson.D{{Key: "buildInfo", Value: int32(1)}})
	op.Database = "admin"
	version, _ := d.s.do(op).Document.Lookup("version").StringValueOK()
	return d.s.rt.ToValue(version)
}

func (d *database) fsyncLock(a *args) goja.Value {
	return d.onServer(a, bson.D{{Key: "fsync", Value: int32(1)}, {Key: "lock", Value: true}})
}

// currentOp(filter), or currentOp(true) for all operations.
func (d *database) currentOp(a *args) goja.Value {
	c := bson.D{{Key: "currentOp", Value: int32(1)}}
	if a.isObject(a.at(0)) {
		c = a.optionsAt(0).appendRest(c)
	} else if a.at(0).ToBoolean() {
		c = append(c, bson.E{Key: "$all", Value: true})
	}
	return d.onServer(a, c)
}

func (d *database) killOp(a *args) goja.Value {
	return d.onServer(a, bson.D{{Key: "killOp", Value: int32(1)}, {Key: "op", Value: a.value(a.at(0), "the operation")}})
}

func (d *database) logComponents(a *args) goja.Value {
	op := d.command(a, bson.D{{Key: "getParameter", Value: int32(1)}, {Key: "logComponentVerbosity", Value: int32(1)}})
	op.Database = "admin"
	return d.s.realm.ToJS(d.s.do(op).Document.Lookup("logComponentVerbosity"))
}

// setLogLevel(level, component): a component is 'storage', or 'storage.recovery'.
func (d *database) setLogLevel(a *args) goja.Value {
	verbosity := bson.D{{Key: "verbosity", Value: a.integer(0, "the level")}}
	if a.given(1) {
		parts := dotted(a.text(1, "the component"))
		for i := len(parts) - 1; i >= 0; i-- {
			verbosity = bson.D{{Key: parts[i], Value: verbosity}}
		}
	}
	return d.onServer(a, bson.D{{Key: "setParameter", Value: int32(1)}, {Key: "logComponentVerbosity", Value: verbosity}})
}

func (d *database) profilingStatus(a *args) goja.Value {
	return d.reply(d.command(a, bson.D{{Key: "profile", Value: int32(-1)}}))
}

// setProfilingLevel(level, slowms) or setProfilingLevel(level, {slowms, sampleRate, filter}).
func (d *database) setProfilingLevel(a *args) goja.Value {
	c := bson.D{{Key: "profile", Value: a.integer(0, "the level")}}
	if a.isObject(a.at(1)) {
		c = a.optionsAt(1).appendRest(c)
	} else if a.given(1) {
		c = append(c, bson.E{Key: "slowms", Value: a.integer(1, "the number of milliseconds")})
	}
	return d.reply(d.command(a, c))
}

// lastError is for scripts of the time when writes were not acknowledged: a write that fails throws, so there is never an
// error to ask for.
func (d *database) lastError(a *args, none goja.Value) goja.Value {
	d.s.notice("old "+a.method, "%s is of no use: a write that fails throws", a)
	return none
}

// userMethods are the methods of a database that work on its users and roles: each is a command of the server. None of
// what they are given is printed or kept.
func userMethods() table[*database] {
	return table[*database]{
		"createUser":               definition("createUser", "user"),
		"createRole":               definition("createRole", "role"),
		"updateUser":               change("updateUser", "the name of the user"),
		"updateRole":               change("updateRole", "the name of the role"),
		"changeUserPassword":       withList("updateUser", "pwd"),
		"dropUser":                 byName("dropUser"),
		"removeUser":               byName("dropUser"),
		"dropRole":                 byName("dropRole"),
		"dropAllUsers":             simpleCommand("dropAllUsersFromDatabase"),
		"dropAllRoles":             simpleCommand("dropAllRolesFromDatabase"),
		"grantRolesToUser":         withList("grantRolesToUser", "roles"),
		"revokeRolesFromUser":      withList("revokeRolesFromUser", "roles"),
		"grantRolesToRole":         withList("grantRolesToRole", "roles"),
		"revokeRolesFromRole":      withList("revokeRolesFromRole", "roles"),
		"grantPrivilegesToRole":    withList("grantPrivilegesToRole", "privileges"),
		"revokePrivilegesFromRole": withList("revokePrivilegesFromRole", "privileges"),
		"getUser":                  firstOf("usersInfo", "users"),
		"getRole":                  firstOf("rolesInfo", "roles"),
		"getUsers":                 allOf("usersInfo"),
		"getRoles":                 allOf("rolesInfo"),
	}
}

// definition is createUser({user: name, …}, writeConcern): the name becomes the value of the command.
func definition(command, named string) method[*database] {
	return func(d *database, a *args) goja.Value {
		o := a.optionsAt(0)
		name := o.text(named)
		if name == "" {
			a.fail("the definition has no %s", named)
		}
		return d.manage(a, o.appendRest(bson.D{{Key: command, Value: name}}), 1)
	}
}

// change is updateUser(name, {…}, writeConcern).
func change(command, what string) method[*database] {
	return func(d *database, a *args) goja.Value {
		name := a.text(0, what)
		return d.manage(a, a.optionsAt(1).appendRest(bson.D{{Key: command, Value: name}}), 2)
	}
}

func byName(command string) method[*database] {
	return func(d *database, a *args) goja.Value {
		return d.manage(a, bson.D{{Key: command, Value: a.text(0, "the name")}}, 1)
	}
}

// withList is grantRolesToUser(name, roles, writeConcern).
func withList(command, field string) method[*database] {
	return func(d *database, a *args) goja.Value {
		name := a.text(0, "the name")
		return d.manage(a, bson.D{{Key: command, Value: name}, {Key: field, Value: a.value(a.at(1), field)}}, 2)
	}
}

// manage sends a command with the write concern that stands at place i.
func (d *database) manage(a *args, c bson.D, i int) goja.Value {
	op := d.command(a, c)
	if a.given(i) {
		op.Concern.Write = a.writeConcernAt(i)
	}
	return d.reply(op)
}

// firstOf is getUser(name, options): the one of that name, or null.
func firstOf(command, field string) method[*database] {
	return func(d *database, a *args) goja.Value {
		c := a.optionsAt(1).appendRest(bson.D{{Key: command, Value: a.text(0, "the name")}})
		if found := funnel.DocumentsOf(d.s.do(d.command(a, c)).Document.Lookup(field)); len(found) > 0 {
			return d.s.realm.Document(found[0])
		}
		return goja.Null()
	}
}

// allOf is getUsers(options): the reply of the server, as in today's shell.
func allOf(command string) method[*database] {
	return func(d *database, a *args) goja.Value {
		return d.reply(d.command(a, a.optionsAt(0).appendRest(bson.D{{Key: command, Value: int32(1)}})))
	}
}
