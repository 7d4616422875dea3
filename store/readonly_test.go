package store

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/event"

	"migrator/runtime"
	"migrator/store/connect"
	"migrator/store/connect/connecttest"
)

// What only looks must work for a user who may only read, and must leave a new database as it is.
func TestLookingOnlyReads(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var sent []string
	monitor := &driver.CommandMonitor{Started: func(_ context.Context, e *driver.CommandStartedEvent) {
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, e.CommandName)
	}}
	c := connecttest.OpenWith(t, connect.Options{Monitor: monitor})
	s := New(c, Options{Database: c.Database})
	changelog := c.Client.Database(c.Database).Collection("changelog")
	if _, err := changelog.InsertOne(t.Context(), bson.M{"fileName": "1_a.js"}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "1_a.js"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	history, err := Foreign(c, "migrate-mongo", "")
	if err != nil {
		t.Fatal(err)
	}
	r := &runtime.Runner{
		Directory: runtime.Directory{Path: dir, Shown: dir}, Registry: s.Registry(), History: s.History(),
		Locker: s.Locker(), By: ada,
	}
	reads := []string{"find", "hello", "getMore", "listCollections"}
	for name, look := range map[string]func() error{
		"status": func() error { _, err := r.Status(t.Context()); return err },
		"wait":   func() error { _, err := r.Remaining(t.Context(), nil); return err },
		"import --dry-run": func() error {
			from := runtime.ImportOptions{Tool: "migrate-mongo", From: history, DryRun: true}
			plan, err := r.Import(t.Context(), from)
			if err == nil && (len(plan) != 1 || plan[0].Action != runtime.ImportTaken) {
				t.Errorf("the plan is %+v", plan)
			}
			return err
		},
	} {
		mu.Lock()
		sent = nil
		mu.Unlock()
		if err := look(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		mu.Lock()
		changes := func(command string) bool { return !slices.Contains(reads, command) }
		if len(sent) == 0 || slices.ContainsFunc(sent, changes) {
			t.Errorf("%s sent %v", name, sent)
		}
		mu.Unlock()
	}
	names, err := c.Client.Database(c.Database).ListCollectionNames(t.Context(), bson.D{})
	if err != nil || !slices.Equal(names, []string{"changelog"}) {
		t.Errorf("there are %v (%v)", names, err)
	}
}
