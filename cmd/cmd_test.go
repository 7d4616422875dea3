package cmd_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"migrator/store/connect/connecttest"
)

// TestMain lets the test binary be the migrator command, and a server, in processes of their own.
func TestMain(m *testing.M) {
	// These tests wait for processes more than they compute: twice as many at once take half the time.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"migrator":        playMigrator,
		"ferretdb-server": playServer,
	})
}

// TestScripts runs the files in testdata/scripts, which read as the manual of the command line. Each has a project
// directory of its own and an empty database: the embedded one, or with MIGRATOR_TEST_URI a new one on that server.
//
//	go test ./cmd -run 'TestScripts/execute$'
func TestScripts(t *testing.T) {
	t.Parallel()
	server := os.Getenv("MIGRATOR_TEST_URI")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/scripts",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "1")
			e.Setenv("TZ", "UTC")
			// Caches of the test's environment do not exist in a project's.
			e.Setenv("HOME", e.WorkDir)
			if server != "" {
				target := connecttest.Target(e.T().(testing.TB))
				e.Setenv("MIGRATOR_URI", target.URI)
				e.Setenv("MIGRATOR_DATABASE", target.Database)
			}
			return nil
		},
		Condition: func(name string) (bool, error) {
			return name == "embedded" && server == "", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"eventually": eventually,
			"examples":   examples,
		},
	})
}

// eventually PATTERN COMMAND... runs a command again and again until its output matches.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually PATTERN COMMAND [ARG...]")
	}
	pattern := regexp.MustCompile(args[0])
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := ts.Exec(args[1], args[2:]...)
		output := ts.ReadFile("stdout") + ts.ReadFile("stderr")
		if pattern.MatchString(output) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("no match for %q in the output (%v):\n%s", args[0], err, output)
		}
	}
}

// examples DIR copies the example migrations of this repository to a directory.
func examples(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: examples DIR")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), os.DirFS(filepath.Join("..", "mongomigrations"))))
}
