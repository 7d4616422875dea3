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
		"a dot in the name":               {Target{URI: "mongodb://h", Database: "a.b"}, `"a.b" cannot name a database`},
		"a name that FerretDB refuses":    {Target{URI: "embedded:x", Database: "müll"}, "cannot name a database"},
		"a name that is too long":         {Target{URI: "mongodb://h", Database: strings.Repeat("x", 64)}, "cannot name a database"},
		"no directory":                    {Target{URI: "embedded:", Database: "app"}, "names no directory"},
		"a host instead of a directory":   {Target{URI: "mongod://host", Database: "app"}, "names no directory but a host"},
		"another scheme":                  {Target{URI: "postgres://u:sesame@h/app", Database: "app"}, `"postgres://u:***@h/app" is none that migrator knows`},
		"no address":                      {Target{Database: "app"}, "is none that migrator knows"},
		"an option that is none":          {Target{URI: "mongodb://h/app?tls=perhaps"}, "the connection string mongodb://h/app?tls=perhaps is not valid"},
		"a password that is not escaped":  {Target{URI: "mongodb://u:ses/ame@h/app", Database: "app"}, "the connection string mongodb://u:***@h/app is not valid"},
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

func TestLocalAddresses(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"embedded:data":                                 true,
		"mongod:data":                                   true,
		"mongodb://localhost/app":                       true,
		"mongodb://LocalHost.:27017":                    true,
		"mongodb://user:pw@127.0.0.1:1/app?x=a@b":       true,
		"mongodb://127.9.9.9":                           true,
		"mongodb://[::1]:27017/app":                     true,
		"mongodb://%2Ftmp%2Fmongodb-27017.sock/app":     true,
		"mongodb://localhost:1,127.0.0.1:2":             true,
		"mongodb://localhost:1,db.example:2":            false,
		"mongodb://db.example/localhost":                false,
		"mongodb://localhost@db.example":                false,
		"mongodb://localhost.example":                   false,
		"mongodb://10.0.0.1":                            false,
		"mongodb://0.0.0.0":                             false,
		"mongodb+srv://localhost":                       false,
		"mongodb://":                                    false,
		"":                                              false,
		"mongodb://user:localhost/@db.example/app":      false,
		"mongodb://u:p?w@db.example/app?host=localhost": false,
	}
	for uri, want := range cases {
		if got := IsLocal(uri); got != want {
			t.Errorf("IsLocal(%q) = %v", uri, got)
		}
	}
}
