package updates

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Project is the document with a projection that lists fields to keep or to leave out. ok is false for any other.
func Project(document, projection bson.Raw) (projected bson.Raw, ok bool) {
	d, err := decode(document)
	if err != nil {
		return nil, false
	}
	fields, err := decode(projection)
	if err != nil {
		return nil, false
	}
	listed, keep, withID := map[string]bool{}, false, true
	for _, f := range fields {
		truth, isPlain := truthOf(f.Value)
		if !isPlain || strings.ContainsAny(f.Key, ".$") {
			return nil, false
		}
		if f.Key == "_id" {
			withID = truth
			keep = keep || truth && len(fields) == 1
			continue
		}
		if len(listed) > 0 && truth != keep {
			return nil, false
		}
		keep, listed[f.Key] = truth, true
	}
	kept := bson.D{}
	for _, e := range d {
		if e.Key == "_id" && withID || e.Key != "_id" && listed[e.Key] == keep {
			kept = append(kept, e)
		}
	}
	projected, err = bson.Marshal(kept)
	return projected, err == nil
}

// truthOf is a number or a boolean as yes or no.
func truthOf(v any) (truth, ok bool) {
	if b, isBool := v.(bool); isBool {
		return b, true
	}
	order, known := compare(v, int32(0))
	return order != 0, known && rank(v) > 0
}
