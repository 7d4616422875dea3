package runtime

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func bundle(files ...string) Bundle {
	var b Bundle
	for i := 0; i < len(files); i += 2 {
		b.Files = append(b.Files, File{Path: files[i], Code: []byte(files[i+1])})
	}
	return b
}

func TestChecksum(t *testing.T) {
	t.Parallel()
	base := bundle("m/001_a.js", "one\ntwo\n", "m/lib/x.js", "x")
	tests := []struct {
		name  string
		other Bundle
		same  bool
	}{
		{"line endings do not count", bundle("m/001_a.js", "one\r\ntwo\r\n", "m/lib/x.js", "x"), true},
		{"a byte order mark does not count", bundle("m/001_a.js", "\xef\xbb\xbfone\ntwo\n", "m/lib/x.js", "x"), true},
		{"the place of the project does not count", bundle("a/b/001_a.js", "one\ntwo\n", "a/b/lib/x.js", "x"), true},
		{"the text counts", bundle("m/001_a.js", "one\ntwo", "m/lib/x.js", "x"), false},
		{"the text of a helper counts", bundle("m/001_a.js", "one\ntwo\n", "m/lib/x.js", "y"), false},
		{"the name of a helper counts", bundle("m/001_a.js", "one\ntwo\n", "m/lib/y.js", "x"), false},
		{"an installed package does not count", bundle("m/001_a.js", "one\ntwo\n", "m/lib/x.js", "x", "m/node_modules/p/index.js", "p", "node_modules/.links", "l"), true},
		{"a helper more counts", bundle("m/001_a.js", "one\ntwo\n", "m/lib/x.js", "x", "m/lib/y.js", ""), false},
		{"text that moves from one file into another counts", bundle("m/001_a.js", "one\ntwo\n", "m/lib/x.js", "", "m/lib/y.js", "x"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if same := base.Checksum() == test.other.Checksum(); same != test.same {
				t.Errorf("same checksum: %v, want %v", same, test.same)
			}
		})
	}
	t.Run("without imports it is what sha256sum prints", func(t *testing.T) {
		t.Parallel()
		sum := sha256.Sum256([]byte("text\n"))
		if got, want := bundle("001_a.js", "text\n").Checksum(), "sha256:"+hex.EncodeToString(sum[:]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestPack(t *testing.T) {
	t.Parallel()
	want := bundle("m/001_a.js", "one", "lib/ü x.js", "", "m/data.json", "[1]")
	packed, err := want.Pack()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if got.Files[1].Code == nil {
		got.Files[1].Code = []byte{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, broken := range [][]byte{nil, []byte("no zip"), packed[:len(packed)/2]} {
		if _, err := Unpack(broken); err == nil {
			t.Errorf("%d bytes that are no bundle were unpacked", len(broken))
		}
	}
}

func TestDrifted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(t *testing.T, dir string)
		want   bool
	}{
		{"nothing has changed", func(*testing.T, string) {}, false},
		{"line endings have changed", func(t *testing.T, dir string) { write(t, dir, "m/001_a.js", "main\r\n") }, false},
		{"the file has changed", func(t *testing.T, dir string) { write(t, dir, "m/001_a.js", "other\n") }, true},
		{"a helper has changed", func(t *testing.T, dir string) { write(t, dir, "lib/x.js", "y") }, true},
		{"an installed package is gone", func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, "node_modules")); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"a helper is gone", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "lib/x.js")); err != nil {
				t.Fatal(err)
			}
		}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, "m/001_a.js", "main\n")
			write(t, dir, "lib/x.js", "x")
			write(t, dir, "node_modules/p/index.js", "p")
			b := bundle("m/001_a.js", "main\n", "lib/x.js", "x", "node_modules/p/index.js", "p")
			record := Record{Name: "001_a.js", Checksum: b.Checksum(), Files: b.Paths()}
			test.change(t, dir)
			got, err := drifted(Migration{Name: "001_a.js", Path: filepath.Join(dir, "m", "001_a.js")}, record)
			if err != nil || got != test.want {
				t.Errorf("drifted: %v, %v, want %v", got, err, test.want)
			}
		})
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
