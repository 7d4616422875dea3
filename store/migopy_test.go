package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
)

// migopys is a document as migopy writes it: with a name and no state.
func migopys(id any) bson.D { return doc("_id", id, "name", "003_c.js") }

// documents counts those of the registry.
func documents(t *testing.T, s *Store) int64 {
	t.Helper()
	n, err := s.collection("").CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRecordsOfMigopy count as executed, and give way to ours.
func TestRecordsOfMigopy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		documents []bson.D
	}{
		{"with an id of its own", []bson.D{migopys(bson.NewObjectID())}},
		{"whose id happens to be the name", []bson.D{migopys("003_c.js")}},
		{"that was written twice", []bson.D{migopys(bson.NewObjectID()), migopys(bson.NewObjectID())}},
		{"that was written twice, once under the name", []bson.D{migopys("003_c.js"), migopys(bson.NewObjectID())}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testStore(t)
			r := s.Registry()
			insert(t, s, "", c.documents...)
			was := get(t, r)
			want := runtime.Record{Name: "003_c.js", State: runtime.Executed, Foreign: true}
			if !cmp.Equal(want, was) {
				t.Errorf("it is read as %+v", was)
			}
			next := record(runtime.RollingBack, 1, "s1")
			take(t, r, was, next)
			if got := get(t, r); !cmp.Equal(next, got) {
				t.Errorf("it has become %+v", got)
			}
			list, err := r.List(t.Context())
			if err != nil || len(list) != 1 || !cmp.Equal(next, list[0]) || documents(t, s) != 1 {
				t.Errorf("the list is %+v, %v", list, err)
			}
		})
	}
}

// TestOursWinsOverMigopys while both are there, since migopy's was not removed yet: also when ours is pending.
func TestOursWinsOverMigopys(t *testing.T) {
	t.Parallel()
	for _, state := range []runtime.State{runtime.Executing, runtime.Pending} {
		s := testStore(t)
		r := s.Registry()
		ours := record(state, 1, "s1")
		if state == runtime.Pending {
			ours = runtime.Record{Name: ours.Name, State: state, Generation: 1, Start: "s1"}
		}
		insert(t, s, "", migopys(bson.NewObjectID()))
		take(t, r, runtime.Record{}, ours) // by somebody who did not see it
		list, err := r.List(t.Context())
		if got := get(t, r); err != nil || !cmp.Equal(ours, got) || len(list) != 1 || !cmp.Equal(ours, list[0]) {
			t.Errorf("%s: got %+v, and the list is %+v, %v", state, got, list, err)
		}
		if documents(t, s) != 2 {
			t.Errorf("%s: %d documents are there", state, documents(t, s))
		}
		// Whoever claims it, or sets it right, clears up.
		next := ours
		next.State, next.Generation = runtime.Failed, 2
		take(t, r, ours, next)
		if documents(t, s) != 1 {
			t.Errorf("%s: %d documents are there after it was claimed", state, documents(t, s))
		}
	}
}

// TestRecordsOfAnOlderRelease have neither a generation nor a start, and deleted ones are not there.
func TestRecordsOfAnOlderRelease(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		extra bson.D
	}{
		{"without the fields", nil},
		{"with the fields as null", doc("generation", nil, "start", nil)},
		{"with the fields as zero", doc("generation", int64(0), "start", "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testStore(t)
			insert(t, s, "", append(doc("_id", "003_c.js", "name", "003_c.js", "state", "executing"), c.extra...))
			was := get(t, s.Registry())
			if was.State != runtime.Executing || was.Generation != 0 || was.Start != "" {
				t.Errorf("it is read as %+v", was)
			}
			next := record(runtime.Failed, 7, "")
			take(t, s.Registry(), was, next)
			if got := get(t, s.Registry()); !cmp.Equal(next, got) {
				t.Errorf("it has become %+v", got)
			}
		})
	}
}
