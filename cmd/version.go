package cmd

import (
	"context"
	goruntime "runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"migrator/cmd/ui"
	"migrator/store/connect/hosted"
)

// newVersion is `migrator version`: what this binary was built from.
func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		GroupID: groupLook,
		Short:   "Show what this binary was built from",
		Args:    exactly(0, ""),
		RunE: a.run(func(context.Context, *app, []string) (document, error) {
			return version(), nil
		}),
	}
}

// versionDocument is the document of version.
type versionDocument struct {
	header
	Version  string   `json:"version"`
	Commit   string   `json:"commit,omitempty"`
	Go       string   `json:"go"`
	Platform string   `json:"platform"`
	Embedded bool     `json:"embedded"` // whether the embedded database is built in
	Modules  []module `json:"modules"`
	footer
}

type module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// version reads the build's own record.
func version() *versionDocument {
	d := &versionDocument{
		Version: "devel", Go: goruntime.Version(), Platform: goruntime.GOOS + "/" + goruntime.GOARCH,
		Embedded: hosted.EmbeddedBuilt, Modules: []module{},
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return d
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		d.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			d.Commit = s.Value
		}
	}
	shown := []string{
		"github.com/dop251/goja", "go.mongodb.org/mongo-driver/v2",
		"github.com/evanw/esbuild", "github.com/FerretDB/FerretDB",
	}
	for _, path := range shown {
		for _, dep := range info.Deps {
			if dep.Path == path {
				d.Modules = append(d.Modules, module{Path: dep.Path, Version: dep.Version})
			}
		}
	}
	return d
}

func (d *versionDocument) text(u *ui.UI) {
	u.Out.Printf("migrator %s\n", d.Version)
	if d.Commit != "" {
		u.Out.Printf("  commit    %s\n", d.Commit)
	}
	u.Out.Printf("  %s, %s\n", d.Go, d.Platform)
	for _, m := range d.Modules {
		u.Out.Printf("  %s %s\n", strings.TrimPrefix(m.Path, "github.com/"), m.Version)
	}
	if !d.Embedded {
		u.Out.Println("  built without the embedded database")
	}
}
