package ferretdb

import (
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// checkUpdate refuses updates that FerretDB cannot do, or does in part.
func checkUpdate(v bson.RawValue) error {
	if v.Type == bson.TypeArray {
		return unsupported("updates by a pipeline")
	}
	update, ok := v.DocumentOK()
	if !ok {
		return nil
	}
	return funnel.EachField(update, func(operator string, operand bson.RawValue) error {
		fields, ok := operand.DocumentOK()
		if !ok {
			return nil
		}
		return funnel.EachField(fields, func(path string, value bson.RawValue) error {
			if err := checkPath(operator, path); err != nil {
				return err
			}
			return checkChange(operator, path, value)
		})
	})
}

// checkPath refuses the positional operators, $, $[] and $[name], and to remove an element of an array: MongoDB leaves
// a null in its place, and FerretDB moves up what is behind it.
func checkPath(operator, path string) error {
	for i, part := range strings.Split(path, ".") {
		if strings.HasPrefix(part, "$") {
			return unsupported("the positional operator %s (%s: %s)", part, operator, path)
		}
		if _, err := strconv.Atoi(part); err == nil && i > 0 && (operator == "$unset" || operator == "$rename") {
			return unsupported("%s of an element of an array (%s)", operator, path)
		}
	}
	return nil
}

func checkChange(operator, path string, value bson.RawValue) error {
	switch operator {
	case "$set", "$setOnInsert", "$min", "$max", "$inc", "$mul":
		return checkStoredValue(value, path)
	case "$push", "$addToSet":
		return checkAppend(operator, path, value)
	case "$pull":
		switch value.Type {
		case bson.TypeEmbeddedDocument, bson.TypeRegex, bson.TypeArray:
			return unsupported("$pull by anything but a plain value (%s)", path)
		}
	}
	return checkSent(value, path)
}

// checkAppend lets $each through and no other modifier: FerretDB ignores them.
func checkAppend(operator, path string, value bson.RawValue) error {
	document, ok := value.DocumentOK()
	if !ok || !strings.HasPrefix(funnel.FirstKey(document), "$") {
		return checkElement(path, value)
	}
	return funnel.EachField(document, func(modifier string, operand bson.RawValue) error {
		if modifier != "$each" {
			return unsupported("%s in %s (%s)", modifier, operator, path)
		}
		array, ok := operand.ArrayOK()
		if !ok {
			return nil
		}
		return funnel.EachField(bson.Raw(array), func(_ string, element bson.RawValue) error {
			return checkElement(path, element)
		})
	})
}

// checkElement is checkStoredValue for what becomes the element of an array.
func checkElement(path string, v bson.RawValue) error {
	if v.Type == bson.TypeArray {
		return unsupported("an array within an array (%s)", path)
	}
	return checkStoredValue(v, path)
}
