package node_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// files is a project with something to read, and something beside it that scripts must not see.
func files(t *testing.T) (root string) {
	t.Helper()
	outside := t.TempDir()
	root = filepath.Join(outside, "project")
	for name, text := range map[string]string{
		"secret.txt": "secret", "project/a.txt": "héllo", "project/data/b.json": `{"b": 1}`, "project/data/deep/c.txt": "c", "project/empty": "",
	} {
		path := filepath.Join(outside, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"out": "../secret.txt", "in": "a.txt", "folder": "..", "absolute": filepath.Join(root, "a.txt")} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	return root
}

const outsideTheProject = "it is outside the project, and scripts may only use files inside it"

func TestFilesOfTheProjectAreRead(t *testing.T) {
	t.Parallel()
	root := files(t)
	for code, want := range map[string]string{
		"require('fs').readFileSync('a.txt', 'utf8')":                                                                                  "héllo",
		"require('fs').readFileSync('./a.txt').toString('hex')":                                                                        "68c3a96c6c6f",
		"require('fs').readFileSync('data/../a.txt', {encoding: 'latin1'}).length":                                                     "6",
		"require('fs').readFileSync(require('path').join(process.cwd(), 'a.txt'), 'utf-8')":                                            "héllo",
		"require('fs').readFileSync(require('url').pathToFileURL('a.txt'), 'utf8')":                                                    "héllo",
		"require('node:fs').readFileSync('in', 'utf8')":                                                                                "héllo",
		"require('fs').readFileSync('absolute', 'utf8')":                                                                               "héllo",
		"require('fs').readFileSync('empty').length":                                                                                   "0",
		"JSON.parse(require('fs').readFileSync('data/b.json')).b":                                                                      "1",
		"require('fs').existsSync('a.txt') + ' ' + require('fs').existsSync('none')":                                                   "true false",
		"require('fs').readdirSync('data').join()":                                                                                     "b.json,deep",
		"require('fs').readdirSync('data', {recursive: true}).join()":                                                                  "b.json,deep,deep/c.txt",
		"require('fs').readdirSync('data', {withFileTypes: true}).map(e => e.name + e.isDirectory() + e.isFile()).join()":              "b.jsonfalsetrue,deeptruefalse",
		"(s => [s.size, s.isFile(), s.isDirectory(), s.mtime instanceof Date, s.mtimeMs > 0].join())(require('fs').statSync('a.txt'))": "6,true,false,true,true",
		"require('fs').statSync('none', {throwIfNoEntry: false})":                                                                      "undefined",
		"await require('fs').promises.readFile('a.txt', 'utf8')":                                                                       "héllo",
		"(await require('fs/promises').readdir('data')).length":                                                                        "2",
		"await require('fs/promises').access('a.txt')":                                                                                 "undefined",
		"await require('fs/promises').access('none').catch(e => e.code)":                                                               "ENOENT",
		"await new Promise(r => require('fs').readFile('a.txt', 'utf8', (e, s) => r(s)))":                                              "héllo",
		"await new Promise(r => require('fs').readFile('none', e => r(e.code)))":                                                       "ENOENT",
		"require('fs').realpathSync('in') === require('path').resolve(require('fs').realpathSync('.'), 'a.txt')":                       "true",
		"try { require('fs').readFileSync('none') } catch (e) { return [e.code, e.syscall, e.path, e.message].join() }":                "ENOENT,open,none,ENOENT: no such file or directory, open 'none'",
		"try { require('fs').readFileSync('data') } catch (e) { return e.message }":                                                    "EISDIR: illegal operation on a directory, read 'data'",
		"try { require('fs').readdirSync('a.txt') } catch (e) { return e.code }":                                                       "ENOTDIR",
		"try { require('fs').readFileSync('a.txt/b') } catch (e) { return e.code }":                                                    "ENOENT",
		"try { require('fs').readFileSync('pipe') } catch (e) { return e.message }":                                                    "EIO: it is neither a file nor a folder, read 'pipe'",
		"require('fs').lstatSync('in').isSymbolicLink() + ' ' + require('fs').statSync('in').isSymbolicLink()":                         "true false",
		"require('fs').lstatSync('out').isSymbolicLink()":                                                                              "true",
		"require('fs').readdirSync('data', {recursive: true, withFileTypes: true}).map(e => e.parentPath + ':' + e.name).sort()":       "data/deep:c.txt,data:b.json,data:deep",
		"require('fs').statSync('a.txt').isFIFO()":                                                                                     "false",
		"try { require('fs').readFileSync(5) } catch (e) { return e.code }":                                                            "ERR_INVALID_ARG_TYPE",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			got, err := evaluate(t, root, code)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFilesOutsideTheProjectAreRefused(t *testing.T) {
	t.Parallel()
	root := files(t)
	for _, path := range []string{"../secret.txt", "out", "folder/secret.txt", "/etc/passwd", "data/../../secret.txt", "../none", "/none", root + "/../secret.txt"} {
		for _, call := range []string{"readFileSync(%)", "readdirSync(%)", "statSync(%)", "realpathSync(%)", "promises.readFile(%)", "readFileSync(require('url').pathToFileURL(%))"} {
			_, err := evaluate(t, root, "await require('fs')."+strings.ReplaceAll(call, "%", "'"+path+"'"))
			if err == nil || !strings.Contains(err.Error(), outsideTheProject) {
				t.Errorf("%s of %s: %v", call, path, err)
			}
		}
		if got, err := evaluate(t, root, "require('fs').existsSync('"+path+"')"); got != "false" || err != nil {
			t.Errorf("existsSync of %s: %s, %v", path, got, err)
		}
	}
	if _, err := evaluate(t, root, "require('fs').readdirSync('folder')"); err == nil {
		t.Error("a link to a folder outside is listed")
	}
}

func TestNothingIsWritten(t *testing.T) {
	t.Parallel()
	root := files(t)
	for call, name := range map[string]string{
		"writeFileSync('a.txt', '')": "writeFileSync", "writeFile('a.txt', '', () => {})": "writeFile", "promises.writeFile('a.txt', '')": "promises.writeFile",
		"appendFileSync('a.txt', '')": "appendFileSync", "mkdirSync('x')": "mkdirSync", "rmSync('a.txt')": "rmSync", "promises.unlink('a.txt')": "promises.unlink",
		"createWriteStream('x')": "createWriteStream", "renameSync('a.txt', 'x')": "renameSync", "copyFileSync('a.txt', 'x')": "copyFileSync",
		"readFileSync('a.txt', {flag: 'w+'})": "readFileSync with a flag for writing",
	} {
		_, err := evaluate(t, root, "await require('fs')."+call)
		want := "fs." + name + " does not exist in scripts: scripts read files and do not write them; print what is to be seen, and keep what is to stay in a collection"
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// TestWhatIsPrivateIsNotRead takes the ways that lead to a private file: its name, its case, a folder, links of both kinds.
func TestWhatIsPrivateIsNotRead(t *testing.T) {
	t.Parallel()
	root := files(t)
	for name, text := range map[string]string{"api.key": "secret", "data/DB.Key": "secret", ".hidden/deep/x": "secret", "vault": "secret"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"soft": "data/../api.key", "inside": ".hidden/deep", "cwd": "/proc/self/cwd"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(filepath.Join(root, "vault"), filepath.Join(root, "hard")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"api.key", "./data/../api.key", "data/DB.Key", ".hidden", ".hidden/deep/x", "vault", "soft", "inside/x", "hard", root + "/vault"} {
		for _, call := range []string{"readFileSync(%)", "readdirSync(%)", "statSync(%)", "accessSync(%)", "realpathSync(%)", "promises.readFile(%)"} {
			_, err := evaluate(t, root, "await require('fs')."+strings.ReplaceAll(call, "%", "'"+path+"'"))
			if err == nil || !strings.Contains(err.Error(), "it may hold addresses and secrets, which scripts do not see") || strings.Contains(err.Error(), root) {
				t.Errorf("%s of %s: %v", call, path, err)
			}
		}
		if got, err := evaluate(t, root, "require('fs').existsSync('"+path+"')"); got != "false" || err != nil {
			t.Errorf("existsSync of %s: %s, %v", path, got, err)
		}
	}
	if _, err := evaluate(t, root, "require('fs').readFileSync('cwd/api.key')"); err == nil {
		t.Error("a file is read through the working directory of the process")
	}
	got, err := evaluate(t, root, "require('fs').readdirSync('.', {recursive: true}).filter(name => /hidden/.test(name))")
	if got != ".hidden" || err != nil {
		t.Errorf("a folder is listed with what is in a private one: %s, %v", got, err)
	}
}

func TestMessagesNameFilesByTheirPathFromTheRoot(t *testing.T) {
	t.Parallel()
	root := files(t)
	for code, want := range map[string]string{
		"readFileSync(process.cwd() + '/none.txt')": "ENOENT: no such file or directory, open 'none.txt'",
		"readdirSync('x'.repeat(300))":              "EIO: file name too long, scandir '" + strings.Repeat("x", 300) + "'",
		"statSync('a\\0b')":                         `stat 'a\0b': a path cannot hold the character NUL`,
	} {
		_, err := evaluate(t, root, "require('fs')."+code)
		if err == nil || !strings.HasSuffix(err.Error(), "Error: "+want) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if got, err := evaluate(t, root, "require('fs').existsSync('a\\0b')"); got != "false" || err != nil {
		t.Errorf("existsSync: %s, %v", got, err)
	}
}
