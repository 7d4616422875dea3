package script_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"migrator/runtime/script"
)

const smallFile = `exports.description = 'notes get a title'
exports.up = db => {
  const title = ['a', 'b'].map(x => x.toUpperCase()).join(' ')
  return title.length
}
exports.down = db => {
  return 0
}
`

// BenchmarkLoad compiles a small file that was not seen before, read from the disk.
func BenchmarkLoad(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"CommonJS", smallFile},
		{"ESModule", strings.ReplaceAll(smallFile, "exports.", "export const ")},
	} {
		b.Run(c.name, func(b *testing.B) {
			root := project(b, "-- main.js --\n"+c.text)
			host := script.NewHost(script.Options{Root: root})
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				write(b, root, "main.js", fmt.Sprintf("%s// %d", c.text, i))
				b.StartTimer()
				if _, err := host.Load(context.Background(), filepath.Join(root, "main.js")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpenAndCall runs a compiled script in an interpreter of its own.
func BenchmarkOpenAndCall(b *testing.B) {
	unit, err := load(b, "-- main.js --\n"+smallFile)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		vm, err := unit.Open(context.Background(), script.OpenOptions{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := vm.Call(context.Background(), vm.Export("up")); err != nil {
			b.Fatal(err)
		}
		vm.Close()
	}
}

// BenchmarkForAwait walks an iterable, once awaiting every step and once marked as synchronous.
func BenchmarkForAwait(b *testing.B) {
	const loop = `
-- main.js --
const items = {%s *[Symbol.iterator]() { for (let i = 0; i < 1000; i++) yield i }}
exports.up = async () => { let sum = 0; for await (const x of items) sum += x; return sum }
`
	for _, c := range []struct{ name, mark string }{{"awaiting", ""}, {"synchronous", "[Symbol.syncIterator]: true,"}} {
		b.Run(c.name, func(b *testing.B) {
			unit, err := load(b, fmt.Sprintf(loop, c.mark))
			if err != nil {
				b.Fatal(err)
			}
			vm, err := unit.Open(context.Background(), script.OpenOptions{})
			if err != nil {
				b.Fatal(err)
			}
			defer vm.Close()
			for b.Loop() {
				if _, err := vm.Call(context.Background(), vm.Export("up")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkModules opens a script that requires one module of Node.js: what each costs where it is used. "none" is the
// script of BenchmarkOpenAndCall, which must not cost more than it did when there were no modules.
func BenchmarkModules(b *testing.B) {
	for _, name := range []string{"none", "path", "crypto", "buffer", "fs", "util", "url", "assert"} {
		b.Run(name, func(b *testing.B) {
			text := smallFile
			if name != "none" {
				text = "const m = require('" + name + "')\n" + text
			}
			unit, err := load(b, "-- main.js --\n"+text)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				vm, err := unit.Open(context.Background(), script.OpenOptions{})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := vm.Call(context.Background(), vm.Export("up")); err != nil {
					b.Fatal(err)
				}
				vm.Close()
			}
		})
	}
}

// BenchmarkPackage loads and opens a script with a package of a hundred files, which are compiled once for each Host.
func BenchmarkPackage(b *testing.B) {
	root := project(b, "-- main.js --\nexports.up = require('p')")
	var index strings.Builder
	for i := range 100 {
		write(b, root, fmt.Sprintf("node_modules/p/f%d.js", i), fmt.Sprintf("%s exports.n = %d", strings.Repeat(smallFile, 5), i))
		fmt.Fprintf(&index, "require('./f%d');", i)
	}
	write(b, root, "node_modules/p/index.js", index.String()+"module.exports = () => 1")
	host := script.NewHost(script.Options{Root: root})
	for b.Loop() {
		unit, err := host.Load(context.Background(), filepath.Join(root, "main.js"))
		if err != nil {
			b.Fatal(err)
		}
		vm, err := unit.Open(context.Background(), script.OpenOptions{})
		if err != nil {
			b.Fatal(err)
		}
		vm.Close()
	}
}

// TestModulesCostNothingUntilTheyAreRequired bounds what a trivial migration allocates: more would mean that something is
// made for every interpreter that few scripts use.
func TestModulesCostNothingUntilTheyAreRequired(t *testing.T) {
	unit, err := load(t, "-- main.js --\n"+smallFile)
	if err != nil {
		t.Fatal(err)
	}
	got := testing.AllocsPerRun(50, func() {
		vm, err := unit.Open(context.Background(), script.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := vm.Call(context.Background(), vm.Export("up")); err != nil {
			t.Fatal(err)
		}
		vm.Close()
	})
	if got > 480 {
		t.Errorf("a trivial migration makes %v allocations", got)
	}
}
