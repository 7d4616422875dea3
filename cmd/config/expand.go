package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

var (
	// reference matches what begins like a variable: "${" up to the next "}", or up to the end when it is not closed. A
	// "$" before it takes its meaning away.
	reference = regexp.MustCompile(`\$?\$\{([^}]*)(\}?)`)
	// variable matches the inside of a well-formed one: NAME, or NAME:-default.
	variable = regexp.MustCompile(`(?s)^([A-Za-z_][A-Za-z0-9_]*)(?:(:-)(.*))?$`)
)

// undefinedError is a variable that the environment of the process lacks.
type undefinedError struct{ name string }

func (e *undefinedError) Error() string { return "the variable " + e.name + " is not set" }

// expandVariables replaces ${NAME}, and ${NAME:-default} whose default stands in for a variable that is unset or empty.
// "$${" is a literal "${". What a variable holds is taken as it is.
func expandVariables(s string, getenv func(string) (string, bool)) (string, error) {
	var problem error
	expanded := reference.ReplaceAllStringFunc(s, func(found string) string {
		if strings.HasPrefix(found, "$$") {
			return found[1:]
		}
		value, err := lookUp(found, getenv)
		if err != nil && problem == nil {
			problem = err
		}
		return value
	})
	if problem != nil {
		return "", problem
	}
	return expanded, nil
}

func lookUp(found string, getenv func(string) (string, bool)) (string, error) {
	parts := reference.FindStringSubmatch(found)
	if parts[2] == "" {
		return "", errors.New("a variable lacks its closing brace")
	}
	match := variable.FindStringSubmatch(parts[1])
	if match == nil {
		return "", errors.New("a variable is written neither ${NAME} nor ${NAME:-default}")
	}
	value, set := getenv(match[1])
	switch hasDefault := match[2] != ""; {
	case hasDefault && value == "":
		return match[3], nil
	case !set:
		return "", &undefinedError{match[1]}
	}
	return value, nil
}

// expand replaces the variables of a value of the file; key is its name in messages.
func (c *Config) expand(key string, t text) (string, error) {
	value, err := expandVariables(t.value, c.getenv)
	if err == nil {
		return value, nil
	}
	hint := "write $${ for a literal ${"
	var undefined *undefinedError
	if errors.As(err, &undefined) {
		hint = fmt.Sprintf("set %s, or give it a default: ${%[1]s:-value}", undefined.name)
	}
	return "", c.document.problem(t.position, hint, "%s: %s", key, err)
}

// secretFile is how a value begins that is kept in a file.
const secretFile = "file:"

// maxSecret bounds what is read of a file that should hold one line.
const maxSecret = 64 << 10

// secret reads the file that "file:PATH" names, PATH as seen from base, and drops the white space around its text.
// Anything else is returned as it is. Errors name the file and never show what it holds.
func secret(base, value string) (string, error) {
	path, isFile := strings.CutPrefix(value, secretFile)
	if !isFile {
		return value, nil
	}
	file, err := os.Open(absolute(base, path))
	if err != nil {
		return "", err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxSecret+1))
	text := strings.TrimSpace(string(content))
	switch {
	case err != nil:
		return "", err
	case text == "":
		return "", fmt.Errorf("the file %s is empty", path)
	case len(content) > maxSecret || strings.ContainsAny(text, "\r\n"):
		return "", fmt.Errorf("the file %s holds more than one line", path)
	}
	return text, nil
}
