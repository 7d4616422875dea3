package config

import (
	"slices"
	"strings"

	"migrator/runtime/fault"
	"migrator/store/connect/address"
)

// Select is the environment that the run works on: --env, else default_environment, else the only one that there is,
// else development. --uri and --database replace what the file says of it. Variables are replaced, and a secret that is
// kept in a file is read; those of other environments are left alone.
func (c *Config) Select() (Environment, error) {
	name, err := c.selected()
	if err != nil {
		return Environment{}, err
	}
	return c.resolve(name, strings.TrimSpace(c.flags.URI), c.flags.Database)
}

// Environment is the environment of that name, ready to be connected to. No flag changes it.
func (c *Config) Environment(name string) (Environment, error) {
	if !slices.Contains(c.names, name) {
		return Environment{}, c.unknownEnvironment(name)
	}
	return c.resolve(name, "", "")
}

func (c *Config) selected() (string, error) {
	switch {
	case c.flags.Env != "":
		return c.flags.Env, c.checkSelected(c.flags.Env)
	case c.DefaultEnvironment != "":
		return c.DefaultEnvironment, nil // Load has checked it
	case len(c.names) == 1:
		return c.names[0], nil
	case slices.Contains(c.names, DefaultEnvironment):
		return DefaultEnvironment, nil
	}
	return "", fault.WithFields(fault.New(fault.Usage,
		"name one with --env, or set default_environment in "+c.document.shown,
		"which environment? There are: %s", strings.Join(c.names, ", ")),
		map[string]any{"environments": c.Names()})
}

// checkSelected refuses a name that no environment has. Where the file declares no environments and the URI is given
// too, as in a container that is configured by variables alone, the name may be any.
func (c *Config) checkSelected(name string) error {
	declaresNone := len(c.document.Environments) == 0
	if slices.Contains(c.names, name) || declaresNone && c.flags.URI != "" && isEnvironmentName(name) {
		return nil
	}
	return c.unknownEnvironment(name)
}

func (c *Config) unknownEnvironment(name string) error {
	hint := "name one of them, or add it to " + c.document.shown
	if c.File == "" {
		hint = "run `migrator init` to write a " + FileName + " that declares it, or give its --uri too"
	}
	return fault.WithFields(fault.New(fault.Usage, hint,
		"there is no environment %q; there are: %s", name, strings.Join(c.names, ", ")),
		map[string]any{"environment": name, "environments": c.Names()})
}

// resolve puts an environment together. What a flag replaces is not even looked at, so that a variable that only it
// needs may be undefined.
func (c *Config) resolve(name, uriFlag, databaseFlag string) (Environment, error) {
	written := c.document.Environments[name]
	uri, err := c.resolveURI(name, written.URI, uriFlag)
	if err != nil {
		return Environment{}, err
	}
	database, err := c.resolveDatabase(name, written.Database, databaseFlag, uri, uriFlag != "")
	if err != nil {
		return Environment{}, err
	}
	return Environment{Name: name, URI: uri, Database: database, Protected: written.Protected.value}, nil
}

func (c *Config) resolveURI(name string, written text, flag string) (string, error) {
	if flag != "" {
		uri, err := secret(c.cwd, flag)
		return c.fromWorkingDirectory(uri), fault.Wrap(fault.Usage, err, "", "--uri")
	}
	if !written.given() {
		if _, declared := c.document.Environments[name]; declared {
			return "", c.document.environmentProblem(name, "add uri: to it, or give --uri",
				"environment %s has no uri", name)
		}
		return DefaultURI, nil
	}
	key := "environments." + name + ".uri"
	uri, err := c.expand(key, written)
	if err != nil {
		return "", err
	}
	if uri, err = secret(c.Root, uri); err != nil {
		return "", c.document.at(written.position, fault.Wrap(fault.Usage, err, "", "%s", key))
	}
	if uri == "" {
		return "", c.document.problem(written.position, "", "%s is empty", key)
	}
	return uri, nil
}

// resolveDatabase takes the flag; the database that a --uri names; the environment's; the one that its URI names. For a
// database that is started here it ends with the name of the project's folder. On a server that would be a guess that
// runs migrations in the wrong place, so it stays "".
func (c *Config) resolveDatabase(name string, written text, flag, uri string, uriTyped bool) (string, error) {
	if flag != "" {
		return flag, checkDatabase(flag, uri, "--database")
	}
	if named := address.Database(uri); uriTyped && named != "" || !written.given() {
		if named != "" || !address.IsHosted(uri) {
			return named, nil
		}
		return folderDatabase(c.Root), nil
	}
	key := "environments." + name + ".database"
	database, err := c.expand(key, written)
	if err != nil {
		return "", err
	}
	if err := checkDatabase(database, uri, key); err != nil {
		return "", c.document.at(written.position, err)
	}
	return database, nil
}

// fromWorkingDirectory makes the directory of a typed embedded:DIR or mongod:DIR the one that the user sees from where
// they stand, when that is not the root that such a directory is looked up from.
func (c *Config) fromWorkingDirectory(uri string) string {
	if c.cwd == c.Root {
		return uri
	}
	return address.Under(uri, c.cwd)
}
