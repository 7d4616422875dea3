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
