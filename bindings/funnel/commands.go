package funnel

import "go.mongodb.org/mongo-driver/v2/bson"

// row is what is known of a command that no typed request stands for.
type row struct {
	access Access
	naming naming
}

// naming is how a command names what it changes.
type naming int

const (
	// byMention is for what is not known: every name that any string of the command mentions.
	byMention naming = iota
	// byNone is for what changes no collection: it looks, or is about users, sessions, shards, the server itself.
	byNone
	// byCollection is {command: "collection"}, in the database that it is sent to.
	byCollection
	// byNamespace is {command: "database.collection"}.
	byNamespace
	// byRename is {command: "database.collection", to: "database.collection"}.
	byRename
	// byDatabase is for the whole database that it is sent to.
	byDatabase
	// byOutput is {…, out: "collection"}, or {…, out: {replace: "collection", db: "database"}}.
	byOutput
)

// rowOf is what is known of a command; the zero naming and Admin where nothing is. A command that is missing here is
// refused more than it has to be, and never less.
func rowOf(command string) row {
	switch command {
	case "find", "count", "distinct", "explain", "getMore", "killCursors",
		"listCollections", "listIndexes", "listDatabases",
		"collStats", "collstats", "dbStats", "dbstats", "dataSize", "dbHash",
		"ping", "hello", "isMaster", "ismaster", "buildInfo", "buildinfo", "serverStatus", "hostInfo",
		"connectionStatus", "whatsmyuri", "listCommands", "features", "getParameter", "getCmdLineOpts", "getLog",
		"currentOp", "top", "getClusterParameter", "getDefaultRWConcern", "usersInfo", "rolesInfo",
		"replSetGetStatus", "replSetGetConfig", "balancerStatus", "balancerCollectionStatus", "listShards",
		"getShardVersion", "analyzeShardKey", "checkMetadataConsistency", "shardDrainingStatus",
		"getTransitionToDedicatedConfigServerStatus":
		return row{Read, byNone}
	case "insert", "update", "delete", "findAndModify", "findandmodify", "bulkWrite", "aggregate":
		return row{Write, byMention} // one that Decode makes no request of
	case "mapReduce", "mapreduce":
		return row{Write, byOutput}
	case "validate", "create", "drop", "collMod", "createIndexes", "dropIndexes", "deleteIndexes", "reIndex", "compact",
		"convertToCapped", "createSearchIndexes", "updateSearchIndex", "dropSearchIndex":
		return row{Admin, byCollection}
	case "shardCollection", "unshardCollection", "moveCollection", "refineCollectionShardKey",
		"reshardCollection", "commitReshardCollection", "abortReshardCollection",
		"split", "moveChunk", "moveRange", "updateZoneKeyRange":
		return row{Admin, byNamespace}
	case "renameCollection":
		return row{Admin, byRename}
	case "dropDatabase":
		return row{Admin, byDatabase}
	case "createUser", "updateUser", "dropUser", "dropAllUsersFromDatabase", "grantRolesToUser", "revokeRolesFromUser",
		"createRole", "updateRole", "dropRole", "dropAllRolesFromDatabase", "grantRolesToRole", "revokeRolesFromRole",
		"grantPrivilegesToRole", "revokePrivilegesFromRole", "invalidateUserCache":
		return row{Admin, byNone}
	case "commitTransaction", "abortTransaction", "startSession", "endSessions", "refreshSessions", "killSessions",
		"killAllSessions", "killAllSessionsByPattern", "killOp":
		return row{Admin, byNone}
	case "enableSharding", "addShard", "addShardToZone", "removeShard", "removeShardFromZone",
		"balancerStart", "balancerStop",
		"replSetInitiate", "replSetReconfig", "replSetStepDown", "replSetFreeze", "replSetSyncFrom",
		"profile", "fsync", "fsyncUnlock", "setParameter", "setClusterParameter", "setDefaultRWConcern",
		"setFeatureCompatibilityVersion", "logRotate", "shutdown":
		return row{Admin, byNone}
	}
	return row{Admin, byMention}
}

// A few commands only look, or do more, by what they are given.
func (c *Command) access() Access {
	switch name := c.Name(); name {
	case "validate":
		if isTrue(c.Document, "repair") || isTrue(c.Document, "fixMultikey") {
			return Write
		}
		return Read
	case "profile":
		if level, ok := c.Document.Lookup(name).AsInt64OK(); ok && level < 0 {
			return Read
		}
		return Admin
	case "mapReduce", "mapreduce":
		if _, err := c.Document.LookupErr("out", "inline"); err == nil {
			return Read
		}
		return Write
	default:
		return rowOf(name).access
	}
}

func isTrue(d bson.Raw, key string) bool {
	v, ok := d.Lookup(key).BooleanOK()
	return ok && v
}
