package config

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPrivatePathsAreThoseThatHoldAddressesAndSecrets(t *testing.T) {
	t.Parallel()
	const yaml = `environments:
  development: {uri: "embedded:.migrator/data"}
  staging: {uri: "file:secrets/staging"}
  production: {uri: "${PRODUCTION_URI}"}
  elsewhere: {uri: "file:${UNDEFINED}/uri"}
`
	root := project(t, yaml)
	below := filepath.Join(root, "below")
	c, err := Load(
		root, environ(map[string]string{"PRODUCTION_URI": "file:/run/secrets/uri"}),
		Flags{URI: "file:typed", Config: "migrator.yaml"},
	)
	if err != nil {
		t.Fatal(err)
	}
	c.cwd = below
	want := []string{
		"migrator.yaml", ".env*", ".migrator", "/proc", filepath.Join(root, "migrator.yaml"),
		filepath.Join(below, "typed"),
		filepath.Join(root, "secrets/staging"), "/run/secrets/uri",
	}
	if diff := cmp.Diff(want, c.PrivatePaths()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(
		[]string{"migrator.yaml", ".env*", ".migrator", "/proc"}, load(t, "", nil, Flags{}).PrivatePaths(),
	); diff != "" {
		t.Errorf("without a file:\n%s", diff)
	}
}
