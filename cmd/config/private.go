package config

import "strings"

// PrivatePaths are what scripts must not read although it is in the project: files that hold addresses and secrets, and
// so would give them what scripts.env does not list. A name stands for every file and folder that is called so, with
// "*" for any text; an absolute path stands for that file, or for all that is in that folder.
func (c *Config) PrivatePaths() []string {
	// A project may be the whole disk of a container. Its /proc shows the variables of every process.
	private := []string{FileName, ".env*", ".migrator", "/proc"}
	if c.File != "" {
		private = append(private, c.File) // --config gives it any name
	}
	add := func(base, uri string) {
		if path, isFile := strings.CutPrefix(strings.TrimSpace(uri), secretFile); isFile && path != "" {
			private = append(private, absolute(base, path))
		}
	}
	add(c.cwd, c.flags.URI)
	for _, name := range c.document.names {
		// Where a variable is missing nobody knows the file, and nothing connects to that environment either.
		if uri, err := expandVariables(c.document.Environments[name].URI.value, c.getenv); err == nil {
			add(c.Root, uri)
		}
	}
	return private
}
