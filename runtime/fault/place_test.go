package fault

import (
	"encoding/json"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		place Place
		want  string
	}{
		{"all is known", Place{File: "m/1_a.js", Line: 3, Column: 5}, "m/1_a.js:3:5"},
		{"only the file is known", Place{File: "m/1_a.js"}, "m/1_a.js"},
		{"nothing is known", Place{}, ""},
	} {
		if got := c.place.String(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Registries hold places that older versions stored as three fields of what has them.
func TestPlaceIsStoredAmongTheFieldsOfWhatHasOne(t *testing.T) {
	t.Parallel()
	type failure struct {
		Name  string `bson:"name" json:"name"`
		Place `bson:",inline"`
	}
	stored := failure{"Error", Place{File: "m/1_a.js", Line: 3, Column: 5}}
	raw, err := bson.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"name": "Error","file": "m/1_a.js","line": {"$numberInt":"3"},"column": {"$numberInt":"5"}}`
	if got := bson.Raw(raw).String(); got != want {
		t.Errorf("in BSON it is %s, want %s", got, want)
	}
	text, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); got != `{"name":"Error","file":"m/1_a.js","line":3,"column":5}` {
		t.Errorf("in JSON it is %s", got)
	}
}
