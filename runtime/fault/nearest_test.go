package fault

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	candidates := []string{"updateOne", "updateMany", "insertOne", "find", "bind", "aggregate", "001_add_index.js"}
	for _, test := range []struct{ name, word, want string }{
		{"a letter is missing", "updatOne", "updateOne"},
		{"a letter is too many", "aggreggate", "aggregate"},
		{"a letter is another", "fimd", "find"},
		{"two letters changed places", "updtaeOne", "updateOne"},
		{"the case is another", "INSERTONE", "insertOne"},
		{"a long word may have several mistakes", "001_ad_indxe.js", "001_add_index.js"},
		{"of two that are equally near, the first in the alphabet", "wind", "bind"},
		{"a short word may have one mistake", "fi", ""},
		{"another word is near nothing", "somethingElse", ""},
		{"no word is near nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Nearest(test.word, candidates); got != test.want {
				t.Errorf("Nearest(%q) = %q, want %q", test.word, got, test.want)
			}
		})
	}
	if got := Nearest("x", nil); got != "" {
		t.Errorf("without candidates it is %q", got)
	}
}
