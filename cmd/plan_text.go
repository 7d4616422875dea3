package cmd

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Documents of a plan, as people write them in a shell, cut to a width.

// longValue is how much of one field's value is shown at least where a document does not fit, in characters.
const longValue = 30

// decoded is a value of a plan; ok is false where the text cannot be read as one.
func decoded(text json.RawMessage) (v any, ok bool) {
	if len(text) == 0 || string(text) == "null" {
		return nil, false
	}
	var in bson.D
	if err := bson.UnmarshalExtJSON([]byte(`{"v":`+string(text)+`}`), false, &in); err != nil || len(in) != 1 {
		return string(text), true
	}
	return in[0].Value, true
}

// shell is a value as text of at most that width.
func shell(text json.RawMessage, width int) string {
	v, ok := decoded(text)
	if !ok {
		return ""
	}
	if d, isDocument := v.(bson.D); isDocument {
		return fit(fieldsOf(d), nil, width)
	}
	if beginning, isText := v.(string); isText {
		return cut(beginning, width) // of a document that is very large
	}
	return cut(shown(v), width)
}

// indexText is an index: its keys, and that it is unique.
func indexText(text json.RawMessage) string {
	v, _ := decoded(text)
	d, _ := v.(bson.D)
	var keys string
	var more []string
	for _, e := range d {
		switch e.Key {
		case "key":
			keys = shown(e.Value)
		case "name", "v":
		default:
			more = append(more, e.Key+": "+shown(e.Value))
		}
	}
	return strings.Join(append([]string{keys}, more...), " ")
}

// pair is a document before and after, each of at most that width; the fields that differ are shown first of all.
func pair(before, after json.RawMessage, width int) (string, string) {
	b, hasBefore := decoded(before)
	a, hasAfter := decoded(after)
	from, isFrom := b.(bson.D)
	to, isTo := a.(bson.D)
	if !isFrom || !isTo {
		return shell(before, width), shell(after, width)
	}
	old, made := fieldsOf(from), fieldsOf(to)
	differ := map[string]bool{}
	if hasBefore && hasAfter {
		texts := map[string]string{}
		for _, f := range old {
			texts[f.key], differ[f.key] = f.value, true
		}
		for _, f := range made {
			differ[f.key] = texts[f.key] != f.value
		}
	}
	return fit(old, differ, width), fit(made, differ, width)
}

// field is a field of a document as text.
type field struct{ key, value string }

func (f field) String() string { return f.key + ": " + f.value }

func fieldsOf(d bson.D) []field {
	fields := make([]field, len(d))
	for i, e := range d {
		fields[i] = field{key: shownKey(e.Key), value: shown(e.Value)}
	}
	return fields
}

// fit is a document in at most that width. Where it is too long, its values are cut, and then fields are left out, the
// _id and the important ones last.
func fit(fields []field, important map[string]bool, limit int) string {
	keep := make([]bool, len(fields))
	for i := range keep {
		keep[i] = true
	}
	if text := joined(fields, keep); width(text) <= limit {
		return text
	}
	short := make([]field, len(fields))
	for i, f := range fields {
		short[i] = field{f.key, shortened(f.value, max(longValue, limit/len(fields)-width(f.key)-4))}
		keep[i] = f.key == "_id" || important[f.key]
	}
	for i := range short {
		if keep[i] {
			continue
		}
		keep[i] = true
		if width(joined(short, keep)) > limit {
			keep[i] = false
		}
	}
	return cut(joined(short, keep), limit)
}

// shortened is a value that does not take a whole line; what was a text ends like one.
func shortened(value string, limit int) string {
	if width(value) > limit && value[0] == '"' {
		return cut(value, limit-1) + `"`
	}
	return cut(value, limit)
}

// joined is a document of the fields to keep, with an ellipsis for each run of others.
func joined(fields []field, keep []bool) string {
	var parts []string
	for i, f := range fields {
		switch {
		case keep[i]:
			parts = append(parts, f.String())
		case i == 0 || keep[i-1]:
			parts = append(parts, "…")
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

var plainKey = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

func shownKey(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return strconv.Quote(key)
}

// shown is a value in the notation of a shell.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(v)
	case bson.D:
		keep := make([]bool, len(v))
		for i := range keep {
			keep[i] = true
		}
		return joined(fieldsOf(v), keep)
	case bson.A:
		parts := make([]string, len(v))
		for i, element := range v {
			parts[i] = shown(element)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bson.ObjectID:
		return `ObjectId("` + v.Hex() + `")`
	case bson.DateTime:
		return `ISODate("` + v.Time().UTC().Format(time.RFC3339Nano) + `")`
	case bson.Decimal128:
		return `NumberDecimal("` + v.String() + `")`
	case bson.Regex:
		return "/" + v.Pattern + "/" + v.Options
	case bson.Timestamp:
		return fmt.Sprintf("Timestamp(%d, %d)", v.T, v.I)
	case bson.Binary:
		return fmt.Sprintf("BinData(%d, %d bytes)", v.Subtype, len(v.Data))
	case bson.MinKey:
		return "MinKey()"
	case bson.MaxKey:
		return "MaxKey()"
	}
	return fmt.Sprint(v)
}

func width(text string) int { return utf8.RuneCountInString(text) }

// cut shortens a text to so many characters, the last of them an ellipsis.
func cut(text string, limit int) string {
	if width(text) <= limit {
		return text
	}
	return string([]rune(text)[:max(limit-1, 0)]) + "…"
}
