package cmd_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/cmd"
)

// secret is a part of every password below.
const secret = "s3cr3t"

// leaky are connection strings with secrets in them, most of them wrong; LIVE is a server that answers.
var leaky = map[string]string{
	"nobody listens":                 "mongodb://ada:s3cr3t@127.0.0.1:1/app",
	"the host is not known":          "mongodb://ada:s3cr3t@nowhere.invalid/app?serverSelectionTimeoutMS=200",
	"the cluster is not known":       "mongodb+srv://ada:s3cr3t@nowhere.invalid/app",
	"the port is no number":          "mongodb://ada:s3cr3t@127.0.0.1:port/app",
	"an escape is broken":            "mongodb://ada:s3cr3t%@127.0.0.1:1/app",
	"a broken escape is in it":       "mongodb://ada:x%zzs3cr3t@127.0.0.1:1/app",
	"a slash is not escaped":         "mongodb://ada:x/s3cr3t@127.0.0.1:1/app",
	"a slash ends it":                "mongodb://ada:s3cr3t/@127.0.0.1:1/app",
	"a colon is not escaped":         "mongodb://ada:x:s3cr3t@127.0.0.1:1/app",
	"an @ is not escaped":            "mongodb://ada:x@s3cr3t@127.0.0.1:1/app",
	"a question mark is not escaped": "mongodb://ada:x?s3cr3t=1@127.0.0.1:1/app",
	"a hash is not escaped":          "mongodb://ada:x#s3cr3t@127.0.0.1:1/app",
	"a bracket is not escaped":       "mongodb://ada:x[s3cr3t]@127.0.0.1:1/app",
	"a space is not escaped":         "mongodb://ada:x s3cr3t@127.0.0.1:1/app",
	"it is escaped":                  "mongodb://ada:x%40%2F%3As3cr3t@127.0.0.1:1/app",
	"there is no user":               "mongodb://:s3cr3t@127.0.0.1:1/app",
	"an option is not known":         "mongodb://ada:s3cr3t@127.0.0.1:1/app?nonsense=1",
	"an option is wrong":             "mongodb://ada:s3cr3t@127.0.0.1:1/app?connectTimeoutMS=soon",
	"the mechanism is not known":     "mongodb://ada:s3cr3t@127.0.0.1:1/app?authMechanism=BOGUS",
	"a token is no pair": "mongodb://127.0.0.1:1/app?authMechanism=MONGODB-AWS&" +
		"authMechanismProperties=AWS_SESSION_TOKEN:s3cr3t,x",
	"a token without a user": "mongodb://127.0.0.1:1/app?authMechanism=MONGODB-AWS&" +
		"authMechanismProperties=AWS_SESSION_TOKEN:s3cr3t",
	"a token that is escaped": "mongodb://ada:x@127.0.0.1:1/app?authMechanism=MONGODB-AWS&" +
		"authMechanismProperties=AWS_SESSION_TOKEN%3As3cr3t",
	"a token for another mechanism": "mongodb://ada:x@127.0.0.1:1/app?authMechanism=PLAIN&" +
		"authMechanismProperties=AWS_SESSION_TOKEN:s3cr3t",
	"the key has no file": "mongodb://127.0.0.1:1/app?tls=true&tlsCertificateKeyFile=nowhere.pem" +
		"&tlsCertificateKeyFilePassword=s3cr3t",
	"the key's password has no key": "mongodb://127.0.0.1:1/app?tlsCertificateKeyFilePassword=s3cr3t",
	"the proxy": "mongodb://127.0.0.1:1/app?proxyHost=127.0.0.1" +
		"&proxyUsername=ada&proxyPassword=s3cr3t",
	"another scheme":                  "mongo://ada:s3cr3t@127.0.0.1:1/app",
	"a scheme with one slash":         "mongodb:/ada:s3cr3t@127.0.0.1:1/app",
	"no scheme":                       "ada:s3cr3t@127.0.0.1:1/app",
	"no scheme and no user":           "//:s3cr3t@127.0.0.1:1/app",
	"a directory of an embedded one":  "embedded://ada:s3cr3t@127.0.0.1:1/app",
	"no database":                     "mongodb://ada:s3cr3t@127.0.0.1:1",
	"a database that is none":         "mongodb://ada:s3cr3t@127.0.0.1:1/a.b",
	"two hosts":                       "mongodb://ada:s3cr3t@127.0.0.1:1,127.0.0.1:2/app?serverSelectionTimeoutMS=200",
	"the server refuses the password": "mongodb://ada:s3cr3t@LIVE/app?authMechanism=SCRAM-SHA-256",
	"the server speaks no TLS":        "mongodb://ada:s3cr3t@LIVE/app?tls=true&serverSelectionTimeoutMS=300",
	"the replica set is another":      "mongodb://ada:s3cr3t@LIVE/app?replicaSet=rs9&serverSelectionTimeoutMS=300",
	"all is well":                     "mongodb://ada:s3cr3t@LIVE/app?authMechanism=PLAIN",
}

// arguments are what commands want; the others are run without any.
var arguments = map[string][][]string{
	"execute": {nil, {"--force", "2"}, {"--dry-run"}}, "rollback": {{"1"}}, "redo": {{"1"}},
	"resolve": {{"2", "--retry"}, {"1", "--accept"}}, "show": {{"1"}, {"2"}}, "history": {nil, {"1"}},
	"eval": {{"print(db, db.getMongo(), db.notes); printjson(db.getMongo()); console.log(db, [db.getMongo()]); " +
		"String(db.getMongo()) + JSON.stringify(db.serverStatus())"}, {"db.x.insertOne("}},
	"generate": {{"x"}}, "completion": {{"bash"}}, "unlock": {nil, {"--force"}}, "status": {nil, {"--all-envs"}},
	"import": {{"--from", "migrate-mongo"}}, "wait": {{"--timeout", "100ms"}},
	"watch": {{"--once"}, {"--once", "--confirm", "production"}},
}

// talkative are migrations that print all that they can reach.
var talkative = map[string]string{
	"001_a.js": "export function up(db, client) { print(db, client, db.getMongo(), this); printjson(client); " +
		"console.log({db, client}); console.dir(migration); db.notes.insertOne({}) }\n" +
		"export function down(db) { print(db.getMongo()) }",
	"002_b.js": "export function up(db, client) { print(client); " +
		"try { db.runCommand({nonsense: 1}) } catch (e) { print(e, e.stack) }; " +
		"throw new Error(String(client) + db.getMongo()) }",
}

// leaves calls f with the names on the way to each command that does something.
func leaves(c *cobra.Command, path []string, f func([]string)) {
	if c.Runnable() && c.HasParent() {
		f(path)
	}
	for _, child := range c.Commands() {
		leaves(child, append(append([]string(nil), path...), child.Name()), f)
	}
}

// TestSecrets runs every command that there is with every connection string in leaky. No password comes out.
func TestSecrets(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	names := 0
	tree := cmd.Tree(cmd.Process{Getenv: os.LookupEnv, Out: &bytes.Buffer{}, Err: &bytes.Buffer{}})
	leaves(tree, nil, func(path []string) {
		names++
		nth := names
		t.Run(strings.Join(path, " "), func(t *testing.T) {
			t.Parallel()
			for name, uri := range leaky {
				if !full() && (len(name)+nth)%3 != 0 && !strings.Contains(uri, "LIVE") {
					continue
				}
				database := "s_" + bson.NewObjectID().Hex()
				uri = strings.ReplaceAll(uri, "LIVE", s.addr)
				if strings.Contains(uri, "127.0.0.1:1/app") && strings.Contains(uri, "?") {
					uri += "&serverSelectionTimeoutMS=50" // nobody will answer
				} else if strings.HasSuffix(uri, "127.0.0.1:1/app") {
					uri += "?serverSelectionTimeoutMS=50"
				}
				uri = strings.ReplaceAll(uri, "/app?authMechanism=PLAIN", "/"+database+"?authMechanism=PLAIN")
				calls := arguments[path[len(path)-1]]
				if calls == nil {
					calls = [][]string{nil}
				}
				for i, call := range calls {
					args := append(append([]string(nil), path...), call...)
					leaked(t, name, uri, i, append(args, [][]string{{"--verbose"}, {"--json"}}[(i+len(name))%2]...))
				}
			}
		})
	})
	if names < 10 {
		t.Errorf("only %d commands were found", names)
	}
}

// leaked runs a command inside this process, with the connection string given in one of the ways, and looks for the
// secret in all that it says.
func leaked(t *testing.T, name, uri string, way int, args []string) {
	t.Helper()
	p := &project{t: t, dir: t.TempDir()}
	for file, code := range talkative {
		p.write("mongomigrations/"+file, code)
	}
	variables := map[string]string{"HOME": p.dir, "NO_COLOR": "1"}
	switch (way + len(name)) % 5 {
	case 0:
		args = append(args, "--uri", uri)
	case 1:
		variables["MIGRATOR_URI"] = uri
	case 2:
		p.write("migrator.yaml", fmt.Sprintf("environments: {production: {uri: %q}}\n", uri))
	case 3:
		variables["PRODUCTION"] = uri
		p.write("migrator.yaml", "environments: {production: {uri: '${PRODUCTION}'}}\n")
	case 4:
		p.write("secrets/uri", uri)
		p.write("migrator.yaml", "environments: {production: {uri: 'file:secrets/uri'}}\n")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var out, err bytes.Buffer
	begun := time.Now()
	cmd.Run(ctx, cmd.Process{
		Args: args, Dir: p.dir, In: strings.NewReader(""), Out: &out, Err: &err,
		Getenv: func(name string) (string, bool) { v, ok := variables[name]; return v, ok },
	})
	if ctx.Err() != nil {
		t.Errorf("%q took %s when %s", args, time.Since(begun), name)
	}
	if said := out.String() + err.String(); strings.Contains(strings.ToLower(said), secret) {
		t.Errorf("%q shows the secret when %s:\n%s", args, name, said)
	}
}

// TestSecretsAreNotStored looks at what a run has left behind, on the server and in the list of processes.
func TestSecretsAreNotStored(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := newProject(t, s, s.client(), talkative)
	p.write("mongomigrations/003_c.js", "export function up(db) { db.marks.insertOne({}); sleep(600000) }")
	p.write(
		"mongomigrations/004_d.js",
		"export function up(db) { print(env('SECRET_URI')); throw new Error('no way to ' + env('SECRET_URI')) }",
	)
	p.write("migrator.yaml", "environments: {development: {uri: 'mongodb://nowhere', database: "+p.db.Name()+"}}\n"+
		"scripts: {env: [SECRET_URI]}\n")
	uri := "mongodb://ada:x%40s3cr3t@" + s.addr + "/?authMechanism=PLAIN"
	if code := p.command("", "execute", "1", "--uri", uri).start().wait(); code != 0 {
		t.Fatalf("it ended with %d", code)
	}
	r := p.command("", "execute", "3", "--uri="+uri).start()
	p.await("marks", 1)
	shown, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(r.cmd.Process.Pid), "cmdline"))
	if err == nil && (bytes.Contains(shown, []byte(secret)) || !bytes.Contains(shown, []byte("ada:*****"))) {
		t.Errorf("the list of processes shows %q", shown)
	}
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := r.wait(); code != 130 {
		t.Errorf("it ended with %d", code)
	}
	p.must(0, "resolve", "3", "--executed", "--yes")
	p.command("", "execute", "2", "--uri", uri, "--allow-out-of-order").start().wait()
	p.must(0, "resolve", "2", "--executed", "--yes")
	r = p.command("", "execute", "4", "--uri", uri).env("SECRET_URI=" + uri).start()
	if code := r.wait(); code != 3 || strings.Contains(r.err.String(), secret) || p.state("004_d.js") != "failed" {
		t.Errorf("it ended with %d:\n%s", code, r.text())
	}
	for _, collection := range []string{"migrations", "migrations_history", "migrations_lock"} {
		all := p.documents(collection)
		if len(all) == 0 {
			t.Errorf("%s is empty", collection)
		}
		for _, d := range all {
			if strings.Contains(d.String(), secret) {
				t.Errorf("%s holds %s", collection, d)
			}
		}
	}
}
