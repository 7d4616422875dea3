package address

import (
	"slices"
	"strings"
	"testing"

	"migrator/runtime/fault"
)

func TestWhatAURISaysBeforeItsOptions(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		uri      string
		hosts    []string
		database string
	}{
		"a host and a database":       {"mongodb://h:1/app", []string{"h:1"}, "app"},
		"several hosts, and options":  {"mongodb://u:p@a:1,b:2/app?authSource=admin", []string{"a:1", "b:2"}, "app"},
		"a host alone":                {"mongodb://h", []string{"h"}, ""},
		"options without a database":  {"mongodb://h/?x=a/b@c", []string{"h"}, ""},
		"a database that is escaped":  {"mongodb+srv://h/m%C3%BCll", []string{"h"}, "müll"},
		"a socket":                    {"mongodb://%2Ftmp%2Fmongodb.sock/app", []string{"/tmp/mongodb.sock"}, "app"},
		"a password that holds an @":  {"mongodb://u:p@q@h/app", []string{"h"}, "app"},
		"a password that holds a /":   {"mongodb://u:p/q@h/app", []string{"h"}, "app"},
		"a percent sign that is none": {"mongodb://h/100%", []string{"h"}, "100%"},
		"an embedded database":        {"embedded:a/b", nil, ""},
		"a scheme of somebody else":   {"postgres://h/app", nil, ""},
		"nothing":                     {"", nil, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if hosts, database := Hosts(c.uri), Database(c.uri); !slices.Equal(hosts, c.hosts) || database != c.database {
				t.Errorf("hosts %q, database %q", hosts, database)
			}
		})
	}
}

func TestDirectories(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ uri, under, directory string }{
		"a relative one":    {"embedded:sub/data", "embedded:/base/sub/data", "/base/sub/data"},
		"one that leads up": {"mongod:../data", "mongod:/data", "/data"},
		"an absolute one":   {"embedded:/x/./y", "embedded:/x/./y", "/x/y"},
		"none":              {"embedded:", "embedded:", ""},
		"a host instead":    {"mongod://host", "mongod://host", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			directory, err := Directory(c.uri, "/base")
			if directory != c.directory || (err == nil) != (c.directory != "") {
				t.Errorf("Directory = %q, %v", directory, err)
			}
			if err != nil && fault.CodeOf(err) != fault.Usage {
				t.Errorf("the exit code of %v is %d", err, fault.CodeOf(err))
			}
			if got := Under(c.uri, "/base"); got != c.under {
				t.Errorf("Under = %q", got)
			}
		})
	}
	if uri := "mongodb://host/app"; Under(uri, "/base") != uri {
		t.Error("an address without a directory is changed")
	}
}

func TestNamesOfDatabases(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		name, uri string
		refused   bool
	}{
		"a plain name":                    {"My-app_2", "embedded:x", false},
		"letters that only MongoDB takes": {"müll", "mongodb://h", false},
		"the same on the embedded one":    {"müll", "embedded:x", true},
		"a dot":                           {"a.b", "mongodb://h", true},
		"a space":                         {"a b", "mongodb://h", true},
		"nothing":                         {"", "mongodb://h", true},
		"as many bytes as there may be":   {strings.Repeat("x", 63), "mongodb://h", false},
		"one more":                        {strings.Repeat("x", 64), "mongodb://h", true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := CheckDatabase(c.name, c.uri); (err != nil) != c.refused {
				t.Errorf("CheckDatabase(%q, %q) = %v", c.name, c.uri, err)
			}
		})
	}
	for _, text := range []string{"shop", "My Shop 2.0", "日本", strings.Repeat("x", 80)} {
		if name := DatabaseFrom(text); name != "" && CheckDatabase(name, "embedded:x") != nil {
			t.Errorf("DatabaseFrom(%q) = %q, which is refused", text, name)
		}
	}
}
