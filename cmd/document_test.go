package cmd_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"migrator/cmd"
)

// TestEveryDocumentHasOneShape runs every command that there is with --json, well and badly: each document says how the
// command ended, with null where all went well, and the code of an error is the exit code.
func TestEveryDocumentHasOneShape(t *testing.T) {
	t.Parallel()
	p := &project{t: t, dir: t.TempDir()}
	p.write("mongomigrations/001_a.js", "export function up(db) {}\nexport function down(db) {}")
	commands := 0
	leaves(cmd.Tree(cmd.Process{Getenv: os.LookupEnv, Out: io.Discard, Err: io.Discard}), nil, func(path []string) {
		commands++
		name := path[len(path)-1]
		calls := [][]string{{"too", "many", "arguments"}, {"--frob"}, {"--help"}, {"--config", "nowhere/migrator.yaml"}}
		if arguments[name] == nil {
			calls = append(calls, nil)
		}
		calls = append(calls, arguments[name]...)
		for _, call := range calls {
			args := append(append([]string{"--json"}, path...), call...)
			var out bytes.Buffer
			code := cmd.Run(t.Context(), cmd.Process{
				Args: args, Dir: p.dir, In: strings.NewReader(""), Out: &out, Err: io.Discard,
				Getenv: func(string) (string, bool) { return "", false },
			})
			checkShape(t, args, code, out.Bytes(), name == "watch")
		}
	})
	if commands < 15 {
		t.Errorf("only %d commands were found", commands)
	}
}

func checkShape(t *testing.T, args []string, code int, out []byte, many bool) {
	t.Helper()
	documents := json.NewDecoder(bytes.NewReader(out))
	read := 0
	for ; ; read++ {
		var d map[string]json.RawMessage
		if err := documents.Decode(&d); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v printed what is no JSON (%v):\n%s", args, err, out)
		}
		text, ok := d["error"]
		var failure *struct{ Code int }
		if err := json.Unmarshal(text, &failure); !ok || err != nil {
			t.Errorf("%v: the error of %s is %s (%v)", args, out, text, err)
			continue
		}
		if last := !documents.More(); last && (failure == nil) != (code == 0) ||
			failure != nil && failure.Code != code {
			t.Errorf("%v ended with %d, and says\n%s", args, code, out)
		}
	}
	if read == 0 || read > 1 && !many {
		t.Errorf("%v printed %d documents:\n%s", args, read, out)
	}
}
