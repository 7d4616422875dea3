package connecttest

import (
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestHeldMessages: what a test makes of a message that is held back, the client and the server see.
func TestHeldMessages(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		does      func(*Held)
		answered  bool
		increased int32
	}{
		{"it passes", (*Held).Pass, true, 1},
		{"it is lost", (*Held).Cut, false, 0},
		{"its answer is lost", func(m *Held) { m.Deliver(); m.Cut() }, false, 1},
		{"it arrives twice", func(m *Held) { m.Deliver(); m.Pass() }, true, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			through, beside, h := OpenHeld(t)
			counters := beside.Client.Database(beside.Database).Collection("counters")
			if _, err := counters.InsertOne(t.Context(), bson.D{{Key: "n", Value: int32(0)}}); err != nil {
				t.Fatal(err)
			}
			held := h.Hold(2, To("update", "counters"))
			increase := func() error {
				counters := through.Client.Database(through.Database).Collection("counters")
				more := bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: int32(1)}}}}
				_, err := counters.UpdateOne(t.Context(), bson.D{}, more)
				return err
			}
			if err := increase(); err != nil { // it is the second one that is held
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- increase() }()
			if got := held.Await(); got.Name != "update" || got.To() != "counters" {
				t.Errorf("held %s %s", got.Name, got.To())
			}
			count := func() int32 {
				raw, err := counters.FindOne(t.Context(), bson.D{}).Raw()
				if err != nil {
					t.Fatal(err)
				}
				return raw.Lookup("n").Int32()
			}
			if n := count(); n != 1 {
				t.Errorf("it was carried out while it was held: %d", n)
			}
			c.does(held)
			if err := <-ended; (err == nil) != c.answered {
				t.Errorf("the client got %v", err)
			}
			if n := count(); n != 1+c.increased {
				t.Errorf("it was carried out %d times, want %d", n-1, c.increased)
			}
			if seen := h.Seen(); !slices.Equal(seen, []string{"update counters", "update counters"}) {
				t.Errorf("sent were %v", seen)
			}
		})
	}
}

// TestAMessageArrivesWhenItsClientHasGone, which is what makes a late write.
func TestAMessageArrivesWhenItsClientHasGone(t *testing.T) {
	t.Parallel()
	through, beside, h := OpenHeld(t)
	held := h.Hold(1, To("insert", "notes"))
	ended := make(chan error, 1)
	go func() {
		_, err := through.Client.Database(through.Database).Collection("notes").InsertOne(t.Context(), bson.D{})
		ended <- err
	}()
	held.Await()
	held.Cut()
	if err := <-ended; err == nil {
		t.Error("the client got an answer")
	}
	held.Deliver()
	notes := beside.Client.Database(beside.Database).Collection("notes")
	if n, err := notes.CountDocuments(t.Context(), bson.D{}); n != 1 || err != nil {
		t.Errorf("%d documents (%v)", n, err)
	}
}
