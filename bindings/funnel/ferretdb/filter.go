package ferretdb

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// checkFilter refuses filters that FerretDB would match wrongly.
func checkFilter(filter bson.Raw) error {
	return funnel.EachField(filter, func(key string, v bson.RawValue) error {
		if err := checkSent(v, key); err != nil {
			return err
		}
		switch key {
		case "$and", "$or", "$nor":
			for _, part := range funnel.DocumentsOf(v) {
				if err := checkFilter(part); err != nil {
					return err
				}
			}
			return nil
		case "$comment":
			return nil
		}
		if strings.HasPrefix(key, "$") {
			return unsupported("%s in a filter", key)
		}
		return checkCondition(key, v)
	})
}

// checkCondition refuses conditions on one field.
func checkCondition(field string, v bson.RawValue) error {
	document, ok := v.DocumentOK()
	if !ok {
		return nil
	}
	if key := funnel.FirstKey(document); !strings.HasPrefix(key, "$") {
		// It compares with the field alone, and MongoDB with the elements of an array too; an _id is never an array.
		if key != "" && field != "_id" {
			return unsupported("a comparison of %s with a whole document (arrays of documents would not match); "+
				"compare its fields", field)
		}
		return nil
	}
	return funnel.EachField(document, func(operator string, operand bson.RawValue) error {
		return checkOperator(field, operator, operand)
	})
}

func checkOperator(field, operator string, operand bson.RawValue) error {
	switch operator {
	case "$eq", "$ne", "$gt", "$gte", "$lt", "$lte":
		if operand.Type == bson.TypeEmbeddedDocument && field != "_id" {
			return unsupported("%s with a document (%s)", operator, field)
		}
	case "$exists", "$type", "$regex", "$options", "$size":
	case "$mod", "$bitsAllSet", "$bitsAllClear", "$bitsAnySet", "$bitsAnyClear":
		if field != "_id" {
			return unsupported("%s in a filter (%s): elements of an array would not match", operator, field)
		}
	case "$in", "$nin":
		return checkElements(field, operator, operand, bson.TypeEmbeddedDocument)
	case "$all":
		return checkElements(field, operator, operand, bson.TypeEmbeddedDocument, bson.TypeRegex)
	case "$not":
		return checkCondition(field, operand)
	case "$elemMatch":
		return checkElemMatch(field, operand)
	default:
		return unsupported("%s in a filter (%s)", operator, field)
	}
	return nil
}

// checkElements refuses elements of a list that FerretDB looks for in other ways than MongoDB.
func checkElements(field, operator string, list bson.RawValue, kinds ...bson.Type) error {
	array, ok := list.ArrayOK()
	if !ok || field == "_id" {
		return nil
	}
	return funnel.EachField(bson.Raw(array), func(_ string, element bson.RawValue) error {
		for _, kind := range kinds {
			if element.Type == kind {
				return unsupported("%s with a %s in its list (%s)", operator, kind, field)
			}
		}
		return nil
	})
}

// checkElemMatch lets one comparison through. FerretDB compares with the array as a whole, so that two conditions could
// be met by two elements, and conditions on fields are never met.
func checkElemMatch(field string, operand bson.RawValue) error {
	condition, ok := operand.DocumentOK()
	if !ok {
		return nil
	}
	elements, err := condition.Elements()
	if err != nil || len(elements) != 1 {
		return unsupported("$elemMatch with more than one condition (%s)", field)
	}
	switch operator := elements[0].Key(); operator {
	case "$eq", "$gt", "$gte", "$lt", "$lte", "$in":
		return checkOperator(field, operator, elements[0].Value())
	default:
		return unsupported("$elemMatch with %s (%s)", operator, field)
	}
}

// checkUpsert refuses to insert by conditions that give MongoDB and FerretDB different fields: FerretDB takes a pattern
// for a value, and no value from $and, from $or of one, or from a list of one.
func checkUpsert(upsert bool, filter bson.Raw) error {
	if !upsert {
		return nil
	}
	return funnel.EachField(filter, func(key string, v bson.RawValue) error {
		if key == "$and" || key == "$or" && len(funnel.DocumentsOf(v)) == 1 {
			return unsupported("an upsert by a filter with %s; name the fields at its top", key)
		}
		if v.Type == bson.TypeRegex {
			return unsupported("an upsert by a pattern (%s); write {$regex: …}", key)
		}
		conditions, _ := v.DocumentOK()
		return funnel.EachField(conditions, func(operator string, operand bson.RawValue) error {
			if (operator == "$in" || operator == "$all") && len(funnel.ElementsOf(operand)) == 1 {
				return unsupported("an upsert by %s with one element (%s); write the value itself", operator, key)
			}
			return nil
		})
	})
}
