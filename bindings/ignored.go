package bindings

// ignoredOption says why an option that shells, drivers and mapping libraries take, or took, has no effect here. It is
// "" for an unknown option: that is refused, since it is probably a typing mistake.
//
// An option is accepted with a notice rather than refused where files that are in use have it and it cannot change
// what is written.
func ignoredOption(method, name string) string {
	switch name {
	case "multi":
		return ignoredMulti(method)
	case "ordered":
		return "there is one write, so there is no order"
	case "unique", "sparse", "name", "expireAfterSeconds", "partialFilterExpression":
		return ignoredOfIndex(method)
	case "background":
		if method == "dropIndex" {
			return ignoredOfIndex(method)
		}
		return "servers build indexes without blocking the collection since version 4.2"
	case "dropDups":
		return "servers refuse to build a unique index over duplicates since version 3.0: remove them before"
	case "safe", "fullResult", "fsync":
		return "writes are acknowledged anyway"
	case "keepGoing", "continueOnError":
		return "write ordered: false"
	case "promoteValues", "promoteLongs", "promoteBuffers", "useBigInt64", "bsonRegExp", "raw", "fieldsAsRaw":
		return "values keep their types here, and an integer that a number cannot hold reads as a Long"
	case "serializeFunctions":
		return "functions cannot be stored: store their text"
	case "checkKeys", "enableUtf8Validation", "validateOptions":
		return "keys and texts are checked by the server"
	case "forceServerObjectId":
		return "an _id is made before the document is sent"
	case "retryWrites", "retryReads", "numberOfRetries", "omitReadPreference", "authdb", "poolSize", "useNewUrlParser",
		"useUnifiedTopology":
		return "the connection belongs to migrator; the connection string can say it"
	case "snapshot":
		return "servers have no snapshot of a query since version 4.0: sort by _id to see each document once"
	case "timeout":
		return "write noCursorTimeout: true, or use a cursor within ten minutes of its last batch"
	case "singleBatch", "partial", "slaveOk", "exhaust", "oplogReplay", "tailableRetryInterval", "maxScan", "full":
		return "servers and drivers have none any more"
	case "strict", "autoIndexId":
		return "collections have an index on _id, and createCollection fails where there is a collection"
	case "runValidators", "setDefaultsOnInsert", "timestamps", "lean", "omitUndefined", "overwrite", "strictQuery",
		"populate", "select":
		return "it is an option of mongoose, and there are no models here"
	case "new", "returnOriginal", "returnDocument", "returnNewDocument":
		return "the result has counts; findOneAndUpdate returns the document"
	case "wtimeout":
		return "the driver waits for a write concern without a limit of its own: write maxTimeMS"
	case "maxCommitTimeMS":
		return "a commit is tried for two minutes"
	case "mode":
		return "it is an option of another kind of call"
	}
	return ""
}

// ignoredOfIndex is for the options of an index that files repeat where they drop it.
func ignoredOfIndex(method string) string {
	if method == "dropIndex" {
		return "an index is found by its name or its keys"
	}
	return ""
}

func ignoredMulti(method string) string {
	switch method {
	case "updateMany":
		return "updateMany changes all that match anyway"
	case "updateOne", "findOneAndUpdate", "findOneAndReplace", "replaceOne", "findAndModify":
		return "it changes one document all the same; updateMany changes all that match"
	}
	return "only update takes it"
}

// noticeIgnored says once for a method that an option has no effect, where, and why.
func (a *args) noticeIgnored(name, why string) {
	a.s.notice("ignored "+a.method+" "+name, "%s ignores the option %s: %s", a, name, why)
}

// noticeSpelling says that something was understood in the shell's spelling which a file in the Node driver's spelling
// does not mean, or at least would not get from the Node driver.
func (c *collection) noticeSpelling(a *args, what, write string) {
	if c.driver {
		a.s.notice("spelling "+what,
			"%s: %s is the shell's spelling; it is followed here, and ignored by the Node driver: write %s", a, what,
			write)
	}
}
