package cmd_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// one is the migration that most saves are about. Each version prints which it is, so that a test can count its runs.
const one = "mongomigrations/001_one.js"

func version(v string) string {
	return fmt.Sprintf("export function up(db) { print('%s'); db.one.insertOne({v: '%s'}) }\n"+
		"export function down(db) { db.one.deleteMany({}) }\n", v, v)
}

// TestSaves performs the kinds of saves that editors, shells and checkouts do, and looks at what was run and at what is
// in the registry and in the data behind each. want is what was printed: the versions that were executed, each once.
func TestSaves(t *testing.T) {
	t.Parallel()
	executed := map[string]string{"001_one.js": "executed"}
	helped := files{
		one: "import {v} from './lib/v.js'\nexport function up(db) { print(v); db.one.insertOne({v}) }\n" +
			"export function down(db) { db.one.deleteMany({}) }\n",
		"mongomigrations/lib/v.js": "export const v = 'a'\n",
	}
	for _, c := range []struct {
		name  string
		files files // besides version a of one, unless it is among them
		save  func(w *watched)
		want  []string          // printed in all, the first cycle included
		data  []string          // the values in collection one
		state map[string]string // nil is that one is executed
	}{
		{name: "vim renames to a backup, writes the file anew and removes the backup", want: []string{"a", "b"},
			save: func(w *watched) {
				w.write("mongomigrations/.001_one.js.swp", "swap")
				w.write("mongomigrations/4913", "")
				w.remove("mongomigrations/4913")
				w.rename(one, one+"~")
				w.write(one, version("b"))
				w.remove(one + "~")
			}},
		{name: "an editor writes a temporary file and renames it over", want: []string{"a", "b"},
			save: func(w *watched) {
				w.write(one+".tmp", version("b"))
				w.rename(one+".tmp", one)
			}},
		{name: "an editor keeps the old file under another name while it renames the new one into place",
			want: []string{"a", "b"}, save: func(w *watched) {
				w.write(one+"___jb_tmp___", version("b"))
				w.rename(one, one+"___jb_old___")
				w.rename(one+"___jb_tmp___", one)
				w.remove(one + "___jb_old___")
			}},
		{name: "an editor locks with a dangling link and leaves a backup next to it", want: []string{"a", "b"},
			save: func(w *watched) {
				w.ok(os.Symlink("ada@web-1.4711", w.path("mongomigrations/.#001_one.js")))
				w.write("mongomigrations/#001_one.js#", version("autosaved"))
				w.rename(one, one+"~")
				w.write(one, version("b"))
				w.remove("mongomigrations/.#001_one.js")
			}},
		{name: "cp writes over it", want: []string{"a", "b"}, save: func(w *watched) { w.write(one, version("b")) }},
		{name: "mv puts another file in its place", want: []string{"a", "b"}, save: func(w *watched) {
			w.write("new.js", version("b"))
			w.rename("new.js", one)
		}},
		{name: "sed -i edits it", want: []string{"a", "b"}, save: func(w *watched) {
			out, err := exec.Command("sed", "-i", "s/'a'/'b'/g", w.path(one)).CombinedOutput()
			if err != nil {
				w.t.Fatalf("sed: %v: %s", err, out)
			}
		}},
		{
			name: "it is truncated and written in pieces", want: []string{"a", "b"},
			save: func(w *watched) { w.pieces(one, version("b")) },
		},
		{name: "it is emptied, closed, and filled a moment later", want: []string{"a", "b"}, save: func(w *watched) {
			w.write(one, "")
			time.Sleep(40 * time.Millisecond) // a slow editor
			w.write(one, version("b"))
		}},
		{name: "it is appended to in pieces that do not compile alone", want: []string{"a", "b"},
			save: func(w *watched) {
				text := version("b")
				w.write(one, text[:30])
				time.Sleep(40 * time.Millisecond) // a slow writer
				w.write(one, text)
			}},
		{name: "it is a link that is swapped for another", want: []string{"a", "b"},
			files: files{
				"mongomigrations/old/one.js": version("a"), "mongomigrations/new/one.js": version("b"),
				one: "-> old/one.js",
			},
			save: func(w *watched) {
				w.ok(os.Symlink("new/one.js", w.path("mongomigrations/link")))
				w.rename("mongomigrations/link", one)
			}},
		{name: "where a link leads to is edited", want: []string{"a", "b"},
			files: files{"shared/one.js": version("a"), one: "-> ../shared/one.js"},
			save:  func(w *watched) { w.write("shared/one.js", version("b")) }},
		{name: "where a link leads to is edited, beside the directory", want: []string{"a", "b"},
			files: files{"one.js": version("a"), one: "-> ../one.js"},
			save:  func(w *watched) { w.write("one.js", version("b")) }},
		{name: "the directory is a file for a while", want: []string{"a", "b"}, save: func(w *watched) {
			w.rename("mongomigrations", "away")
			w.write("mongomigrations", "a file")
			w.cycle() // which tells of it
			w.remove("mongomigrations")
			w.rename("away", "mongomigrations")
			w.write(one, version("b"))
		}},
		{name: "it is touched and left as it is", want: []string{"a"}, save: func(w *watched) {
			now := time.Now()
			w.ok(os.Chtimes(w.path(one), now, now))
			w.write(one, version("a"))
		}},
		{name: "its rights change", want: []string{"a"}, save: func(w *watched) { w.ok(os.Chmod(w.path(one), 0o600)) }},
		{name: "only its line endings change", want: []string{"a"}, save: func(w *watched) {
			w.write(one, strings.ReplaceAll(version("a"), "\n", "\r\n"))
		}},
		{name: "it is changed and changed back before anybody looks", want: []string{"a"}, save: func(w *watched) {
			w.write(one, version("b"))
			w.write(one, version("a"))
		}},
		{name: "it is saved twice with the same new text", want: []string{"a", "b"}, save: func(w *watched) {
			w.write(one, version("b"))
			w.cycle()
			w.write(one, version("b"))
		}},
		{name: "a helper changes", files: helped, want: []string{"a", "b"}, save: func(w *watched) {
			w.write("mongomigrations/lib/v.js", "export const v = 'b'\n")
		}},
		{name: "a JSON file changes", want: []string{"a", "b"},
			files: files{one: "import d from './data.json'\nexport function up(db) { print(d.v); " +
				"db.one.insertOne(d) }\nexport function down(db) { db.one.deleteMany({}) }\n",
				"mongomigrations/data.json": `{"v": "a"}`},
			save: func(w *watched) { w.write("mongomigrations/data.json", `{"v": "b"}`) }},
		{name: "a helper outside of the directory changes", want: []string{"a", "b"},
			files: files{
				one:           strings.Replace(helped[one], "./lib/v.js", "../shared/v.js", 1),
				"shared/v.js": "export const v = 'a'\n",
			},
			save: func(w *watched) { w.write("shared/v.js", "export const v = 'b'\n") }},
		{name: "a helper in a new folder is written, and then imported", want: []string{"a", "b"},
			save: func(w *watched) {
				w.write("mongomigrations/deep/er/v.js", "export const v = 'b'\n")
				w.write(one, strings.Replace(helped[one], "./lib", "./deep/er", 1))
			}},
		{name: "the folder of a helper is renamed and back", files: helped, want: []string{"a", "b"},
			save: func(w *watched) {
				w.rename("mongomigrations/lib", "mongomigrations/away")
				w.rename("mongomigrations/away", "mongomigrations/lib")
				w.write("mongomigrations/lib/v.js", "export const v = 'b'\n")
			}},
		{name: "the directory itself is renamed and back", want: []string{"a", "b"}, save: func(w *watched) {
			w.rename("mongomigrations", "away")
			w.rename("away", "mongomigrations")
			w.write(one, version("b"))
		}},
		{name: "a swap file and a text file are none of ours", want: []string{"a"}, save: func(w *watched) {
			w.write("mongomigrations/.001_one.js.swx", "x")
			w.write("mongomigrations/notes.txt", "x")
			w.write("mongomigrations/node_modules/p/index.js", "x")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.files == nil {
				c.files = files{one: version("a")}
			}
			w := newWatched(t, nil)
			for path, text := range c.files {
				if target, link := strings.CutPrefix(text, "-> "); link {
					w.ok(os.Symlink(target, w.path(path)))
				} else {
					w.write(path, text)
				}
			}
			w.start()
			w.cycle()
			c.save(w)
			w.until("the run of it", func() bool { return len(w.printed()) >= len(c.want) })
			w.sentinel()
			if got := w.printed(); !slices.Equal(got, append(slices.Clone(c.want), "sentinel")) {
				t.Errorf("executed %v, want %v\n%s", got, c.want, w.told())
			}
			state := maps.Clone(c.state)
			if state == nil {
				state = maps.Clone(executed)
			}
			state["999_sentinel.js"] = "executed"
			if got := w.states(); !maps.Equal(got, state) {
				t.Errorf("the registry holds %v, want %v", got, state)
			}
			if data := c.want[len(c.want)-1:]; !slices.Equal(w.values("one"), data) {
				t.Errorf("the data is %v, want %v", w.values("one"), data)
			}
			if code := w.end(); code != 0 {
				t.Errorf("exit %d", code)
			}
		})
	}
}

// pieces writes a text slowly, with the file open all the time.
func (w *watched) pieces(path, text string) {
	w.t.Helper()
	f, err := os.Create(w.path(path))
	w.ok(err)
	for _, piece := range strings.SplitAfter(text, " ") {
		_, err := f.WriteString(piece)
		w.ok(err)
		time.Sleep(5 * time.Millisecond) // a slow writer
	}
	w.ok(f.Close())
}

// numbered is a migration that leaves its number behind, so that the data tells what is in effect.
func numbered(n int, v string) string {
	return fmt.Sprintf("export function up(db) { print('%d%s'); db.all.insertOne({v: '%d%s'}) }\n"+
		"export function down(db) { print('down %d'); db.all.deleteMany({v: /^%d[a-z]/}) }\n", n, v, n, v, n, n)
}

func TestWatchRunsANewFile(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{"mongomigrations/001_a.js": numbered(1, "a")})
	w.cycle()
	w.write("mongomigrations/002_b.js", numbered(2, "a"))
	w.cycle()
	w.same(w.printed(), "1a", "2a")
	w.same(w.values("all"), "1a", "2a")
}

func TestWatchRollsBackLaterMigrationsFirst(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{
		"mongomigrations/001_a.js": numbered(1, "a"), "mongomigrations/002_b.js": numbered(2, "a"),
		"mongomigrations/003_c.js": numbered(3, "a"),
	})
	w.cycle()
	w.write("mongomigrations/002_b.js", numbered(2, "b"))
	w.cycle()
	w.same(w.printed(), "1a", "2a", "3a", "down 3", "down 2", "2b", "3a")
	w.same(w.values("all"), "1a", "2b", "3a")
	w.says("first rolling back what was executed after 002_b.js: 003_c.js")
}

func TestWatchRunsTwoFilesThatAreSavedAtOnceInOrder(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{"mongomigrations/001_a.js": numbered(1, "a")})
	w.cycle()
	w.write("mongomigrations/003_c.js", numbered(3, "a"))
	w.write("mongomigrations/002_b.js", numbered(2, "a"))
	w.until("both", func() bool { return slices.Contains(w.printed(), "3a") && slices.Contains(w.printed(), "2a") })
	w.same(w.printed(), "1a", "2a", "3a")
}

func TestWatchTakesACheckoutOfFiftyFilesInOneCycle(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{"mongomigrations/001_a.js": numbered(1, "a")})
	w.cycle()
	want := []string{"1a", "down 1", "1b"}
	for i := 50; i >= 1; i-- {
		w.write(fmt.Sprintf("mongomigrations/%03d_a.js", i), numbered(i, "b"))
	}
	for i := 2; i <= 50; i++ {
		want = append(want, fmt.Sprintf("%db", i))
	}
	w.cycle()
	w.same(w.printed(), want...)
}

func TestWatchShowsASyntaxErrorAndLeavesWhatWasExecutedInEffect(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: version("a")})
	w.cycle()
	w.write(one, "export function up(db) { db.one.( }")
	e := w.cycle()
	if e.Error["code"] != float64(3) || e.Error["line"] != float64(1) ||
		!strings.Contains(fmt.Sprint(e.Error["detail"]), "> 1 |") {
		t.Errorf("the error is %v", e.Error)
	}
	w.same(w.values("one"), "a")
	w.is("001_one.js", "executed")
	w.write(one, version("b"))
	w.cycle()
	w.same(w.printed(), "a", "b")
	w.same(w.values("one"), "b")
}

func TestWatchUndoesAHalfAppliedUpWithItsOwnDown(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: version("a")})
	w.cycle()
	w.write(one, "export function up(db) { db.one.insertOne({v: 'half'}); throw new Error('no') }\n"+
		"export function down(db) { print('undo'); db.one.deleteMany({v: 'half'}) }\n")
	e := w.cycle()
	if e.Stuck != "001_one.js" || e.Error["line"] != float64(1) {
		t.Errorf("the end of the cycle is %+v", e)
	}
	w.is("001_one.js", "failed")
	w.same(w.values("one"), "half")
	w.write(one, version("c"))
	w.cycle()
	w.same(w.printed(), "a", "undo", "c")
	w.same(w.values("one"), "c")
	w.is("001_one.js", "executed")
}

func TestWatchUsesTheMendedDownAfterOneThatThrew(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: "export function up(db) { db.one.insertOne({v: 'a'}) }\n" +
		"export function down(db) { throw new Error('cannot') }\n"})
	w.cycle()
	w.write(one, strings.Replace(version("b"), "deleteMany({})", "deleteMany({}); print('mended')", 1))
	if e := w.cycle(); e.Stuck != "001_one.js" || e.Error == nil {
		t.Errorf("the end of the cycle is %+v", e)
	}
	w.is("001_one.js", "failed")
	w.write(one, strings.Replace(version("c"), "deleteMany({})", "deleteMany({}); print('mended')", 1))
	w.cycle()
	w.same(w.printed(), "mended", "c")
	w.same(w.values("one"), "c")
	w.is("001_one.js", "executed")
}

func TestWatchEndsAnEndlessLoopWithTheNextSave(t *testing.T) {
	t.Parallel()
	w := watchProject(t, nil)
	w.write(one, strings.Replace(version("endless"), "db.one", "while (true) {} db.one", 1))
	w.await("the loop", func(e watchEvent) bool { return e.Event == "printed" })
	w.write(one, version("b"))
	w.await("the end of the loop", func(e watchEvent) bool { return e.Event == "ended" && e.Replaced })
	w.cycle()
	w.same(w.printed(), "endless", "b")
	w.same(w.values("one"), "b")
	w.is("001_one.js", "executed")
}

func TestWatchReportsAFileThatIsDeleted(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: version("a")})
	w.cycle()
	w.remove(one)
	w.await("the report", func(e watchEvent) bool { return e.Event == "notice" })
	w.says("the file of 001_one.js is gone; it stays executed")
	w.sentinel()
	w.same(w.values("one"), "a")
	w.is("001_one.js", "executed")
}

func TestWatchReportsAFileWhoseNumberChanges(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: version("a")})
	w.cycle()
	w.rename(one, "mongomigrations/007_one.js")
	w.await("the report", func(e watchEvent) bool { return e.Event == "notice" })
	w.says("007_one.js looks like 001_one.js under another name")
	w.rename("mongomigrations/007_one.js", one)
	w.sentinel()
	w.same(w.printed(), "a", "sentinel")
	w.same(w.values("one"), "a")
}

func TestWatchRunsAFileWithALowerNumberInItsPlace(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{"mongomigrations/002_b.js": numbered(2, "a")})
	w.cycle()
	w.write("mongomigrations/001_a.js", numbered(1, "a"))
	w.cycle()
	w.same(w.printed(), "2a", "down 2", "1a", "2a")
}

func TestWatchReportsANameThatIsNone(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: version("a")})
	w.cycle()
	w.write("mongomigrations/Bad Name.js", version("b"))
	if e := w.cycle(); e.Error["code"] != float64(2) {
		t.Errorf("the error is %v", e.Error)
	}
	w.remove("mongomigrations/Bad Name.js")
	w.sentinel()
	w.same(w.printed(), "a", "sentinel")
}

func TestWatchSeesTheMendingOfAHelperThatHasNeverCompiled(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{
		"shared/v.js": "export const v = (",
		one:           "import {v} from '../shared/v.js'\nexport function up(db) { print(v) }\n",
	})
	if e := w.cycle(); e.Error["file"] != "shared/v.js" {
		t.Errorf("the error is %v", e.Error)
	}
	w.write("shared/v.js", "export const v = 'mended'")
	w.until("the run", func() bool { return len(w.printed()) > 0 })
	w.same(w.printed(), "mended")
}

func TestWatchOnlyExecutesWithNoRollback(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: version("a")}, "--no-rollback")
	w.cycle()
	w.write(one, version("b"))
	w.await("the report", func(e watchEvent) bool { return e.Event == "notice" })
	w.says("001_one.js has changed since it was executed, and is not run again")
	w.sentinel()
	w.same(w.values("one"), "a")
}

func TestWatchEndsACycleThatIsInterruptedWith130AndRecordsIt(t *testing.T) {
	t.Parallel()
	w := watchProject(t, nil)
	w.write(one, strings.Replace(version("endless"), "db.one", "while (true) {} db.one", 1))
	w.await("the loop", func(e watchEvent) bool { return e.Event == "printed" })
	if code := w.end(); code != 130 {
		t.Errorf("exit %d", code)
	}
	w.is("001_one.js", "failed")
	e := w.await("the last event", func(e watchEvent) bool { return e.Event == "stopped" })
	if hint := fmt.Sprint(e.Error["hint"]); !strings.Contains(hint, "migrator resolve 001_one.js --retry") ||
		strings.Contains(hint, "save it") {
		t.Errorf("nobody watches any more, and the hint is %s", hint)
	}
}

// same fails unless the texts are these.
func (w *watched) same(got []string, want ...string) {
	w.t.Helper()
	if !slices.Equal(got, want) {
		w.t.Errorf("got %v, want %v\n%s", got, want, w.told())
	}
}

// is fails unless the registry has the migration in that state.
func (w *watched) is(name, state string) {
	w.t.Helper()
	if got := w.states()[name]; got != state {
		w.t.Errorf("%s is %q, want %q", name, got, state)
	}
}

// says fails unless that was noticed.
func (w *watched) says(text string) {
	w.t.Helper()
	if !strings.Contains(w.notices(), text) {
		w.t.Errorf("no notice says %q:\n%s", text, w.notices())
	}
}
