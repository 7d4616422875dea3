package runtime

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"slices"
	"sort"
	"strings"

	"migrator/runtime/fault"
)

// File is one source file, its path relative to the project's root, with slashes.
type File struct {
	Path string
	Code []byte
}

// PackageFolder is the folder that packages of others are installed in.
const PackageFolder = "node_modules"

// IsPackaged reports whether a file, by its path from the root, belongs to an installed package.
func IsPackaged(path string) bool {
	return strings.HasPrefix(path, PackageFolder+"/") || strings.Contains(path, "/"+PackageFolder+"/")
}

// Bundle is a migration's own file, first, and the project's files that it imports, directly or not, in the order of
// their paths. It is what a record keeps, so that a migration can be rolled back when its file is gone.
type Bundle struct {
	Files []File
}

// NewBundle puts the entry first and the imports in order.
func NewBundle(entry File, imports []File) Bundle {
	sort.Slice(imports, func(i, j int) bool { return imports[i].Path < imports[j].Path })
	return Bundle{Files: append([]File{entry}, imports...)}
}

// Paths lists the files, the migration first.
func (b Bundle) Paths() []string {
	paths := make([]string, len(b.Files))
	for i, f := range b.Files {
		paths[i] = f.Path
	}
	return paths
}

// Checksum is "sha256:" and a hash of the text with line endings normalised. For a migration that imports nothing it is
// the hash that sha256sum prints; with imports it is the hash of what sha256sum prints of all the files, their paths
// taken from the migration's directory. Installed packages do not count: they are kept so that the migration can be
// rolled back, but a newer release of one is no change of the migration.
func (b Bundle) Checksum() string {
	own := slices.DeleteFunc(slices.Clone(b.Files), func(f File) bool { return IsPackaged(f.Path) })
	if len(own) == 1 {
		return "sha256:" + hash(Normalise(own[0].Code))
	}
	var list bytes.Buffer
	for _, f := range own {
		fmt.Fprintf(&list, "%s  %s\n", hash(Normalise(f.Code)), relativeTo(path.Dir(b.Files[0].Path), f.Path))
	}
	return "sha256:" + hash(list.Bytes())
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Normalise makes line endings LF and drops a byte order mark, so that a checkout on another system is the same source.
func Normalise(code []byte) []byte {
	code = bytes.TrimPrefix(code, []byte("\xef\xbb\xbf"))
	return bytes.ReplaceAll(code, []byte("\r\n"), []byte("\n"))
}

// relativeTo is target as seen from directory dir, both slash paths under one root.
func relativeTo(dir, target string) string {
	up := ""
	for dir != "." && dir != "" {
		if rest, ok := cutDir(target, dir); ok {
			return up + rest
		}
		dir = path.Dir(dir)
		up += "../"
	}
	return up + target
}

func cutDir(target, dir string) (string, bool) {
	if len(target) > len(dir) && target[:len(dir)] == dir && target[len(dir)] == '/' {
		return target[len(dir)+1:], true
	}
	return "", false
}

// maxPacked bounds the stored source, so that its document stays well below MongoDB's 16 MiB.
const maxPacked = 8 << 20

// Pack compresses the bundle into a zip archive whose entries stand in the bundle's order. A bundle that is too large to
// be stored and read back is an error with code fault.Script.
func (b Bundle) Pack() ([]byte, error) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range b.Files {
		if len(f.Code) > maxStoredFile {
			return nil, tooLarge(f.Path, maxStoredFile)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Path, Method: zip.Deflate})
		if err != nil {
			return nil, fmt.Errorf("pack the source of %s: %w", f.Path, err)
		}
		if _, err := w.Write(f.Code); err != nil {
			return nil, fmt.Errorf("pack the source of %s: %w", f.Path, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the source: %w", err)
	}
	if buf.Len() > maxPacked {
		return nil, tooLarge(b.Files[0].Path+" with what it imports, compressed,", maxPacked)
	}
	return buf.Bytes(), nil
}

// keep has the record hold the source.
func (r *Record) keep(b Bundle) error {
	packed, err := b.Pack()
	if err != nil {
		return err
	}
	r.Checksum, r.Source, r.Files = b.Checksum(), packed, b.Paths()
	return nil
}

func tooLarge(what string, limit int) error {
	return fault.New(fault.Script, "load the data in another way than by an import: as documents, in parts",
		"%s has more than %d MiB, too much to be kept in the registry", what, limit>>20)
}

// maxStoredFile bounds what Unpack reads of one file: stored source comes from a database and is not trusted.
const maxStoredFile = 16 << 20

// Unpack reads what Pack wrote.
func Unpack(packed []byte) (Bundle, error) {
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return Bundle{}, fmt.Errorf("unpack the stored source: %w", err)
	}
	var b Bundle
	for _, entry := range z.File {
		code, err := readEntry(entry)
		if err != nil {
			return Bundle{}, fmt.Errorf("unpack the stored source of %s: %w", entry.Name, err)
		}
		b.Files = append(b.Files, File{Path: entry.Name, Code: code})
	}
	if len(b.Files) == 0 {
		return Bundle{}, fmt.Errorf("unpack the stored source: it is empty")
	}
	return b, nil
}

func readEntry(entry *zip.File) ([]byte, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	code, err := io.ReadAll(io.LimitReader(r, maxStoredFile+1))
	if err == nil && len(code) > maxStoredFile {
		err = fmt.Errorf("larger than %d bytes", maxStoredFile)
	}
	return code, err
}
