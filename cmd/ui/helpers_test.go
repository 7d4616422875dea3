package ui

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// update writes what is printed into the golden files: go test ./cmd/ui -update. Look at the difference before you
// keep it.
var update = flag.Bool("update", false, "write the golden files")

// recorder is a UI whose streams are kept in memory.
type recorder struct {
	*UI
	out, err bytes.Buffer
}

var now = time.Date(2026, 11, 21, 14, 3, 5, 0, time.UTC)

func record(o Options) *recorder {
	r := &recorder{}
	o.Out, o.Err = &r.out, &r.err
	o.Now = func() time.Time { return now }
	o.Location = time.UTC
	r.UI = New(o)
	return r
}

// terminal is what Detect finds at a terminal of 80 columns.
func terminal() Options {
	return Options{InTerminal: true, OutTerminal: true, ErrTerminal: true, Width: 80}
}

// golden compares what was printed with testdata/NAME.golden.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
