package cmd_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// TestFullDisk lets the embedded database meet the end of the disk, as a limit on the size of its files. It must say so
// and must not be damaged: with space, things go on.
func TestFullDisk(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no shell that can limit the size of files")
	}
	s := newServer(t)
	for _, blocks := range []int{64, 512, 2048} { // of 1024 bytes
		t.Run(fmt.Sprintf("%d kilobytes", blocks), func(t *testing.T) {
			t.Parallel()
			p := newProject(t, s, s.client(), map[string]string{"001_a.js": `
export function up(db) {
  db.fat.deleteMany({})
  for (let i = 0; i < 60; i++) db.fat.insertOne({_id: i, text: 'x'.repeat(100000)})
}`})
			embedded := []string{"MIGRATOR_URI=embedded:data", "MIGRATOR_DATABASE=app"}
			ok := func(args ...string) string {
				t.Helper()
				r := p.command("", args...).env(embedded...).start()
				if code := r.wait(); code != 0 {
					t.Fatalf("`migrator %s` ended with %d:\n%s", strings.Join(args, " "), code, r.text())
				}
				return r.text()
			}
			ok("eval", "db.kept.insertOne({_id: 1})")
			r := p.command("", "execute").env(embedded...)
			limited := exec.Command(shell, "-c", fmt.Sprintf("ulimit -f %d; exec migrator execute", blocks))
			limited.Dir, limited.Env, limited.Stdout, limited.Stderr = r.cmd.Dir, r.cmd.Env, r.cmd.Stdout, r.cmd.Stderr
			r.cmd = limited
			code := r.start().wait()
			t.Logf("it ended with %d after %s:\n%s", code, r.took(), r.text())
			if code <= 0 || strings.Contains(r.text(), "goroutine ") || strings.Contains(r.text(), ".go:") ||
				!strings.Contains(r.text(), "disk") {
				t.Errorf("it ended with %d", code)
			}
			status := ok("status")
			t.Log(status)
			if strings.Contains(status, "001_a.js  executed") {
				t.Error("it counts as executed")
			}
			if !strings.Contains(status, "pending") {
				ok("resolve", "1", "--retry", "--yes")
			}
			ok("execute")
			if text := ok(
				"eval", "db.kept.countDocuments() * 1000 + db.fat.countDocuments()",
			); strings.TrimSpace(text) != "1060" {
				t.Errorf("it holds %s", text)
			}
		})
	}
}
