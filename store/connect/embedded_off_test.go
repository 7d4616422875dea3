//go:build noembedded

package connect

import (
	"strings"
	"testing"

	"migrator/runtime/fault"
)

func TestEmbeddedDatabaseThatWasLeftOutSaysSo(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Target{URI: "embedded:" + t.TempDir(), Database: "app"}, Options{})
	if fault.CodeOf(err) != fault.Usage || !strings.Contains(err.Error(), "built without the embedded database") {
		t.Errorf("err = %v", err)
	}
}
