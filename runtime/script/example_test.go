package script_test

import (
	"context"
	"fmt"

	"migrator/runtime"
	"migrator/runtime/script"
)

func Example() {
	ctx := context.Background()
	host := script.NewHost(script.Options{Root: "/project"})
	unit, err := host.Restore(ctx, []runtime.File{
		{Path: "main.js", Code: []byte("import { hello } from './lib/hello'\nexport const up = name => console.log(hello(name))")},
		{Path: "lib/hello.ts", Code: []byte("export const hello = (name: string) => `hello ${name}`")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	vm, err := unit.Open(ctx, script.OpenOptions{Print: func(line string) { fmt.Println(line) }})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer vm.Close()
	if _, err := vm.Call(ctx, vm.Export("up"), vm.Runtime().ToValue("world")); err != nil {
		fmt.Println(err)
	}
	// Output: hello world
}
