package bindings

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"migrator/runtime"
)

// codeBlock is a block of JavaScript or TypeScript in a document.
var codeBlock = regexp.MustCompile("(?ms)^```(js|ts)\n(.*?)^```$")

// TestExamplesInDocumentsRun runs what README.md and docs/ show: a file with an up as a migration, up and down, and
// anything else as eval does. `{ … }` is a body that is left out; a comment `marked: …` says how the line before it fails.
func TestExamplesInDocumentsRun(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, file := range append(files, "../README.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range codeBlock.FindAllStringSubmatch(string(text), -1) {
			code := strings.ReplaceAll(block[2], "{ … }", "{}")
			if strings.HasPrefix(code, "{") {
				continue // the shape of a document
			}
			ran++
			if err := runExample(newBench(t), block[1], code); !asMarked(err, code) {
				t.Errorf("%s: %v, of\n%s", file, err, code)
			}
		}
	}
	if ran < 8 {
		t.Errorf("there are %d examples, want 8", ran)
	}
}

// asMarked reports whether an example ended as its text says.
func asMarked(err error, code string) bool {
	_, mark, marked := strings.Cut(code, "// marked: ")
	mark, _, _ = strings.Cut(mark, "\n")
	if !marked {
		return err == nil
	}
	return err != nil && strings.Contains(err.Error(), mark)
}

var hasUp = regexp.MustCompile(`\bup\b`)

func runExample(b *bench, language, code string) error {
	if !hasUp.MatchString(code) {
		_, err := b.engine.Eval(b.t.Context(), b.call(), "eval", code)
		return err
	}
	name := "001_test." + language
	unit, err := b.engine.Load(b.t.Context(), runtime.Migration{Name: name, Number: 1, Path: b.write("mongomigrations/"+name, code)})
	for _, direction := range []runtime.Direction{runtime.Up, runtime.Down} {
		if err != nil {
			return err
		}
		call := b.call()
		call.Direction = direction
		i, failed := unit.Open(b.t.Context(), call)
		if failed != nil {
			return failed
		}
		if direction == runtime.Up || i.Info().HasDown {
			_, err = i.Run(b.t.Context())
		}
		i.Close()
	}
	return err
}
