package bsonjs_test

import (
	"fmt"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/bsonjs"
)

// A script changes one field of a document. The others are written back as they were read, and the int64 is still one.
func ExampleRealm_Marshal() {
	rt := goja.New()
	realm := bsonjs.New(rt)
	script, err := rt.RunString(`(user) => { user.visits++; return user }`)
	if err != nil {
		fmt.Println(err)
		return
	}
	change, _ := goja.AssertFunction(script)

	raw, err := bson.Marshal(bson.D{{Key: "name", Value: "Ada"}, {Key: "visits", Value: int64(41)}, {Key: "ratio", Value: 1.0}})
	if err != nil {
		fmt.Println(err)
		return
	}
	changed, err := change(nil, realm.Document(raw))
	if err != nil {
		fmt.Println(err)
		return
	}
	written, err := realm.Marshal(changed, bsonjs.MarshalOptions{What: "the replacement"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(written)
	// Output: {"name": "Ada","visits": {"$numberLong":"42"},"ratio": {"$numberDouble":"1.0"}}
}
