//go:build !noembedded && unix

package hosted_test

import (
	"testing"

	"migrator/store/connect"
	"migrator/store/connect/hosted"
)

func TestMongodIsKnownForWhatItIs(t *testing.T) {
	t.Setenv("PATH", hosted.PathWithMongod(t))
	uri := "mongod:" + t.TempDir()
	c, err := connect.Open(t.Context(), connect.Target{URI: uri, Database: "app"}, connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, owner := c.ServerBorn(); c.Server.Embedded || !owner || c.Server.Host != uri {
		t.Errorf("Server = %+v, owner: %v", c.Server, owner)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
