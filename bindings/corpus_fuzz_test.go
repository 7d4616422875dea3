package bindings

import (
	"context"
	"errors"
	"math/rand/v2"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime"
	"migrator/runtime/fault"
)

const (
	// scriptTime is when a script is interrupted, and endTime when one that has been has to have ended.
	scriptTime = 50 * time.Millisecond
	endTime    = 20 * time.Second
)

// FuzzGeneratedScripts runs scripts that are made of everything that a script can call, with arguments that nobody expects.
// Whatever they do, it ends, in a value or in an error that is the script's.
func FuzzGeneratedScripts(f *testing.F) {
	for i := range uint64(200) {
		r := rand.New(rand.NewPCG(i, 1))
		seed := make([]byte, 20+r.IntN(200))
		for j := range seed {
			seed[j] = byte(r.Uint32())
		}
		f.Add(seed)
	}
	p := newPlayground(f)
	f.Fuzz(func(t *testing.T, input []byte) {
		code, whole := newGenerator(input).script()
		p.play(t, code, whole)
	})
}

// FuzzSource runs any text as a script.
func FuzzSource(f *testing.F) {
	for _, code := range []string{
		"", "\ufeff", "#!/usr/bin/env migrator\n1", "1 +", "(", "}", "export", "await", "await 1", "import x from './x'", "import('./x')", "require('../../etc/passwd')", "`${", "/[/", "'\\u{", "\x00", "\xff\xfe",
		"throw null", "throw {}", "for (;;) {}", "while (1) { try { for (;;) {} } catch (e) {} finally { for (;;) {} } }", "(f => f(f))(f => f(f))",
		"db.a.find().forEach(async d => { await new Promise(() => {}) })", "setInterval(() => {}, 0)", "setTimeout(() => { throw 1 })", "Promise.reject(1)", "new Promise(() => {})",
		"db.a.insertOne({get a() { throw 1 }})", "const o = {}; o.o = o; db.a.insertOne(o)", "db.a.insertOne(new Proxy({}, {ownKeys() { throw 2 }}))", "Object.prototype.toJSON = () => { throw 3 }; db.a.findOne()",
		"Array.prototype[Symbol.iterator] = null; db.a.find().toArray()", "globalThis.db = null; db.a", "delete globalThis.Promise; await 1", "Error.prototype.name = {}; throw new Error()", "Object.defineProperty(Error.prototype, 'stack', {get() { throw 1 }}); null.x",
		"class E extends Error { get message() { throw this } } throw new E()", "throw new Proxy(new Error('x'), {get() { throw 1 }})", "throw new Proxy({}, {getPrototypeOf() { throw 2 }, ownKeys() { throw 3 }, get() { throw 4 }})",
		"print(new Proxy({}, {getPrototypeOf() { throw 2 }, ownKeys() { throw 3 }, get() { throw 4 }}))", "Promise.reject(new Proxy({}, {get() { throw 1 }}))", "Function.prototype.call = null; db.a.find().forEach(() => {})", "sleep(1e9)", "sleep(-1)", "sleep(NaN)", "print({toString() { throw 1 }})",
		"db.a.bulkWrite(new Array(5))", "db['__proto__'].x = 1", "db.then", "db.a.find().map(d => { throw d }).toArray()", "function* g() { try { yield 1 } finally { for (;;) {} } } for (const x of g()) break",
		"label: for (;;) { continue label }", "async function* g() { yield* g() } for await (const x of g()) {}", "\u2028", "//# sourceMappingURL=data:application/json,{}", "//# sourceMappingURL=/etc/passwd\nnull.x", "exports.up = 1", "module.exports = null", "with (db) { a.insertOne({}) }",
		"enum E { A } E.A", "let x: number = 1", "@d class A {}", "using x = null", "<!-- comment", "var db = 1; db",
	} {
		f.Add(code, false)
		f.Add("exports.up = async (db, client) => {\n"+code+"\n}", true)
	}
	p := newPlayground(f)
	f.Fuzz(func(t *testing.T, code string, whole bool) {
		if asksForMemory.MatchString(code) {
			t.Skip("the engine has no limit of memory: a number that large can ask for all there is")
		}
		p.play(t, code, whole)
	})
}

var asksForMemory = regexp.MustCompile(`[0-9]{7}|[eE][0-9]{2}|\*\*|<<|repeat|pad|fill|Array\(|concat|\.\.\.|Buffer|push`)

// playground runs scripts that cannot be trusted to end. Nothing of it reaches a server but what a session itself sends.
type playground struct{ bench *bench }

func newPlayground(f *testing.F) *playground {
	f.Helper()
	_, client := startReplicaSet(f, nil)
	raw, err := bson.Marshal(bson.D{{Key: "_id", Value: int32(1)}, {Key: "a", Value: int64(5)}, {Key: "tags", Value: bson.A{"x", bson.D{{Key: "y", Value: 1.5}}}}, {Key: "name", Value: "_id_"}, {Key: "key", Value: bson.D{{Key: "a", Value: int32(1)}}}})
	if err != nil {
		f.Fatal(err)
	}
	answers := discard(func() funnel.Cursor { return &canned{document: raw, left: 3} })
	b := &bench{name: "app", root: f.TempDir()}
	b.engine = NewEngine(Options{Client: client, Database: "app", Root: b.root, Purpose: runtime.Evaluate, Middlewares: []funnel.Middleware{answers}})
	return &playground{b}
}

func (p *playground) play(t *testing.T, code string, whole bool) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), scriptTime, errStopped)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := p.run(ctx, code, whole)
		ended <- err
	}()
	select {
	case err := <-ended:
		p.judge(t, code, err)
	case <-time.After(endTime):
		t.Fatalf("the script has not ended %s after it was interrupted:\n%s", endTime, code)
	}
	for deadline := time.Now().Add(endTime); ; goruntime.Gosched() {
		left := scriptGoroutines()
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the script left %d goroutines behind:\n%s\n%s", len(left), code, strings.Join(left, "\n\n"))
		}
	}
}

// scriptGoroutines are the goroutines that a script has to do with.
func scriptGoroutines() []string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:goruntime.Stack(stacks, true)]
	return slices.DeleteFunc(strings.Split(string(stacks), "\n\n"), func(stack string) bool {
		return !strings.Contains(stack, "migrator/runtime/script.") && !strings.Contains(stack, "dop251/goja") && !strings.Contains(stack, "bindings.(*Engine)")
	})
}

var errStopped = fault.New(fault.Interrupted, "", "stopped by the test")

func (p *playground) run(ctx context.Context, code string, whole bool) (runtime.Report, error) {
	if !whole {
		result, err := p.bench.engine.Eval(ctx, p.bench.call(), "eval", code)
		return result.Report, err
	}
	unit, err := p.bench.engine.Restore(ctx, runtime.Migration{Name: "001_test.js"}, runtime.Bundle{Files: []runtime.File{{Path: "001_test.js", Code: []byte(code)}}})
	if err != nil {
		return runtime.Report{}, err
	}
	i, err := unit.Open(ctx, p.bench.call())
	if err != nil {
		return runtime.Report{}, err
	}
	defer i.Close()
	return i.Run(ctx)
}

// judge looks at how a script has ended: well, by an error of its own, or interrupted. An error that comes from Go's own
// panics is a fault of ours.
func (p *playground) judge(t *testing.T, code string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	switch code := fault.CodeOf(err); {
	case code == fault.Script, code == fault.Unreachable, errors.Is(err, errStopped):
	default:
		t.Errorf("the exit code is %d", code)
	}
	text := err.Error() + "\n" + detail(err)
	for _, mark := range []string{"goroutine ", "migrator has a bug", "runtime error", "nil pointer", "<nil>"} {
		if strings.Contains(text, mark) && !strings.Contains(code, mark) {
			t.Errorf("the error is not one of the script:\n%s\n%s", text, code)
		}
	}
}
