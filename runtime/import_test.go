package runtime

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPlanImport(t *testing.T) {
	t.Parallel()
	d := Directory{}
	ab := files("1_a.js", "2_b.ts", "20_x.js", "20_y.js")
	at := time.Unix(1000, 0)
	done := func(name, stem string, block int64) ForeignRecord {
		return ForeignRecord{Name: name, Stem: stem, State: Executed, At: at, Block: block}
	}
	ours := record("1_a.js", Executed)
	ours.Batch = 7
	type result struct {
		Name   string
		Action ImportAction
		Match  string
		Batch  int
		Reason string
	}
	tests := []struct {
		name    string
		records []Record
		foreign []ForeignRecord
		want    []result
	}{
		{"by the whole name", nil, []ForeignRecord{done("1_a.js", "1_a", 0)}, []result{{"1_a.js", ImportTaken, "name", 0, ""}}},
		{"by the name without its extension", nil, []ForeignRecord{done("2_b.py", "2_b", 0)}, []result{{"2_b.ts", ImportTaken, "name", 0, ""}}},
		{"by the number, as a number", nil, []ForeignRecord{done("002-other.js", "002-other", 0)}, []result{{"2_b.ts", ImportTaken, "number", 0, ""}}},
		{"a number of two files is none", nil, []ForeignRecord{done("20_z.js", "20_z", 0)}, []result{{"20_z.js", ImportMissing, "", 0, ""}}},
		{"without a file", nil, []ForeignRecord{done("9_gone.py", "9_gone", 0)}, []result{{"9_gone.js", ImportMissing, "", 0, ""}}},
		{"a name that is none here", nil, []ForeignRecord{done("9-Gone.js", "9-Gone", 0)},
			[]result{{"", ImportSkipped, "", 0, "it has no file here, and its name does not match the pattern " + DefaultPattern}}},
		{"two for one file", nil, []ForeignRecord{done("1_a.js", "1_a", 0), done("1_b.js", "1_b", 0)},
			[]result{{"1_a.js", ImportTaken, "name", 0, ""}, {"1_a.js", ImportSkipped, "", 0, "it stands for the same file as 1_a.js"}}},
		{"what was not run", nil, []ForeignRecord{{Name: "1_a", Stem: "1_a", State: Pending}}, []result{{"1_a.js", ImportSkipped, "", 0, "it was not run"}}},
		{"what is registered is left alone", []Record{ours}, []ForeignRecord{done("1_a.js", "1_a", 5)}, []result{{"1_a.js", ImportKnown, "name", 7, ""}}},
		{"but not what is registered as another tool's", []Record{{Name: "1_a.js", State: Executed, Foreign: true}}, []ForeignRecord{done("1_a.js", "1_a", 0)},
			[]result{{"1_a.js", ImportTaken, "name", 0, ""}}},
		{"blocks become runs, behind those that are there", []Record{ours}, []ForeignRecord{done("2_b.js", "2_b", 1700), done("20_x.js", "20_x", 1600), done("20_y.js", "20_y", 1700)},
			[]result{{"2_b.ts", ImportTaken, "name", 9, ""}, {"20_x.js", ImportTaken, "name", 8, ""}, {"20_y.js", ImportTaken, "name", 9, ""}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []result
			for _, r := range planImport(d, ab, test.records, test.foreign) {
				got = append(got, result{r.Name, r.Action, r.Match, r.Batch, r.Reason})
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
