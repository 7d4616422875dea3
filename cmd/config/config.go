// Package config decides what a run works on: which project, which migrations, which environment.
//
// It joins three sources, the stronger first: what was typed (Flags, which hold the MIGRATOR_* variables too), the file
// migrator.yaml, and defaults that let a run work with no file at all. Reading a configuration connects to nothing.
//
// Every mistake in the file is an error with code fault.Usage that begins with file:line:column. No message shows a
// value of the file that may hold a password.
package config

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"migrator/runtime"
)

// FileName is the name of the configuration file.
const FileName = "migrator.yaml"

// What holds where neither a flag nor the file says otherwise.
const (
	DefaultEnvironment = "development"
	DefaultURI         = "embedded:.migrator/data"
	DefaultDirectory   = "mongomigrations"
	DefaultCollection  = "migrations"
)

// Flags are what was typed, with MIGRATOR_* variables filled in where nothing was typed. "" means not given.
type Flags struct {
	Config   string // the file, relative to the working directory
	Env      string
	URI      string
	Database string
	Dir      string // the migrations directory, relative to the working directory
}

// Config is the configuration of a run.
type Config struct {
	// File is the absolute path of migrator.yaml, or "" when there is none.
	File string
	// Root is the folder of the project, absolute: that of the file, or else the working directory.
	Root string
	// DefaultEnvironment is what the file says, or "".
	DefaultEnvironment string
	Migrations         Migrations
	Registry           Registry
	Scripts            Scripts

	cwd      string
	flags    Flags
	getenv   func(string) (string, bool)
	document *document
	names    []string // of the environments; never empty
}

// Migrations is where the migration files are and how they are registered.
type Migrations struct {
	Directory        string // as written: relative to Root, unless --dir gave it
	Pattern          string // "" is runtime.DefaultPattern
	Collection       string
	DuplicateNumbers bool // files of one number are allowed, and run in the order of their names
}

// Registry is where the registry is kept.
type Registry struct {
	// Database is "" for the database of the environment.
	Database string
	// Quiet is how long a write that had no answer is waited for before the data is judged; 0 is runtime.DefaultQuiet.
	Quiet time.Duration
}

// Environment is a database to work on.
type Environment struct {
	Name string
	URI  string
	// Database is "" where the URI has to name it.
	Database  string
	Protected bool
}

// Scripts is what scripts may use.
type Scripts struct {
	// Env lists the variables that env(name) may read: names, and prefixes that end in "*".
	Env []string
}

// Load finds and reads the configuration as seen from the directory cwd, an absolute path. getenv looks up a variable
// of the process; it is kept, and asked again by Select.
func Load(cwd string, getenv func(string) (string, bool), f Flags) (*Config, error) {
	file, err := locate(cwd, f.Config)
	if err != nil {
		return nil, err
	}
	c := &Config{File: file, Root: cwd, cwd: cwd, flags: f, getenv: getenv, document: &document{}}
	if file != "" {
		c.Root = filepath.Dir(file)
		if c.document, err = readDocument(file, shownPath(cwd, f.Config, file)); err != nil {
			return nil, err
		}
	}
	c.names = c.document.names
	if len(c.names) == 0 {
		c.names = []string{DefaultEnvironment}
	}
	if err := c.fillSettings(); err != nil {
		return nil, err
	}
	return c, nil
}

// Names lists the environments in the order of the file. A file that declares none, or no file, has "development".
func (c *Config) Names() []string { return slices.Clone(c.names) }

// Directory is where the migrations are: --dir as seen from the working directory, else the file's as seen from Root.
func (c *Config) Directory() runtime.Directory {
	base := c.Root
	if c.flags.Dir != "" {
		base = c.cwd
	}
	return runtime.Directory{
		Path:            absolute(base, c.Migrations.Directory),
		Shown:           c.Migrations.Directory,
		Pattern:         c.Migrations.Pattern,
		AllowDuplicates: c.Migrations.DuplicateNumbers,
	}
}

// ScriptRoot is the folder whose files scripts may read: Root, unless --dir points outside of it; then that directory.
func (c *Config) ScriptRoot() string {
	directory := c.Directory().Path
	if inside(c.Root, directory) {
		return c.Root
	}
	return directory
}

// EnvAllowed reports whether scripts may read the variable of that name.
func (c *Config) EnvAllowed(name string) bool {
	for _, allowed := range c.Scripts.Env {
		prefix, isPrefix := strings.CutSuffix(allowed, "*")
		if name == allowed || isPrefix && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
