package script

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// manifest is what finding a package's files takes of its package.json.
type manifest struct {
	Name    string       `json:"name"`
	Main    flexible     `json:"main"`
	Module  flexible     `json:"module"`
	Exports *destination `json:"exports"`
	Imports *destination `json:"imports"`
}

func parseManifest(code []byte) (*manifest, error) {
	m := &manifest{}
	if err := json.Unmarshal(bytes.TrimPrefix(code, []byte("\xef\xbb\xbf")), m); err != nil {
		return nil, err
	}
	return m, nil
}

// flexible is a string. Any other value counts as "", as it does for Node.js.
type flexible string

// UnmarshalJSON implements json.Unmarshaler.
func (f *flexible) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return json.Unmarshal(text, (*string)(f))
	}
	return nil
}

// destination is a value in the maps "exports" and "imports" of a package.json: a path, alternatives, or an object
// that maps subpaths or conditions. The order of an object's keys decides, so it is kept. The zero destination is
// null.
type destination struct {
	path         string
	alternatives []destination
	keys         []string
	values       []destination
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *destination) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case string:
		d.path = token
	case json.Delim:
		if token == '[' {
			return json.Unmarshal(text, &d.alternatives)
		}
		return d.readObject(decoder)
	}
	return nil
}

func (d *destination) readObject(decoder *json.Decoder) error {
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		var value destination
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		d.keys, d.values = append(d.keys, fmt.Sprint(key)), append(d.values, value)
	}
	return nil
}

// conditionSets are those under which a package is looked at, the best first. All modules are linked as CommonJS in
// the end, so that what a package offers for require fits best; one that has ES modules alone is taken as those.
var conditionSets = [...][]string{{"node", "require", "default"}, {"node", "import", "default"}}

// find is the path that a subpath ("." or "./x") or an import ("#x") leads to, or "".
func (d *destination) find(name string) string {
	for _, conditions := range conditionSets {
		if found := d.lookUp(name).choose(conditions); found != "" {
			return found
		}
	}
	return ""
}

// located is a destination, and what the star of its key has matched.
type located struct {
	destination
	star string
}

// lookUp finds the entry for a name: that of its own, or the one with the longest pattern that matches.
func (d *destination) lookUp(name string) located {
	if len(d.keys) == 0 || !strings.HasPrefix(d.keys[0], ".") && !strings.HasPrefix(d.keys[0], "#") {
		if name == "." {
			return located{destination: *d}
		}
		return located{}
	}
	best, length := located{}, -1
	for i, key := range d.keys {
		if key == name {
			return located{destination: d.values[i]}
		}
		head, tail, isPattern := strings.Cut(key, "*")
		if !isPattern && strings.HasSuffix(key, "/") {
			head, isPattern = key, true // the old way to offer a whole folder
		}
		if isPattern && len(head) > length && len(name) >= len(head)+len(tail) &&
			strings.HasPrefix(name, head) && strings.HasSuffix(name, tail) {
			best, length = located{d.values[i], name[len(head) : len(name)-len(tail)]}, len(head)
		}
	}
	return best
}

// choose is the first path whose conditions hold.
func (l located) choose(conditions []string) string {
	if l.path != "" {
		if strings.HasSuffix(l.path, "/") {
			return l.path + l.star
		}
		return strings.ReplaceAll(l.path, "*", l.star)
	}
	for _, alternative := range l.alternatives {
		if found := (located{alternative, l.star}).choose(conditions); found != "" {
			return found
		}
	}
	for i, key := range l.keys {
		for _, condition := range conditions {
			if key != condition {
				continue
			}
			if found := (located{l.values[i], l.star}).choose(conditions); found != "" {
				return found
			}
		}
	}
	return ""
}
