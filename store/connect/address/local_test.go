package address

import "testing"

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
