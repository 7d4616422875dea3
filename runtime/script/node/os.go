package node

import (
	"os"
	"runtime"

	"github.com/dop251/goja"
)

// osNatives are facts about the machine that change nothing about what a script does.
func osNatives(in Interpreter) (*goja.Object, error) {
	o := in.Runtime().NewObject()
	hostname, err := os.Hostname()
	if err != nil {
		hostname = "localhost"
	}
	for name, value := range map[string]any{"platform": platform(), "arch": architecture(), "cpus": runtime.NumCPU(),
		"hostname": hostname} {
		if err := o.Set(name, value); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// platform is the system's name in Node.js.
func platform() string {
	if runtime.GOOS == "windows" {
		return "win32"
	}
	return runtime.GOOS
}

// architecture is the processor's name in Node.js.
func architecture() string {
	switch runtime.GOARCH {
	case "amd64":
		return "x64"
	case "386":
		return "ia32"
	default:
		return runtime.GOARCH
	}
}
