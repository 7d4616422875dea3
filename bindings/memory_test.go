package bindings

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/runtime"
)

const (
	scanned    = 100_000 // documents, which are 60 MB together
	scanLimit  = 40 << 20
	scanScript = "MIGRATOR_TEST_SCAN_SCRIPT" // makes a process of this test one that scans
	scanServer = "MIGRATOR_TEST_SCAN_SERVER"
)

// TestMemoryOfAScan measures the resident memory of a process of its own: over what it takes to run a script at all, a scan
// adds a few batches, whatever the size of the collection.
func TestMemoryOfAScan(t *testing.T) {
	if raceDetector {
		t.Skip("the memory of a process with the race detector says nothing of one without")
	}
	t.Parallel()
	if script := os.Getenv(scanScript); script != "" {
		scanHere(t, os.Getenv(scanServer), script)
		return
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("the system does not tell the memory of a process")
	}
	server := newCannedServer(t, wide(t), scanned)
	for _, c := range []struct {
		name, script string
		holds        bool // all documents at once
	}{
		{"for of", `let n = 0; for (const d of db.a.find()) n += d.x; if (n !== 100000) throw new Error('saw ' + n)`, false},
		{"for await", `let n = 0; for await (const d of db.a.find()) n += d.x; if (n !== 100000) throw new Error('saw ' + n)`, false},
		{"forEach with an async callback", `let n = 0; await db.a.find().forEach(async d => { n += d.x }); if (n !== 100000) throw new Error('saw ' + n)`, false},
		{"a backfill in bulks of 1000", `let w = []; for (const d of db.a.find()) { w.push({updateOne: {filter: {_id: d._id}, update: {$set: {z: d.a + d.b}}}}); if (w.length === 1000) { db.a.bulkWrite(w); w = [] } }`, false},
		{"toArray, which the measure has to see", `db.a.find().toArray().length`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			grown := measure(t, server.uri, c.script)
			t.Logf("%d MB", grown>>20)
			if c.holds != (grown > scanLimit) {
				t.Errorf("the process has grown by %d MB", grown>>20)
			}
		})
	}
}

// measure runs a script in a process of its own and returns by how many bytes its resident memory has grown.
func measure(t *testing.T, uri, script string) int64 {
	t.Helper()
	var output bytes.Buffer
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMemoryOfAScan$", "-test.v")
	child.Env = append(os.Environ(), scanScript+"="+script, scanServer+"="+uri)
	child.Stdout, child.Stderr = &output, &output
	if err := child.Run(); err != nil {
		t.Fatalf("%v\n%s", err, output.String())
	}
	found := regexp.MustCompile(`grown by (-?\d+) KB`).FindStringSubmatch(output.String())
	if found == nil {
		t.Fatalf("no measure in\n%s", output.String())
	}
	kilobytes, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// scanHere is what the process does: it runs a script that reads a little, and then the one that is measured.
func scanHere(t *testing.T, uri, script string) {
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(t.Context())
	b := &bench{t: t, name: "app", root: t.TempDir()}
	b.engine = NewEngine(Options{Client: client, Database: "app", Root: b.root, Purpose: runtime.Evaluate})
	b.eval(`db.a.find().limit(1).batchSize(1).next().x`)
	before := resident(t, "VmRSS")
	b.eval(script)
	fmt.Printf("grown by %d KB\n", resident(t, "VmHWM")-before)
}

// resident reads a line of the kernel's account of this process, in KB.
func resident(t *testing.T, name string) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("no %s in %s", name, filepath.Base("/proc/self/status"))
	return 0
}

func TestToArrayOfManyWarns(t *testing.T) {
	t.Parallel()
	server := newCannedServer(t, []byte{5, 0, 0, 0, 0}, many+1)
	client, err := mongo.Connect(options.Client().ApplyURI(server.uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(t.Context()) })
	b := &bench{t: t, name: "app", root: t.TempDir()}
	b.engine = NewEngine(Options{Client: client, Database: "app", Root: b.root, Purpose: runtime.Evaluate})
	b.mustRun("exports.up = async db => {\n  await db.a.find().toArray()\n  db.a.find().toArray()\n  db.a.find().limit(5).toArray()\n}")
	if len(b.printed) != 1 {
		t.Fatalf("printed %q, want one notice", b.printed)
	}
	wantIn(t, b.printed[0], "warning: db.a.find: toArray holds all documents in memory, 50000 so far", "(mongomigrations/001_test.js:2:")
}
