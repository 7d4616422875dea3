//go:build noembedded

package hosted

import (
	"strings"
	"testing"

	"migrator/runtime/fault"
)

func TestEmbeddedDatabaseThatWasLeftOutSaysSo(t *testing.T) {
	t.Parallel()
	_, err := dial(t.Context(), "embedded:"+t.TempDir(), Options{})
	if fault.CodeOf(err) != fault.Usage || !strings.Contains(err.Error(), "built without the embedded database") {
		t.Errorf("err = %v", err)
	}
}
