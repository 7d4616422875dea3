package node

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/dop251/goja"
	nodeurl "github.com/dop251/goja_nodejs/url"
)

// urlNatives are the classes of goja_nodejs.
func urlNatives(in Interpreter) (*goja.Object, error) {
	rt := in.Runtime()
	module := rt.NewObject()
	exports := rt.NewObject()
	if err := module.Set("exports", exports); err != nil {
		return nil, err
	}
	nodeurl.Require(rt, module)
	return exports, exports.Set("fileURL", func(call goja.FunctionCall) goja.Value {
		return rt.ToValue(FileURL(call.Argument(0).String()))
	})
}

// FileURL is the address of a file, given by its absolute path.
func FileURL(file string) string {
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
