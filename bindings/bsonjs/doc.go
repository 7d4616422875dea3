// Package bsonjs is the border between BSON and JavaScript: what a script sees of a document, and what is written of a
// value that a script made. It knows goja and the driver's bson package, and no server.
//
// A [Realm] belongs to one interpreter. It has the classes (ObjectId, Long, Decimal128, …), turns BSON into values
// with [Realm.ToJS] and [Realm.Document], and values into BSON with [Realm.Marshal] and its sisters.
//
// # Reading
//
// A document is a lazy object over its bytes. A field is decoded when the script reads it, once; nested documents and
// arrays are lazy in turn, and arrays are real arrays to JavaScript. What was not changed is written back byte for
// byte: types, the order of fields, and names that occur twice.
//
// Numbers of all widths are JavaScript numbers, but for an int64 beyond ±2^53, which a number cannot hold: it is a
// Long. Whatever JavaScript has no type for is an instance of its class.
//
// # Writing
//
// A value has the type that it came with. For a number that is:
//
//   - A field of a document that was set: the width of the field's old value. An int64 stays one, a double stays a
//     double when it becomes whole. The same holds inside an object or array that replaces one.
//   - A field of a copy, made by spread, rest, Object.assign, Object.entries or a for-in loop: the width of the field
//     that it is a copy of. See [names] for how a copy is known.
//   - Any other number: int32 where it fits, else int64 up to 2^53, else (and for a fraction or -0) double. Long,
//     Int32, Double and BigInt say it outright.
//
// Where a number leaves its name, its width is lost: {total: d.n}, {n: d.n}, const {n} = d, a copy of a copy through
// JSON, a name that is not ASCII, a field that the copy already had ({n: 0, ...d}), and an array's element once it has
// left its array ([...d.list], unless the result replaces d.list), or moved within an array of several widths.
//
// A value of a class has one property of its own, by which libraries compare and copy it: see box. A plain object that
// has that property alone is written as the value.
//
// # Limits of lazy documents
//
// They cannot be frozen or sealed, have no symbol properties of their own, and no getters or setters. Their names keep
// the order of the document, also where they look like integers. A document that a script keeps keeps its whole batch
// in memory.
package bsonjs
