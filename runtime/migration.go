package runtime

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"migrator/runtime/fault"
)

// DefaultPattern is what the name of a migration file must match as a whole. The group migr_nr is its number.
const DefaultPattern = `(?P<migr_nr>[0-9]+)_[a-z0-9_]+\.(js|ts)`

// Migration is a migration file, or what is left of one: a name and a number, with Path "" where the file is gone.
type Migration struct {
	Name   string // the base name, "003_split_names.js"
	Number int64
	Path   string // absolute
}

// Directory finds the migration files of a project.
type Directory struct {
	// Path is the directory, absolute.
	Path string
	// Shown is the directory as the user wrote it, for messages.
	Shown string
	// Pattern is matched on whole names; "" is DefaultPattern.
	Pattern string
	// AllowDuplicates orders files of one number by name instead of refusing them.
	AllowDuplicates bool
}

// Migrations lists the migration files in the order of their numbers, as numbers. A script whose name does not match the
// pattern, and two files of one number, are errors with code fault.Usage. Declarations (*.d.ts), dot files, other
// extensions and folders are no migrations and are passed over.
func (d Directory) Migrations() ([]Migration, error) {
	found, wrong, err := d.scan()
	if err == nil && len(wrong) > 0 {
		err = wrong[0].err
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// misnamed is a file that keeps the directory from being one of migrations.
type misnamed struct {
	name string
	kind FindingKind
	err  error // with code fault.Usage
}

// scan lists the files that are migrations, in order, and all that is wrong with names and numbers.
func (d Directory) scan() (found []Migration, wrong []misnamed, err error) {
	pattern, err := d.compile()
	if err != nil {
		return nil, nil, err
	}
	entries, err := os.ReadDir(d.Path)
	if err != nil {
		return nil, nil, d.unreadable(err)
	}
	for _, entry := range entries {
		if !isScript(entry.Name()) || isFolder(filepath.Join(d.Path, entry.Name()), entry) {
			continue
		}
		m, err := d.migration(pattern, entry.Name())
		if err != nil {
			wrong = append(wrong, misnamed{entry.Name(), BadName, err})
			continue
		}
		found = append(found, m)
	}
	sort.Slice(found, func(i, j int) bool { return before(found[i], found[j]) })
	return found, append(wrong, d.duplicates(found)...), nil
}

// Matches fails with code fault.Usage for a name that Migrations would refuse.
func (d Directory) Matches(name string) error {
	_, err := d.named(name)
	return err
}

// named is the migration that a file of that name would be.
func (d Directory) named(name string) (Migration, error) {
	pattern, err := d.compile()
	if err != nil {
		return Migration{}, err
	}
	return d.migration(pattern, name)
}

// before is the order in which migrations run: by number, then by name.
func before(a, b Migration) bool {
	if a.Number != b.Number {
		return a.Number < b.Number
	}
	return a.Name < b.Name
}

// isScript reports whether a file of that name has to be a migration.
func isScript(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".d.ts") {
		return false
	}
	return strings.HasSuffix(name, ".js") || strings.HasSuffix(name, ".ts")
}

// isFolder looks through links, so that a linked file counts as a file and a linked folder as a folder.
func isFolder(path string, entry os.DirEntry) bool {
	if entry.Type()&os.ModeSymlink == 0 {
		return entry.IsDir()
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (d Directory) pattern() string {
	if d.Pattern == "" {
		return DefaultPattern
	}
	return d.Pattern
}

func (d Directory) compile() (*regexp.Regexp, error) {
	pattern, err := regexp.Compile(`^(?:` + d.pattern() + `)$`)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err, "mend migrations.pattern in migrator.yaml", "the pattern for migration files is no regular expression")
	}
	if pattern.SubexpIndex("migr_nr") < 0 {
		return nil, fault.New(fault.Usage, "name the group that holds the number: "+DefaultPattern,
			"the pattern for migration files has no group migr_nr: %s", d.pattern())
	}
	return pattern, nil
}

func (d Directory) migration(pattern *regexp.Regexp, name string) (Migration, error) {
	match := pattern.FindStringSubmatch(name)
	if match == nil {
		return Migration{}, fault.WithFields(fault.New(fault.Usage,
			"rename it, or move it into a sub-folder if it is a helper",
			"%s is no migration name: it does not match the pattern %s", filepath.Join(d.Shown, name), d.pattern()),
			map[string]any{"file": name, "pattern": d.pattern()})
	}
	number, err := strconv.ParseInt(match[pattern.SubexpIndex("migr_nr")], 10, 64)
	if err != nil {
		return Migration{}, fault.WithFields(fault.New(fault.Usage, "give it a number below 9223372036854775808",
			"the number of %s is out of range", filepath.Join(d.Shown, name)), map[string]any{"file": name})
	}
	return Migration{Name: name, Number: number, Path: filepath.Join(d.Path, name)}, nil
}

// duplicates are the files that share their number with the one before.
func (d Directory) duplicates(found []Migration) (wrong []misnamed) {
	if d.AllowDuplicates {
		return nil
	}
	for i := 1; i < len(found); i++ {
		if a, b := found[i-1], found[i]; a.Number == b.Number {
			err := fault.WithFields(fault.New(fault.Usage,
				"renumber one of them, or set migrations.duplicate_numbers: allow in migrator.yaml",
				"%s and %s have the same number, %d (pattern %s)", filepath.Join(d.Shown, a.Name), filepath.Join(d.Shown, b.Name), a.Number, d.pattern()),
				map[string]any{"files": []string{a.Name, b.Name}, "number": a.Number, "pattern": d.pattern()})
			wrong = append(wrong, misnamed{b.Name, DuplicateNumber, err})
		}
	}
	return wrong
}

func (d Directory) unreadable(err error) error {
	if os.IsNotExist(err) {
		return fault.New(fault.Usage, "run `migrator init` to make one, or name another with --dir",
			"there is no migrations directory %s", d.Shown)
	}
	return fault.Wrap(fault.Usage, err, "", "read the migrations directory")
}

// NumberOf reads a bare number as typed on a command line ("3", "003").
func NumberOf(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// String is the name.
func (m Migration) String() string { return m.Name }

var _ fmt.Stringer = Migration{}
