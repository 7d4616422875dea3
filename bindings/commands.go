package bindings

import "go.mongodb.org/mongo-driver/v2/bson"

// commandAccess tells what a command may change. One that is not known counts as changing something.
func commandAccess(c bson.Raw) Access {
	switch (&Command{Document: c}).Name() {
	case "insert", "update", "delete", "findAndModify", "findandmodify", "bulkWrite":
		return Write
	case "find", "count", "distinct", "getMore", "killCursors", "listCollections", "listIndexes", "listDatabases", "explain",
		"ping", "hello", "isMaster", "ismaster", "buildInfo", "buildinfo", "serverStatus", "collStats", "collstats", "dbStats",
		"dbstats", "dataSize", "hostInfo", "connectionStatus", "getParameter", "getCmdLineOpts", "getLog", "currentOp",
		"listCommands", "replSetGetStatus", "replSetGetConfig", "whatsmyuri", "usersInfo", "rolesInfo", "top",
		"getClusterParameter", "getDefaultRWConcern", "balancerStatus", "listShards", "dbHash", "features":
		return Read
	case "validate":
		if repairs(c) {
			return Write
		}
		return Read
	case "aggregate":
		return accessOf(stagesOf(c.Lookup("pipeline")))
	}
	return Admin
}

// repairs tells whether a validate would do more than look.
func repairs(c bson.Raw) bool {
	for _, option := range []string{"repair", "fixMultikey"} {
		if v, ok := c.Lookup(option).BooleanOK(); ok && v {
			return true
		}
	}
	return false
}

// accessOf tells whether a pipeline writes: its last stage is $out or $merge.
func accessOf(pipeline []bson.Raw) Access {
	if len(pipeline) == 0 {
		return Read
	}
	switch firstKey(pipeline[len(pipeline)-1]) {
	case "$out", "$merge":
		return Write
	}
	return Read
}

// stagesOf are the documents of an array; what else there is in it is left out.
func stagesOf(v bson.RawValue) []bson.Raw {
	array, ok := v.ArrayOK()
	if !ok {
		return nil
	}
	values, err := array.Values()
	if err != nil {
		return nil
	}
	var stages []bson.Raw
	for _, value := range values {
		if stage, ok := value.DocumentOK(); ok {
			stages = append(stages, stage)
		}
	}
	return stages
}

// firstKey is the first field's name, or "".
func firstKey(d bson.Raw) string {
	if e, err := d.IndexErr(0); err == nil {
		return e.Key()
	}
	return ""
}
