package bindings

import (
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// adminObject is the Go side of the shell's `sh` and `rs`: their methods are commands that the server takes on admin.
type adminObject struct {
	s    *scope
	name string
}

// send sends a command on admin.
func (x *adminObject) send(a *args, c bson.D) goja.Value {
	d := x.s.database("admin")
	return d.reply(d.command(a, c))
}

// ask is send for what is not the whole reply that the script gets.
func (x *adminObject) ask(a *args, c bson.D) bson.Raw {
	return x.s.do(x.s.database("admin").command(a, c)).Document
}

func dotted(path string) []string { return strings.Split(path, ".") }

// shardingMethods are those of `sh`.
func shardingMethods() table[*adminObject] {
	addToZone, removeFromZone := zoneMethod("addShardToZone"), zoneMethod("removeShardFromZone")
	balancer := func(command string) method[*adminObject] {
		return func(x *adminObject, a *args) goja.Value {
			return x.send(a, bson.D{{Key: command, Value: int32(1)}})
		}
	}
	start, stop := balancer("balancerStart"), balancer("balancerStop")
	return table[*adminObject]{
		"enableSharding":          (*adminObject).enableSharding,
		"shardCollection":         (*adminObject).shardCollection,
		"reshardCollection":       onNamespace("reshardCollection", "key"),
		"commitReshardCollection": onNamespace("commitReshardCollection"),
		"abortReshardCollection":  onNamespace("abortReshardCollection"),
		"addShard": func(x *adminObject, a *args) goja.Value {
			return x.send(a, bson.D{{Key: "addShard", Value: a.text(0, "the shard")}})
		},
		"addShardTag": addToZone, "addShardToZone": addToZone,
		"removeShardTag": removeFromZone, "removeShardFromZone": removeFromZone,
		"updateZoneKeyRange": (*adminObject).setRange, "addTagRange": (*adminObject).setRange,
		"removeRangeFromZone": (*adminObject).clearRange, "removeTagRange": (*adminObject).clearRange,
		"splitAt":                  onNamespace("split", "middle"),
		"splitFind":                onNamespace("split", "find"),
		"moveChunk":                onNamespace("moveChunk", "find", "to"),
		"moveRange":                onNamespace("moveRange", "toShard", "min", "max"),
		"balancerCollectionStatus": onNamespace("balancerCollectionStatus"),
		"startBalancer":            start,
		"stopBalancer":             stop,
		"setBalancerState": func(x *adminObject, a *args) goja.Value {
			if a.at(0).ToBoolean() {
				return start(x, a)
			}
			return stop(x, a)
		},
		"getBalancerState": func(x *adminObject, a *args) goja.Value {
			mode, _ := x.ask(a, bson.D{{Key: "balancerStatus", Value: int32(1)}}).Lookup("mode").StringValueOK()
			return x.s.rt.ToValue(mode != "off")
		},
		// True or false, as loops that wait for it have it; the whole reply is db.adminCommand({balancerStatus: 1}).
		"isBalancerRunning": func(x *adminObject, a *args) goja.Value {
			running, _ := x.ask(a, bson.D{{Key: "balancerStatus", Value: int32(1)}}).Lookup("inBalancerRound").BooleanOK()
			return x.s.rt.ToValue(running)
		},
		"enableBalancing":  balancing(false),
		"disableBalancing": balancing(true),
		"status": func(x *adminObject, a *args) goja.Value {
			a.fail("it is a summary for people: read the collections of db.getSiblingDB('config')")
			return nil
		},
	}
}

// onNamespace is a command on 'database.collection' whose further arguments are fields, and a last one more options.
func onNamespace(command string, fields ...string) method[*adminObject] {
	return func(x *adminObject, a *args) goja.Value {
		c := bson.D{{Key: command, Value: a.namespace(0)}}
		for i, field := range fields {
			c = append(c, bson.E{Key: field, Value: a.value(a.at(i+1), field)})
		}
		return x.send(a, a.optionsAt(len(fields)+1).appendRest(c))
	}
}

// namespace is the argument as 'database.collection'.
func (a *args) namespace(i int) string {
	name := a.text(i, "the namespace")
	if dot := strings.IndexByte(name, '.'); dot < 1 || dot == len(name)-1 {
		a.fail("the namespace has the form 'database.collection', and '%s' has not", name)
	}
	return name
}

func (x *adminObject) enableSharding(a *args) goja.Value {
	c := bson.D{{Key: "enableSharding", Value: a.text(0, "the database")}}
	if a.given(1) {
		c = append(c, bson.E{Key: "primaryShard", Value: a.text(1, "the shard")})
	}
	return x.send(a, c)
}

// shardCollection(namespace, key, unique, options), or with the options in the place of unique.
func (x *adminObject) shardCollection(a *args) goja.Value {
	c := bson.D{{Key: "shardCollection", Value: a.namespace(0)}, {Key: "key", Value: a.keyList(a.at(1), "the key")}}
	if a.isObject(a.at(2)) {
		return x.send(a, a.optionsAt(2).appendRest(c))
	}
	if a.given(2) {
		c = append(c, bson.E{Key: "unique", Value: a.at(2).ToBoolean()})
	}
	return x.send(a, a.optionsAt(3).appendRest(c))
}

func zoneMethod(command string) method[*adminObject] {
	return func(x *adminObject, a *args) goja.Value {
		return x.send(a, bson.D{{Key: command, Value: a.text(0, "the shard")}, {Key: "zone", Value: a.text(1, "the zone")}})
	}
}

func (x *adminObject) setRange(a *args) goja.Value { return x.sendRange(a, a.text(3, "the zone")) }

func (x *adminObject) clearRange(a *args) goja.Value { return x.sendRange(a, nil) }

func (x *adminObject) sendRange(a *args, zone any) goja.Value {
	return x.send(a, bson.D{
		{Key: "updateZoneKeyRange", Value: a.namespace(0)},
		{Key: "min", Value: a.document(1, "the lower bound")}, {Key: "max", Value: a.document(2, "the upper bound")},
		{Key: "zone", Value: zone},
	})
}

// balancing is enableBalancing(namespace) and disableBalancing: a flag in the cluster's own configuration.
func balancing(off bool) method[*adminObject] {
	return func(x *adminObject, a *args) goja.Value {
		collections := x.s.database("config").collection("collections")
		b := &funnel.Bulk{Writes: []funnel.WriteModel{{
			Kind: funnel.UpdateOne, Filter: a.encode(bson.D{{Key: "_id", Value: a.namespace(0)}}),
			Update: bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: a.encode(bson.D{{Key: "$set", Value: bson.D{{Key: "noBalance", Value: off}}}})},
		}}}
		return x.s.updateResult(x.s.do(collections.operation(a, b)).Written)
	}
}
