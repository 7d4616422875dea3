package cmd

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestDocumentsOfAPlanAreShownAsInAShellAndFitTheLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		limit      int
		want       string
	}{
		{"types", `{"_id":{"$oid":"6b01b21e7935dfc791e924be"},"at":{"$date":"2026-01-02T03:04:05Z"},` +
			`"n":{"$numberDecimal":"1.10"},"b":null,"l":[1,2.5]}`, 200,
			`{_id: ObjectId("6b01b21e7935dfc791e924be"), at: ISODate("2026-01-02T03:04:05Z"), ` +
				`n: NumberDecimal("1.10"), b: null, l: [1, 2.5]}`},
		{"keys that are no names", `{"a b":1,"$set":{"x.y":2}}`, 80, `{"a b": 1, $set: {"x.y": 2}}`},
		{"a large int64", `{"n":9007199254740993}`, 80, `{n: 9007199254740993}`},
		{
			"a long text", `{"_id":1,"text":"` + strings.Repeat("x", 100) + `","n":2}`, 60,
			`{_id: 1, text: "` + strings.Repeat("x", 27) + `…", n: 2}`,
		},
		{"many fields", `{"_id":1,"a":1,"b":2,"c":3,"d":4,"e":5}`, 24, `{_id: 1, a: 1, b: 2, …}`},
		{"a pipeline", `[{"$set":{"a":1}}]`, 40, `[{$set: {a: 1}}]`},
		{"what was cut for its size", `"{\"_id\":1…"`, 40, `{"_id":1…`},
		{"nothing", `null`, 40, ``},
	} {
		if got := shell(json.RawMessage(c.text), c.limit); got != c.want || width(got) > c.limit {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestWhatDiffersIsShownFirst(t *testing.T) {
	t.Parallel()
	before, after := pair(
		json.RawMessage(`{"_id":1,"a":"aaaaaaaa","b":"bbbbbbbb","c":"cccccccc","z":1}`),
		json.RawMessage(`{"_id":1,"a":"aaaaaaaa","b":"bbbbbbbb","c":"cccccccc","z":2,"new":true}`), 40,
	)
	if before != `{_id: 1, a: "aaaaaaaa", …, z: 1}` || after != `{_id: 1, …, z: 2, new: true}` {
		t.Errorf("%s\n%s", before, after)
	}
}

func TestNumbersAreGrouped(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %s, want %s", n, got, want)
		}
	}
}
