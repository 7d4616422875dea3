package connect

import (
	"strings"
	"testing"

	"migrator/runtime/fault"
)

func TestDatabaseIsTheTargetsOrElseTheURIs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		target Target
		want   string
	}{
		"the target's":                    {Target{URI: "mongodb://h/other", Database: "app"}, "app"},
		"the URI's":                       {Target{URI: "mongodb://h/app"}, "app"},
		"the URI's, with options":         {Target{URI: "mongodb://u:p@a:1,b:2/app?authSource=admin"}, "app"},
		"the URI's, escaped":              {Target{URI: "mongodb+srv://h/m%C3%BCll"}, "müll"},
		"the URI's, behind a socket":      {Target{URI: "mongodb://%2Ftmp%2Fmongodb.sock/app"}, "app"},
		"a name for the embedded one":     {Target{URI: "embedded:x", Database: "My-app_2"}, "My-app_2"},
		"a name that only MongoDB allows": {Target{URI: "mongodb://h", Database: "müll"}, "müll"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := c.target.database(); got != c.want || err != nil {
				t.Errorf("database = %q, %v", got, err)
			}
		})
	}
}

func TestMistakesInATargetAreUsageErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		target Target
		want   string
	}{
		"no database":                     {Target{URI: "mongodb://u:sesame@h"}, "no database is named for mongodb://u:***@h"},
		"no database, only options":       {Target{URI: "mongodb://h/?tls=true"}, "no database is named"},
		"an embedded one with no name":    {Target{URI: "embedded:x"}, "no database is named for embedded:x"},
		"a dot in the name":               {Target{URI: "mongodb://h", Database: "a.b"}, `"a.b" cannot be the name of a database`},
		"a name that FerretDB refuses":    {Target{URI: "embedded:x", Database: "müll"}, "cannot be the name of a database of the embedded server"},
		"a name that is too long":         {Target{URI: "mongodb://h", Database: strings.Repeat("x", 64)}, "the name of the database is longer than 63 bytes"},
		"no directory":                    {Target{URI: "embedded:", Database: "app"}, "names no directory"},
		"a host instead of a directory":   {Target{URI: "mongod://host", Database: "app"}, "names no directory but a host"},
		"another scheme":                  {Target{URI: "postgres://u:sesame@h/app", Database: "app"}, `does not know the kind of the address "postgres://u:***@h/app"`},
		"no address":                      {Target{Database: "app"}, "does not know the kind of the address"},
		"an option that is none":          {Target{URI: "mongodb://h/app?tls=perhaps"}, "the connection string mongodb://h/app?tls=perhaps is not valid"},
		"a password that is not escaped":  {Target{URI: "mongodb://u:ses/ame@h/app", Database: "app"}, "the connection string mongodb://u:***@h/app is not valid"},
		"an @ that is not escaped":        {Target{URI: "mongodb://u:ses@me@h/app"}, "the connection string mongodb://u:***@h/app is not valid"},
		"a percent sign in it":            {Target{URI: "mongodb://u:sesame%zz@h/app"}, "the connection string mongodb://u:***@h/app is not valid"},
		"a missing file, with a password": {Target{URI: "mongodb://u:sesame@h/app?tls=true&tlsCAFile=missing.pem"}, "missing.pem: no such file"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(t.Context(), c.target, Options{})
			if fault.CodeOf(err) != fault.Usage || !strings.Contains(err.Error(), c.want) {
				t.Errorf("err = %v (%d), want %q in it", err, fault.CodeOf(err), c.want)
			}
			if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "ses")) {
				t.Errorf("the password is shown: %v", err)
			}
		})
	}
}
