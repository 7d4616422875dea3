package address

import (
	"slices"
	"testing"
)

func TestMaskHidesPasswords(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ uri, want string }{
		"no user":                   {"mongodb://host:27017/app", "mongodb://host:27017/app"},
		"a user alone":              {"mongodb://ann@host/app", "mongodb://ann@host/app"},
		"a password":                {"mongodb://ann:sesame@host/app?x=y", "mongodb://ann:***@host/app?x=y"},
		"an empty password":         {"mongodb://ann:@host", "mongodb://ann:***@host"},
		"several hosts":             {"mongodb://ann:sesame@a:1,b:2/app", "mongodb://ann:***@a:1,b:2/app"},
		"srv":                       {"mongodb+srv://ann:sesame@cluster.example/app", "mongodb+srv://ann:***@cluster.example/app"},
		"an @ that is not escaped":  {"mongodb://ann:ses@me@host/app", "mongodb://ann:***@host/app"},
		"a / that is not escaped":   {"mongodb://ann:ses/ame@host/app", "mongodb://ann:***@host/app"},
		"a ? that is not escaped":   {"mongodb://ann:ses?ame@host/app", "mongodb://ann:***@host/app"},
		"a : in the password":       {"mongodb://ann:ses:ame@host/app", "mongodb://ann:***@host/app"},
		"brackets and quotes":       {`mongodb://ann:s(e)s{a}"m'e@host/app`, "mongodb://ann:***@host/app"},
		"the password of a key":     {"mongodb://h/?tls=true&tlsCertificateKeyFilePassword=sesame&x=y", "mongodb://h/?tls=true&tlsCertificateKeyFilePassword=***&x=y"},
		"the password of a proxy":   {"mongodb://h/?proxyUsername=ann&PROXYPASSWORD=sesame", "mongodb://h/?proxyUsername=ann&PROXYPASSWORD=***"},
		"a session token":           {"mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:sesame,x:y", "mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:***,x:y"},
		"an escaped session token":  {"mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN%3Asesame&x=y", "mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN%3A***&x=y"},
		"another scheme":            {"https://ann:sesame@host/path", "https://ann:***@host/path"},
		"an embedded database":      {"embedded:.migrator/data", "embedded:.migrator/data"},
		"a directory with an @":     {"embedded:a:b@c", "embedded:a:b@c"},
		"a slash too few":           {"mongodb:/ann:sesame@host/app", "mongodb:***@host/app"},
		"no scheme":                 {"ann:sesame@host/app", "ann:***@host/app"},
		"something that is no URI":  {"ann", "ann"},
		"where it is unclear, more": {"mongodb://host:27017/?appName=a@b", "mongodb://host:***@b"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Mask(c.uri); got != c.want {
				t.Errorf("Mask(%q) = %q, want %q", c.uri, got, c.want)
			}
		})
	}
}

func TestMaskTextHidesPasswordsInTexts(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ text, want string }{
		"no address":           {"nothing: to@hide", "nothing: to@hide"},
		"an address in quotes": {`cannot open "mongodb://a:sesame@h/app": no`, `cannot open "mongodb://a:***@h/app": no`},
		"two addresses":        {"mongodb://a:sesame@h to mongodb+srv://b:sesame@i", "mongodb://a:***@h to mongodb+srv://b:***@i"},
		"addresses in a list":  {"mongodb://a:sesame@h,mongodb://b:sesame@i", "mongodb://a:***@i"},
		"brackets in it":       {"see (mongodb://a:s(e)s}ame@h/app)", "see (mongodb://a:***@h/app)"},
		"several lines":        {"one\nmongodb://a:sesame@h\ntwo", "one\nmongodb://a:***@h\ntwo"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := MaskText(c.text); got != c.want {
				t.Errorf("MaskText(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestSecretsAreWhatMaskHides(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text string
		want []string
	}{
		"a password":           {"--uri=mongodb://ann:ses%40me@h/app", []string{"ses%40me"}},
		"one that holds an @":  {"mongodb://ann:ses@me@h/app", []string{"ses@me"}},
		"one in an option":     {"mongodb://ann:a@h/?proxyPassword=b&authMechanismProperties=AWS_SESSION_TOKEN:c", []string{"a", "b", "c"}},
		"none":                 {"mongodb://ann@h/app", nil},
		"no connection string": {"db.users.find({a: 'b@c'})", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Secrets(c.text); !slices.Equal(got, c.want) {
				t.Errorf("Secrets(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}
