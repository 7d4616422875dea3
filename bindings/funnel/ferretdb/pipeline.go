package ferretdb

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// checkPipeline refuses the stages that FerretDB has not, and what it gets wrong in those that it has.
func checkPipeline(pipeline []bson.Raw) error {
	for _, stage := range pipeline {
		err := funnel.EachField(stage, func(name string, v bson.RawValue) error {
			if err := checkSent(v, name); err != nil {
				return err
			}
			return checkStage(name, v)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func checkStage(name string, v bson.RawValue) error {
	document, _ := v.DocumentOK()
	switch name {
	case "$skip", "$limit", "$count", "$unset", "$collStats":
	case "$sort":
		return checkSort(document)
	case "$match":
		return checkFilter(document)
	case "$unwind":
		if v.Type != bson.TypeString {
			return unsupported("$unwind with options")
		}
		if path := v.StringValue(); strings.Contains(path, ".") {
			return unsupported("$unwind of a path (%s)", path)
		}
	case "$group":
		return checkGroup(document)
	case "$project":
		return checkProjection(document)
	case "$set", "$addFields":
		return funnel.EachField(document, func(key string, value bson.RawValue) error {
			if strings.Contains(key, ".") {
				return unsupported("the dotted field %s in %s", key, name)
			}
			return checkConstant(name, key, value)
		})
	default:
		return unsupported("the stage %s", name)
	}
	return nil
}

// checkGroup lets a key that is a field, or constant, and one accumulator through, $sum or $count: a second one finds
// the documents of its group used up, and comes to 0.
func checkGroup(document bson.Raw) error {
	accumulators := 0
	return funnel.EachField(document, func(key string, v bson.RawValue) error {
		accumulator, ok := v.DocumentOK()
		if !ok {
			return nil
		}
		if key == "_id" {
			return checkGroupKey(accumulator)
		}
		if accumulators++; accumulators > 1 {
			return unsupported("more than one accumulator in a $group (%s)", key)
		}
		switch name := funnel.FirstKey(accumulator); name {
		case "$sum":
			switch accumulator.Lookup(name).Type {
			case bson.TypeEmbeddedDocument, bson.TypeArray:
				return unsupported("$sum of an expression (%s)", key)
			}
			return nil
		case "$count":
			return nil
		default:
			return unsupported("the accumulator %s (%s)", name, key)
		}
	})
}

func checkGroupKey(document bson.Raw) error {
	return funnel.EachField(document, func(key string, v bson.RawValue) error {
		if strings.HasPrefix(key, "$") {
			return unsupported("the expression %s in the _id of $group", key)
		}
		if deeper, ok := v.DocumentOK(); ok {
			return checkGroupKey(deeper)
		}
		return nil
	})
}

// checkProjection lets fields be included and excluded, and nothing be computed.
func checkProjection(projection bson.Raw) error {
	return funnel.EachField(projection, func(key string, v bson.RawValue) error {
		if strings.Contains(key, "$") {
			return unsupported("the positional operator in a projection (%s)", key)
		}
		switch {
		case v.Type == bson.TypeBoolean:
			return nil
		case v.IsNumber():
			return checkSent(v, key)
		}
		return unsupported("computed fields in a projection (%s)", key)
	})
}

// checkConstant lets values through that MongoDB would take as they are: it evaluates texts that start with $ and
// documents, and FerretDB stores them.
func checkConstant(stage, field string, v bson.RawValue) error {
	switch v.Type {
	case bson.TypeString:
		if strings.HasPrefix(v.StringValue(), "$") {
			return unsupported("references to fields in %s (%s: %s)", stage, field, v.StringValue())
		}
	case bson.TypeEmbeddedDocument, bson.TypeArray:
		return unsupported("expressions in %s (%s)", stage, field)
	}
	return nil
}
