package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"migrator/bindings/types"
	"migrator/cmd/ui"
	"migrator/runtime/fault"
)

// newTypes is `migrator types`: it writes what lets an editor complete and check scripts.
func newTypes(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "types [DIR]",
		GroupID: groupDevelop,
		Short:   "Write declarations for editors",
		Long: `Writes migrator.d.ts and jsconfig.json beside the migrations, or to DIR, so that
an editor completes db.users. and marks misspelt methods and options. What is up
to date is left as it is; a jsconfig.json of your own is only overwritten after a
question, or with --yes.`,
		Example: "  migrator types",
		Args:    atMost(1, "a directory"),
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			return a.types(ctx, args)
		}),
	}
}

func (a *app) types(ctx context.Context, args []string) (document, error) {
	d := &written{Written: []string{}}
	var folder editorFolder
	if len(args) == 1 {
		folder = editorFolder{path: a.absolute(args[0]), shown: args[0]}
	} else {
		c, err := a.config()
		if err != nil {
			return d, err
		}
		folder = editorFolder{path: c.Directory().Path, shown: c.Directory().Shown}
	}
	files, err := folder.outdated(a.asking(ctx))
	if err != nil {
		return d, err
	}
	if _, err := makeDirectory(folder.path); err != nil {
		return d, err
	}
	if len(files) == 0 {
		d.next = "Nothing to write: the declarations are up to date."
	}
	return d, folder.write(files, d)
}

// editorFolder is a folder with migrations, as an editor opens it.
type editorFolder struct {
	path  string // absolute
	shown string // as people see it
}

// editorFile is a file that is to be written.
type editorFile struct{ name, text string }

// overwriting reports whether a file that is somebody's own may be overwritten. An error ends the command.
type overwriting func(shown string) (bool, error)

// asking asks at the terminal. A no leaves the file as it is, and all else goes on.
func (a *app) asking(ctx context.Context) overwriting {
	return func(shown string) (bool, error) {
		err := a.ui.Confirm(ctx, shown+" is not migrator's. Overwrite it?")
		if errors.Is(err, ui.ErrDeclined) {
			a.ui.Notice(shown + " stays as it is")
			return false, nil
		}
		return err == nil, err
	}
}

// never leaves files that are somebody's own as they are.
func never(string) (bool, error) { return false, nil }

// outdated are the files that are missing, or of another version.
func (f editorFolder) outdated(overwrite overwriting) ([]editorFile, error) {
	var files []editorFile
	current := []editorFile{{types.DeclarationsName, types.Declarations()}, {types.ConfigName, types.Config()}}
	for _, file := range current {
		have, err := os.ReadFile(filepath.Join(f.path, file.name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, fault.Wrap(fault.Failed, err, "", "look at %s", file.name)
		case types.Current(string(have), file.text):
			continue
		case file.name == types.ConfigName && !types.Untouched(string(have)):
			yes, err := overwrite(filepath.Join(f.shown, file.name))
			if err != nil {
				return nil, err
			}
			if !yes {
				continue
			}
		}
		files = append(files, file)
	}
	return files, nil
}

// write writes the files and adds their names to what was written.
func (f editorFolder) write(files []editorFile, d *written) error {
	for _, file := range files {
		shown := filepath.Join(f.shown, file.name)
		if err := os.WriteFile(filepath.Join(f.path, file.name), []byte(file.text), 0o644); err != nil {
			return fault.Wrap(fault.Failed, err, "", "write %s", shown)
		}
		d.Written = append(d.Written, shown)
	}
	return nil
}
