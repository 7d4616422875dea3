//go:build !noembedded

package hosted

import (
	"os"
	"path/filepath"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestConnectionWithoutATraceMakesNoDirectory(t *testing.T) {
	parent := t.TempDir()
	t.Setenv("TMPDIR", parent)
	dir := filepath.Join(t.TempDir(), "new", "data")
	c, err := dial(t.Context(), "embedded:"+dir, Options{NoTrace: true})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := c.Client.Database("app").Collection("lines").CountDocuments(t.Context(), bson.D{}); n != 0 || err != nil {
		t.Errorf("%d documents, %v", n, err)
	}
	closeNow(t, c)
	if _, err := os.Stat(filepath.Dir(dir)); err == nil {
		t.Error("the directory has come into being")
	}
	left, err := os.ReadDir(parent)
	if err != nil || len(left) > 0 {
		t.Errorf("what stood in for it is still there: %v, %v", left, err)
	}
}

func TestConnectionWithoutATraceOpensWhatIsThere(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	for i, o := range []Options{{}, {NoTrace: true}} {
		c, err := dial(t.Context(), uri, o)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(texts(t, c)); got != i {
			t.Errorf("%d documents", got)
		}
		if !o.NoTrace {
			insert(t, c, "lines", bson.D{{Key: "text", Value: "x"}})
		}
		closeNow(t, c)
	}
}
