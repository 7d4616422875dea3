package driver

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// setDocument calls set with the document unless it was not given.
func setDocument(d bson.Raw, set func(any)) {
	if d != nil {
		set(d)
	}
}

// setValue calls set with the value unless it was not given.
func setValue(v bson.RawValue, set func(any)) {
	if v.Type != 0 {
		set(v)
	}
}

func setFlag(v bool, set func(bool)) {
	if v {
		set(v)
	}
}

// flag is nil for false, which is then not sent.
func flag(v bool) *bool {
	if !v {
		return nil
	}
	return &v
}

func valueOrNil(v bson.RawValue) any {
	if v.Type == 0 {
		return nil
	}
	return v
}

// collation reads a collation document; nil where nothing was given.
func collation(d bson.Raw) (*options.Collation, error) {
	if d == nil {
		return nil, nil
	}
	var c struct {
		Locale          string `bson:"locale"`
		CaseLevel       bool   `bson:"caseLevel"`
		CaseFirst       string `bson:"caseFirst"`
		Strength        int    `bson:"strength"`
		NumericOrdering bool   `bson:"numericOrdering"`
		Alternate       string `bson:"alternate"`
		MaxVariable     string `bson:"maxVariable"`
		Normalization   bool   `bson:"normalization"`
		Backwards       bool   `bson:"backwards"`
	}
	if err := bson.Unmarshal(d, &c); err != nil {
		return nil, fmt.Errorf("read the collation: %w", err)
	}
	made := options.Collation(c)
	return &made, nil
}

// WriteConcern reads {w, j, wtimeout}; nil where nothing was given. The driver knows no wtimeout: maxTimeMS takes its
// place.
func WriteConcern(d bson.Raw) (*writeconcern.WriteConcern, error) {
	if d == nil {
		return nil, nil
	}
	var c struct {
		W bson.RawValue `bson:"w"`
		J *bool         `bson:"j"`
	}
	if err := bson.Unmarshal(d, &c); err != nil {
		return nil, fmt.Errorf("read the write concern: %w", err)
	}
	w := &writeconcern.WriteConcern{Journal: c.J}
	if name, ok := c.W.StringValueOK(); ok {
		w.W = name
	} else if n, ok := c.W.AsInt64OK(); ok {
		w.W = int(n)
	}
	return w, nil
}

func ReadConcern(level string) *readconcern.ReadConcern {
	if level == "" {
		return nil
	}
	return &readconcern.ReadConcern{Level: level}
}

func ReadPreference(mode string) (*readpref.ReadPref, error) {
	if mode == "" {
		return nil, nil
	}
	m, err := readpref.ModeFromString(mode)
	if err != nil {
		return nil, fmt.Errorf("read the read preference: %w", err)
	}
	return readpref.New(m)
}

// withWriteConcern adds a write concern to a command that has no other.
func withWriteConcern(command, concern bson.Raw) (bson.Raw, error) {
	if _, err := command.LookupErr("writeConcern"); concern == nil || err == nil {
		return command, nil
	}
	out := append([]byte(nil), command[:len(command)-1]...)
	out = bsoncore.AppendDocumentElement(out, "writeConcern", concern)
	whole, err := bsoncore.AppendDocumentEnd(out, 0)
	if err != nil {
		return nil, fmt.Errorf("add the write concern: %w", err)
	}
	return whole, nil
}
