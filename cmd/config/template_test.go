package config

import (
	"regexp"
	"strings"
)

// commentedKey is a key that is commented out, as against a comment in words.
var commentedKey = regexp.MustCompile(`^( *)# ( *[a-z_]+:(?: .*)?)$`)

// uncommented puts into force what a template comments out. Prose stays a comment, since its lines have a capital or no
// key at their beginning.
func uncommented(template string) string {
	lines := strings.Split(template, "\n")
	for i, line := range lines {
		if m := commentedKey.FindStringSubmatch(line); m != nil {
			lines[i] = m[1] + m[2]
		}
	}
	return strings.Join(lines, "\n")
}
