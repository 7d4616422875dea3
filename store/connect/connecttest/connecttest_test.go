package connecttest

import (
	"os"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/store/connect"
)

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := Open(t), Open(t)
	if first.Database == second.Database {
		t.Fatalf("both are %s", first.Database)
	}
	for _, c := range []*connect.Connection{first, second} {
		collection := c.Client.Database(c.Database).Collection("c")
		if _, err := collection.InsertOne(t.Context(), bson.D{}); err != nil {
			t.Fatal(err)
		}
		if n, err := collection.CountDocuments(t.Context(), bson.D{}); n != 1 || err != nil {
			t.Errorf("%d documents, %v", n, err)
		}
	}
}

func TestDatabaseOnAServerIsDroppedAtTheEnd(t *testing.T) {
	if os.Getenv("MIGRATOR_TEST_URI") == "" {
		t.Setenv("MIGRATOR_TEST_URI", "embedded:"+t.TempDir())
	}
	server := Open(t)
	var name string
	t.Run("a test that writes", func(t *testing.T) {
		c := Open(t)
		name = c.Database
		if _, err := c.Client.Database(name).Collection("c").InsertOne(t.Context(), bson.D{}); err != nil {
			t.Fatal(err)
		}
	})
	names, err := server.Client.ListDatabaseNames(t.Context(), bson.D{{Key: "name", Value: name}})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 0 {
		t.Errorf("the database %s is still there", name)
	}
}
