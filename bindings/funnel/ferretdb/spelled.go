package ferretdb

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// maxUpdates is how many updates one command may hold. FerretDB keeps a connection to SQLite for each until the command
// ends, and hangs for good when it has used up all hundred of them.
const maxUpdates = 50

// checkSpelled refuses a command that can only be sent as a script has spelled it, where it would have to be written in
// another way, looked at beforehand, or sent in pieces, as the requests of methods are.
func checkSpelled(op *funnel.Operation) error {
	request := op.Request
	if explain, ok := request.(*funnel.Explain); ok {
		request = explain.Request
	} else if op.Spelled == nil {
		return nil
	}
	if bulk, ok := request.(*funnel.Bulk); ok && len(bulk.Writes) > maxUpdates && isUpdate(bulk.Writes[0].Kind) {
		return unsupported("more than %d updates in one command; use bulkWrite", maxUpdates)
	}
	_, err := mapFilters(request, func(filter bson.Raw) (bson.Raw, error) {
		if needsSpread(filter) || len(nullPaths(filter)) > 0 {
			return nil, unsupported("several conditions, a negated one, or null on a path in a raw command; " +
				"use the collection's methods")
		}
		return filter, nil
	})
	if err != nil {
		return err
	}
	for _, use := range usesOf(request) { // the comparisons with null have been refused, so it is a sort
		return unsupported("a sort by %s in a raw command; use the collection's methods", use.path)
	}
	return nil
}
