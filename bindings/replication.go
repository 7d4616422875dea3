package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// replicationMethods are those of `rs`.
func replicationMethods() table[*adminObject] {
	config := func(x *adminObject, a *args) goja.Value { return x.s.realm.Document(x.config(a)) }
	// isMaster is a command of its own: what files wait for, ismaster, is not in the reply of hello.
	ask := func(command string) method[*adminObject] {
		return func(x *adminObject, a *args) goja.Value {
			return x.send(a, bson.D{{Key: command, Value: int32(1)}})
		}
	}
	secondary := func(x *adminObject, a *args) goja.Value {
		x.s.settings.Concern.Preference = "secondaryPreferred"
		return goja.Undefined()
	}
	return table[*adminObject]{
		"status": func(x *adminObject, a *args) goja.Value {
			return x.send(a, bson.D{{Key: "replSetGetStatus", Value: int32(1)}})
		},
		"conf":     config,
		"config":   config,
		"hello":    ask("hello"),
		"isMaster": ask("isMaster"),
		"initiate": func(x *adminObject, a *args) goja.Value {
			return x.send(a, bson.D{{Key: "replSetInitiate", Value: a.documentOr(0, "the configuration")}})
		},
		"reconfig": func(x *adminObject, a *args) goja.Value {
			return x.reconfigure(a, a.fields(a.document(0, "the configuration")), a.optionsAt(1))
		},
		"add":    (*adminObject).addMember,
		"addArb": (*adminObject).addMember,
		"remove": (*adminObject).removeMember,
		"stepDown": func(x *adminObject, a *args) goja.Value {
			c := bson.D{{Key: "replSetStepDown", Value: a.secondsOr(0, 60)}}
			if a.given(1) {
				c = append(c, bson.E{Key: "secondaryCatchUpPeriodSecs", Value: a.integer(1, "the number of seconds")})
			}
			return x.send(a, c)
		},
		"freeze": func(x *adminObject, a *args) goja.Value {
			return x.send(a, bson.D{{Key: "replSetFreeze", Value: a.integer(0, "the number of seconds")}})
		},
		"syncFrom": func(x *adminObject, a *args) goja.Value {
			return x.send(a, bson.D{{Key: "replSetSyncFrom", Value: a.text(0, "the host")}})
		},
		"secondaryOk": secondary,
		"slaveOk":     secondary,
	}
}

func (a *args) secondsOr(i int, otherwise int64) int64 {
	if a.given(i) {
		return a.integer(i, "the number of seconds")
	}
	return otherwise
}

// fields is a document as Go can change it.
func (a *args) fields(raw bson.Raw) bson.D {
	var d bson.D
	a.check(bson.Unmarshal(raw, &d))
	return d
}

// field finds a field; nil where there is none.
func field(d bson.D, name string) *bson.E {
	for i := range d {
		if d[i].Key == name {
			return &d[i]
		}
	}
	return nil
}

// config is the configuration of the replica set.
func (x *adminObject) config(a *args) bson.Raw {
	config, ok := x.ask(a, bson.D{{Key: "replSetGetConfig", Value: int32(1)}}).Lookup("config").DocumentOK()
	if !ok {
		a.fail("the server has no configuration of a replica set")
	}
	return config
}

// reconfigure sends a configuration as the one that follows the present one.
func (x *adminObject) reconfigure(a *args, config bson.D, o *reader) goja.Value {
	present, _ := x.config(a).Lookup("version").AsInt64OK()
	next := bson.E{Key: "version", Value: int32(present + 1)}
	if version := field(config, "version"); version != nil {
		*version = next
	} else {
		config = append(config, next)
	}
	return x.send(a, o.appendRest(bson.D{{Key: "replSetReconfig", Value: config}}))
}

// addMember is add(host, arbiterOnly), add({host, …}) and addArb(host).
func (x *adminObject) addMember(a *args) goja.Value {
	var member bson.D
	if a.isObject(a.at(0)) {
		member = a.fields(a.document(0, "the member"))
	} else {
		member = bson.D{{Key: "host", Value: a.text(0, "the host")}}
		if a.method == "addArb" || a.at(1).ToBoolean() {
			member = append(member, bson.E{Key: "arbiterOnly", Value: true})
		}
	}
	config := a.fields(x.config(a))
	members, list := a.members(config)
	if field(member, "_id") == nil {
		highest := int64(-1)
		for _, m := range list {
			if id, ok := asInteger(field(m, "_id")); ok {
				highest = max(highest, id)
			}
		}
		member = append(bson.D{{Key: "_id", Value: int32(highest + 1)}}, member...)
	}
	members.Value = append(list, member)
	return x.reconfigure(a, config, a.readOptions(goja.Undefined()))
}

// members are the members of a configuration: the field, and its value.
func (a *args) members(config bson.D) (*bson.E, []bson.D) {
	e := field(config, "members")
	if e == nil {
		a.fail("the configuration has no members")
	}
	array, _ := e.Value.(bson.A)
	list := make([]bson.D, 0, len(array))
	for _, v := range array {
		if member, ok := v.(bson.D); ok {
			list = append(list, member)
		}
	}
	return e, list
}

func asInteger(e *bson.E) (int64, bool) {
	if e == nil {
		return 0, false
	}
	switch n := e.Value.(type) {
	case int32:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), true
	}
	return 0, false
}

// removeMember is remove(host).
func (x *adminObject) removeMember(a *args) goja.Value {
	host := a.text(0, "the host")
	config := a.fields(x.config(a))
	members, list := a.members(config)
	kept := make([]bson.D, 0, len(list))
	for _, m := range list {
		if e := field(m, "host"); e == nil || e.Value != host {
			kept = append(kept, m)
		}
	}
	if len(kept) == len(list) {
		a.fail("the replica set has no member %s", host)
	}
	members.Value = kept
	return x.reconfigure(a, config, a.readOptions(goja.Undefined()))
}
