package funnel

import "go.mongodb.org/mongo-driver/v2/bson"

// CommandAccess tells what a command may change. One that is not known counts as changing something.
func CommandAccess(c bson.Raw) Access {
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
		return PipelineAccess(DocumentsOf(c.Lookup("pipeline")))
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

// PipelineAccess tells whether a pipeline writes: its last stage is $out or $merge.
func PipelineAccess(pipeline []bson.Raw) Access {
	if len(pipeline) == 0 {
		return Read
	}
	switch FirstKey(pipeline[len(pipeline)-1]) {
	case "$out", "$merge":
		return Write
	}
	return Read
}

// Target is the collection that $out or $merge writes to.
func Target(op *Operation, last bson.Raw) string {
	key := FirstKey(last)
	database, v := op.Database, last.Lookup(key)
	if key == "$merge" {
		if into, err := last.LookupErr(key, "into"); err == nil {
			v = into
		}
	}
	if name, ok := v.StringValueOK(); ok {
		return database + "." + name
	}
	within, _ := v.DocumentOK()
	if name, ok := within.Lookup("db").StringValueOK(); ok {
		database = name
	}
	name, _ := within.Lookup("coll").StringValueOK()
	return database + "." + name
}
