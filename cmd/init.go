package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"migrator/cmd/config"
	"migrator/cmd/ui"
	"migrator/runtime/fault"
)

// newInit is `migrator init`: it makes a directory a project.
func newInit(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		GroupID: groupDevelop,
		Short:   "Write migrator.yaml and the migrations directory",
		Long: `Writes migrator.yaml and makes the migrations directory, here, with declarations
for editors in it. A file that is there already is only overwritten after a
question, or with --yes.`,
		Args: exactly(0, ""),
		RunE: a.run(func(ctx context.Context, a *app, _ []string) (document, error) {
			return a.initialise(ctx)
		}),
	}
}

// written is the document of the commands that write files.
type written struct {
	header
	Written []string `json:"written"`
	footer

	next string // what to type next
}

func (d *written) text(u *ui.UI) {
	for _, path := range d.Written {
		u.Out.Println(u.Out.Good("wrote") + " " + path)
	}
	if d.Error == nil && d.next != "" {
		u.Notice(d.next)
	}
}

func (a *app) initialise(ctx context.Context) (document, error) {
	d := &written{Written: []string{}, next: "Next: `migrator generate NAME`, then `migrator execute`. " +
		"The embedded database lives in .migrator: keep it out of version control."}
	file := a.flags.Config
	if file == "" {
		file = config.FileName
	}
	if info, err := os.Stat(a.absolute(file)); err == nil && info.IsDir() {
		return d, fault.New(fault.Usage, "name a file with --config", "%s is a folder", file)
	} else if err == nil {
		if err := a.ui.Confirm(ctx, file+" exists. Overwrite it?"); err != nil {
			return d, err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return d, fault.Wrap(fault.Usage, err, "", "look for %s", file)
	}
	directory := a.flags.Dir
	if directory == "" {
		directory = config.DefaultDirectory
	}
	editor := editorFolder{path: a.absolute(directory), shown: directory}
	declarations, err := editor.outdated(a.asking(ctx))
	if err != nil {
		return d, err
	}
	if err := os.WriteFile(a.absolute(file), []byte(config.Template()), 0o644); err != nil {
		return d, fault.Wrap(fault.Failed, err, "", "write %s", file)
	}
	d.Written = append(d.Written, file)
	made, err := makeDirectory(a.absolute(directory))
	if err != nil {
		return d, err
	}
	if made {
		d.Written = append(d.Written, directory+string(filepath.Separator))
	}
	return d, editor.write(declarations, d)
}

// makeDirectory makes the directory where there is none, and reports whether it did.
func makeDirectory(path string) (bool, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return false, nil
	}
	return true, fault.Wrap(fault.Failed, os.MkdirAll(path, 0o755), "", "make the migrations directory")
}

// absolute is a path as seen from the working directory.
func (a *app) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(a.process.Dir, path)
}
