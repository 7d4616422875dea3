package address

import (
	"regexp"
	"slices"
	"strings"
)

const masked = "***"

var (
	// address finds addresses with a scheme in a text. They go on to the next space, past quotes and brackets, since
	// either may be part of a password.
	address = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://\S*`)
	// secretOption finds the URI options whose values are secrets.
	secretOption = regexp.MustCompile(`(?i)(` +
		`(?:tlsCertificateKeyFilePassword|sslClientCertificateKeyPassword|proxyPassword)=|AWS_SESSION_TOKEN(?::|%3A)` +
		`)([^&,\s]*)`)
)

// Mask is a connection string with its password replaced by ***. A password that was not escaped as it should be, so
// that it contains @, / or ?, is masked whole as well: where it is unclear what is password, more is hidden.
func Mask(uri string) string {
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return maskMistyped(uri)
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		user, _, hasPassword := strings.Cut(rest[:at], ":")
		if hasPassword {
			user += ":" + masked
		}
		rest = user + rest[at:]
	}
	return scheme + "://" + secretOption.ReplaceAllString(rest, "${1}"+masked)
}

// maskMistyped masks what should have been a connection string, and has lost its scheme or a slash of it.
func maskMistyped(uri string) string {
	if IsHosted(uri) {
		return uri // a directory, which may have any name
	}
	at := strings.LastIndex(uri, "@")
	if at < 0 {
		return uri
	}
	user, _, hasPassword := strings.Cut(uri[:at], ":")
	if hasPassword {
		user += ":" + masked
	}
	return user + uri[at:]
}

// Secrets are the parts of a connection string, or of a text that ends with one, that Mask hides.
func Secrets(text string) []string {
	_, rest, ok := strings.Cut(text, "://")
	if !ok {
		return nil
	}
	var secrets []string
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		_, password, _ := strings.Cut(rest[:at], ":")
		secrets = append(secrets, password)
	}
	for _, option := range secretOption.FindAllStringSubmatch(rest, -1) {
		secrets = append(secrets, option[2])
	}
	return slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
}

// MaskText masks every connection string in a longer text, an error of the driver for example.
func MaskText(s string) string {
	return address.ReplaceAllStringFunc(s, Mask)
}

// QuotesSecret reports whether a text about a URI contains a part of its password. A URI that is not well formed is
// cut in the wrong places, so each piece of the password between special characters counts.
func QuotesSecret(text, uri string) bool {
	_, rest, _ := strings.Cut(uri, "://")
	at := strings.LastIndex(rest, "@")
	if at < 0 {
		return false
	}
	_, secret, _ := strings.Cut(rest[:at], ":")
	pieces := strings.FieldsFunc(secret, func(r rune) bool { return strings.ContainsRune(":/?#[]@%", r) })
	return slices.ContainsFunc(pieces, func(piece string) bool { return strings.Contains(text, piece) })
}
