package ferretdb

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// checkDocument refuses a document that is to be stored as it is, where FerretDB would refuse it, store something else,
// or cut the connection.
func checkDocument(d bson.Raw) error { return checkStored(d, "") }

func checkStored(d bson.Raw, path string) error {
	seen := map[string]bool{}
	return funnel.EachField(d, func(key string, v bson.RawValue) error {
		at := funnel.Below(path, key)
		switch {
		case strings.HasPrefix(key, "$"), strings.Contains(key, "."):
			return unsupported("the field name %s", at)
		case seen[key]:
			return unsupported("the field %s twice in a document", at)
		}
		seen[key] = true
		return checkStoredValue(v, at)
	})
}

func checkStoredValue(v bson.RawValue, at string) error {
	if err := checkScalar(v, at); err != nil {
		return err
	}
	switch v.Type {
	case bson.TypeDouble:
		if n := v.Double(); n == 0 && math.Signbit(n) {
			return unsupported("the number -0 (%s)", at)
		}
	case bson.TypeEmbeddedDocument:
		return checkStored(v.Document(), at)
	case bson.TypeArray:
		return funnel.EachField(bson.Raw(v.Array()), func(i string, element bson.RawValue) error {
			if element.Type == bson.TypeArray {
				return unsupported("an array within an array (%s)", funnel.Below(at, i))
			}
			return checkStoredValue(element, funnel.Below(at, i))
		})
	}
	return nil
}

// checkSent refuses values that make FerretDB cut the connection, at any depth; what is not stored may be anything else.
func checkSent(v bson.RawValue, at string) error {
	if v.Type == 0 {
		return nil
	}
	if err := checkScalar(v, at); err != nil {
		return err
	}
	deeper := func(key string, element bson.RawValue) error { return checkSent(element, funnel.Below(at, key)) }
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		return funnel.EachField(v.Document(), deeper)
	case bson.TypeArray:
		return funnel.EachField(bson.Raw(v.Array()), deeper)
	}
	return nil
}

// checkScalar refuses the values that FerretDB has no place for.
func checkScalar(v bson.RawValue, at string) error {
	kind := ""
	switch v.Type {
	case bson.TypeDecimal128:
		kind = "Decimal128"
	case bson.TypeMinKey:
		kind = "MinKey"
	case bson.TypeMaxKey:
		kind = "MaxKey"
	case bson.TypeUndefined:
		kind = "Undefined"
	case bson.TypeJavaScript, bson.TypeCodeWithScope:
		kind = "Code"
	case bson.TypeSymbol:
		kind = "Symbol"
	case bson.TypeDBPointer:
		kind = "DBPointer"
	case bson.TypeDouble:
		if n := v.Double(); math.IsNaN(n) || math.IsInf(n, 0) {
			kind = "number " + strconv.FormatFloat(n, 'g', -1, 64)
		}
	case bson.TypeString:
		if !utf8.ValidString(v.StringValue()) {
			kind = "text that is not valid UTF-8"
		}
	}
	switch {
	case kind == "":
		return nil
	case at == "":
		return unsupported("values of the type %s", kind)
	case v.Type == bson.TypeDouble || v.Type == bson.TypeString:
		return unsupported("the %s (%s)", kind, at)
	}
	return unsupported("values of the type %s (%s)", kind, at)
}
