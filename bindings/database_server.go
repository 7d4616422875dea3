package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// serverMethods are the methods of a database that ask the server about itself, or change its settings.
func serverMethods() table[*database] {
	return table[*database]{
		"stats":              (*database).stats,
		"version":            (*database).version,
		"hello":              simpleCommand("hello", Read),
		"isMaster":           simpleCommand("isMaster", Read),
		"ping":               simpleCommand("ping", Read),
		"serverStatus":       simpleCommand("serverStatus", Read),
		"serverBuildInfo":    simpleCommand("buildInfo", Read),
		"buildInfo":          simpleCommand("buildInfo", Read),
		"serverInfo":         simpleCommand("buildInfo", Read),
		"hostInfo":           simpleCommand("hostInfo", Read),
		"listCommands":       simpleCommand("listCommands", Read),
		"listDatabases":      simpleCommand("listDatabases", Read),
		"serverCmdLineOpts":  simpleCommand("getCmdLineOpts", Read),
		"fsyncUnlock":        simpleCommand("fsyncUnlock", Admin),
		"fsyncLock":          (*database).fsyncLock,
		"currentOp":          (*database).currentOp,
		"killOp":             (*database).killOp,
		"getLogComponents":   (*database).logComponents,
		"setLogLevel":        (*database).setLogLevel,
		"getProfilingStatus": (*database).profilingStatus,
		"getProfilingLevel": func(d *database, a *args) goja.Value {
			return d.s.realm.ToJS(d.s.do(d.command(a, Read, bson.D{{Key: "profile", Value: int32(-1)}})).Document.Lookup("was"))
		},
		"setProfilingLevel": (*database).setProfilingLevel,
		"getLastError":      func(d *database, a *args) goja.Value { return d.lastError(a, goja.Null()) },
		"getLastErrorObj":   func(d *database, a *args) goja.Value { return d.lastError(a, d.s.rt.NewObject()) },
	}
}

// simpleCommand sends a command that takes nothing but options, which are the server's to judge.
func simpleCommand(name string, access Access) method[*database] {
	return func(d *database, a *args) goja.Value {
		o := a.readOptions(goja.Undefined())
		if a.isObject(a.at(0)) {
			o = a.optionsAt(0)
		}
		op := d.operation(a, access, nil)
		o.common(op)
		op.Request = &Command{Document: a.encode(o.appendRest(bson.D{{Key: name, Value: int32(1)}}))}
		switch name {
		case "serverStatus", "buildInfo", "hostInfo", "listDatabases", "getCmdLineOpts", "fsyncUnlock":
			op.Database = "admin"
		}
		return d.reply(op)
	}
}

// onServer sends a command that the server takes on the database admin.
func (d *database) onServer(a *args, access Access, c bson.D) goja.Value {
	op := d.command(a, access, c)
	op.Database = "admin"
	return d.reply(op)
}

// stats(scale) or stats({scale, …}).
func (d *database) stats(a *args) goja.Value {
	if a.given(0) && !a.isObject(a.at(0)) {
		return d.reply(d.command(a, Read, bson.D{{Key: "dbStats", Value: int32(1)}, {Key: "scale", Value: a.integer(0, "the scale")}}))
	}
	return simpleCommand("dbStats", Read)(d, a)
}

func (d *database) version(a *args) goja.Value {
	op := d.command(a, Read, bson.D{{Key: "buildInfo", Value: int32(1)}})
	op.Database = "admin"
	version, _ := d.s.do(op).Document.Lookup("version").StringValueOK()
	return d.s.rt.ToValue(version)
}

func (d *database) fsyncLock(a *args) goja.Value {
	return d.onServer(a, Admin, bson.D{{Key: "fsync", Value: int32(1)}, {Key: "lock", Value: true}})
}

// currentOp(filter), or currentOp(true) for all operations.
func (d *database) currentOp(a *args) goja.Value {
	c := bson.D{{Key: "currentOp", Value: int32(1)}}
	if a.isObject(a.at(0)) {
		c = a.optionsAt(0).appendRest(c)
	} else if a.at(0).ToBoolean() {
		c = append(c, bson.E{Key: "$all", Value: true})
	}
	return d.onServer(a, Read, c)
}

func (d *database) killOp(a *args) goja.Value {
	return d.onServer(a, Admin, bson.D{{Key: "killOp", Value: int32(1)}, {Key: "op", Value: a.value(a.at(0), "the operation")}})
}

func (d *database) logComponents(a *args) goja.Value {
	op := d.command(a, Read, bson.D{{Key: "getParameter", Value: int32(1)}, {Key: "logComponentVerbosity", Value: int32(1)}})
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
	return d.onServer(a, Admin, bson.D{{Key: "setParameter", Value: int32(1)}, {Key: "logComponentVerbosity", Value: verbosity}})
}

func (d *database) profilingStatus(a *args) goja.Value {
	return d.reply(d.command(a, Read, bson.D{{Key: "profile", Value: int32(-1)}}))
}

// setProfilingLevel(level, slowms) or setProfilingLevel(level, {slowms, sampleRate, filter}).
func (d *database) setProfilingLevel(a *args) goja.Value {
	c := bson.D{{Key: "profile", Value: a.integer(0, "the level")}}
	if a.isObject(a.at(1)) {
		c = a.optionsAt(1).appendRest(c)
	} else if a.given(1) {
		c = append(c, bson.E{Key: "slowms", Value: a.integer(1, "the number of milliseconds")})
	}
	return d.reply(d.command(a, Admin, c))
}

// lastError is for scripts of the time when writes were not acknowledged: a write that fails throws, so there is never an
// error to ask for.
func (d *database) lastError(a *args, none goja.Value) goja.Value {
	d.s.notice("old "+a.method, "%s is of no use: a write that fails throws", a)
	return none
}
