package cmd

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"migrator/runtime"
	"migrator/runtime/fault"
)

var (
	//go:embed templates/migration.js
	templateJS string
	//go:embed templates/migration.ts
	templateTS string
	//go:embed templates/phased.js
	templatePhased string
)

type generateOptions struct {
	timestamp  bool
	typescript bool
	phased     bool
}

// newGenerate is `migrator generate`: it writes the next migration from a template.
func newGenerate(a *app) *cobra.Command {
	var o generateOptions
	c := &cobra.Command{
		Use:     "generate NAME",
		Aliases: []string{"create"},
		GroupID: groupDevelop,
		Short:   "Write the next migration from a template",
		Long: `Writes mongomigrations/NNN_name.js with the next number. NAME may be several
words: what is no letter or digit becomes an underscore. The declarations for
editors (see migrator types) are brought up to date.`,
		Example: "  migrator generate add_full_name\n  migrator generate split address --ts",
		RunE: a.run(func(_ context.Context, a *app, args []string) (document, error) {
			return a.generate(strings.Join(args, " "), o)
		}),
	}
	c.Flags().BoolVar(&o.timestamp, "timestamp", false, "number it by the time, in UTC")
	c.Flags().BoolVar(&o.typescript, "ts", false, "write TypeScript")
	c.Flags().BoolVar(&o.phased, "phased", false, "with the phases simdrop and drop")
	return c
}

func (a *app) generate(name string, o generateOptions) (document, error) {
	d := &written{Written: []string{}}
	base, err := fileStem(name)
	if err != nil {
		return d, err
	}
	if o.phased && o.typescript {
		return d, fault.New(fault.Usage, "choose one", "--phased and --ts exclude each other")
	}
	c, err := a.config()
	if err != nil {
		return d, err
	}
	directory := c.Directory()
	if _, err := makeDirectory(directory.Path); err != nil {
		return d, err
	}
	files, err := directory.Migrations()
	if err != nil {
		return d, err
	}
	extension, text := ".js", templateJS
	switch {
	case o.typescript:
		extension, text = ".ts", templateTS
	case o.phased:
		text = templatePhased
	}
	file := nextNumber(files, o.timestamp, time.Now()) + "_" + base + extension
	if err := directory.Matches(file); err != nil {
		return d, err
	}
	if err := writeNew(filepath.Join(directory.Path, file), text); err != nil {
		return d, err
	}
	d.Written = append(d.Written, filepath.Join(directory.Shown, file))
	d.next = "Next: write up and down, then `migrator execute`."
	editor := editorFolder{path: directory.Path, shown: directory.Shown}
	declarations, err := editor.outdated(never)
	if err != nil {
		return d, err
	}
	return d, editor.write(declarations, d)
}

// fileStem turns what was typed into the middle of a file name: "Add full name" is add_full_name.
func fileStem(name string) (string, error) {
	stem := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "_"), "_")
	if stem == "" {
		return "", fault.New(fault.Usage, "type `migrator generate add_full_name`",
			"generate wants a name of letters and digits for the migration")
	}
	return stem, nil
}

// nextNumber is one more than the highest, as wide as the widest. Where files are numbered by time, so is the next, and
// above the highest all the same.
func nextNumber(files []runtime.Migration, timestamp bool, now time.Time) string {
	highest, width := int64(0), 3
	for _, m := range files {
		highest = max(highest, m.Number)
		if digits := len(m.Name) - len(strings.TrimLeft(m.Name, "0123456789")); digits < timeDigits {
			width = max(width, digits)
		}
	}
	next := highest + 1
	if timestamp || len(strconv.FormatInt(highest, 10)) >= timeDigits {
		if time, ok := runtime.NumberOf(now.UTC().Format("20060102150405")); ok {
			next = max(next, time)
		}
	}
	return fmt.Sprintf("%0*d", width, next)
}

// timeDigits is the length of a number made of date and time.
const timeDigits = 14

// writeNew writes a file that must not be there yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fault.Wrap(fault.Failed, err, "", "write the migration")
	}
	_, err = f.WriteString(text)
	return fault.Wrap(fault.Failed, errors.Join(err, f.Close()), "", "write the migration")
}
