package config

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// allowedVariable is a name, or a prefix that ends in "*". A bare "*" would hand every secret of the process to every
// script.
var allowedVariable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*\*?$`)

// fillSettings takes over what the file says beside the environments, with its defaults, and checks it.
func (c *Config) fillSettings() error {
	for _, fill := range []func() error{c.fillDefaultEnvironment, c.fillMigrations, c.fillRegistry, c.fillScripts} {
		if err := fill(); err != nil {
			return err
		}
	}
	return nil
}

// fillDefaultEnvironment leaves the value as written where --env replaces it.
func (c *Config) fillDefaultEnvironment() error {
	written := c.document.DefaultEnvironment
	c.DefaultEnvironment = written.value
	if !written.given() || c.flags.Env != "" {
		return nil
	}
	name, err := c.expand("default_environment", written)
	if err != nil {
		return err
	}
	if !slices.Contains(c.names, name) {
		return c.document.at(written.position, c.unknownEnvironment(name))
	}
	c.DefaultEnvironment = name
	return nil
}

func (c *Config) fillMigrations() (err error) {
	written := c.document.Migrations
	m := &c.Migrations
	m.Pattern = written.Pattern.value
	if m.Directory = c.flags.Dir; m.Directory == "" {
		if m.Directory, err = c.expandOr("migrations.directory", written.Directory, DefaultDirectory); err != nil {
			return err
		}
	}
	if m.Collection, err = c.expandOr("migrations.collection", written.Collection, DefaultCollection); err != nil {
		return err
	}
	if err := checkCollection(m.Collection); err != nil {
		return c.document.at(written.Collection.position, err)
	}
	switch written.DuplicateNumbers.value {
	case "", "refuse":
	case "allow":
		m.DuplicateNumbers = true
	default:
		return c.document.problem(written.DuplicateNumbers.position, "write refuse or allow",
			"migrations.duplicate_numbers cannot be %q", written.DuplicateNumbers.value)
	}
	return nil
}

func (c *Config) fillRegistry() error {
	if err := c.fillQuiet(); err != nil {
		return err
	}
	written := c.document.Registry.Database
	if !written.given() {
		return nil
	}
	database, err := c.expand("registry.database", written)
	if err != nil {
		return err
	}
	c.Registry.Database = database
	return c.document.at(written.position, checkDatabase(database, "", "registry.database"))
}

func (c *Config) fillQuiet() error {
	written := c.document.Registry.Quiet
	if !written.given() {
		return nil
	}
	quiet, err := time.ParseDuration(written.value)
	if err != nil || quiet < time.Second {
		return c.document.problem(written.position, "write how long, a second or more: 10s, 1m",
			"registry.quiet cannot be %q", written.value)
	}
	c.Registry.Quiet = quiet
	return nil
}

func (c *Config) fillScripts() error {
	for _, written := range c.document.Scripts.Env {
		if !allowedVariable.MatchString(written.value) {
			return c.document.problem(written.position, `list names, and prefixes that end in "*": [STAGE, "APP_*"]`,
				"scripts.env cannot hold %q", written.value)
		}
		c.Scripts.Env = append(c.Scripts.Env, written.value)
	}
	return nil
}

// expandOr is expand with a default for what the file does not say. An empty value counts as said, and is refused.
func (c *Config) expandOr(key string, written text, otherwise string) (string, error) {
	if !written.given() {
		return otherwise, nil
	}
	value, err := c.expand(key, written)
	if err == nil && strings.TrimSpace(value) == "" {
		err = c.document.problem(written.position, "leave it out for "+otherwise, "%s is empty", key)
	}
	return value, err
}
