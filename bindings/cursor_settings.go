package bindings

import (
	"time"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// cursorSettings are the methods that change what a cursor will ask for, before it is read. Each returns the cursor.
func cursorSettings() table[*cursorObject] {
	nothing := setting(func(c *cursorObject, a *args) {})
	project := findSetting(func(f *funnel.Find, a *args) { f.Projection = a.document(0, "the projection") })
	return table[*cursorObject]{
		"limit":      findSetting(func(f *funnel.Find, a *args) { f.Limit = a.integer(0, "the limit") }),
		"skip":       findSetting(func(f *funnel.Find, a *args) { f.Skip = a.integer(0, "the number to skip") }),
		"sort":       findSetting(setSort),
		"project":    project,
		"projection": project,
		"filter":     findSetting(func(f *funnel.Find, a *args) { f.Filter = a.document(0, "the filter") }),
		"min":        findSetting(func(f *funnel.Find, a *args) { f.Min = a.document(0, "the bounds") }),
		"max":        findSetting(func(f *funnel.Find, a *args) { f.Max = a.document(0, "the bounds") }),
		"returnKey":  findSetting(func(f *funnel.Find, a *args) { f.ReturnKey = flagOr(a, true) }),
		"showRecordId": findSetting(func(f *funnel.Find, a *args) {
			f.ShowRecordID = flagOr(a, true)
		}),
		"noCursorTimeout": findSetting(func(f *funnel.Find, a *args) { f.NoCursorTimeout = flagOr(a, true) }),
		"hint":            setting(setHint),
		"collation":       setting(setCollation),
		"comment":         setting(setComment),
		"batchSize":       setting(setBatchSize),
		"allowDiskUse":    setting(setDiskUse),
		"maxTimeMS": setting(func(c *cursorObject, a *args) {
			c.op.Concern.MaxTime = time.Duration(a.integer(0, "the time")) * time.Millisecond
		}),
		"readPref": setting(func(c *cursorObject, a *args) {
			c.op.Concern.Preference = a.text(0, "the read preference")
		}),
		"withReadPreference": setting(func(c *cursorObject, a *args) {
			c.op.Concern.Preference = a.text(0, "the read preference")
		}),
		"readConcern": setting(func(c *cursorObject, a *args) {
			c.op.Concern.ReadLevel = a.text(0, "the level")
		}),
		"pretty": nothing,
		"snapshot": setting(func(c *cursorObject, a *args) {
			a.s.notice("ignored snapshot", "%s has no effect: %s", a, ignoredOption(a.method, "snapshot"))
		}),
		"allowPartialResults": findSetting(func(f *funnel.Find, a *args) { f.AllowPartialResults = flagOr(a, true) }),
	}
}

// setting makes a method of a function that changes the operation of a cursor.
func setting(change func(c *cursorObject, a *args)) method[*cursorObject] {
	return func(c *cursorObject, a *args) goja.Value {
		c.notBegun(a)
		change(c, a)
		return c.object
	}
}

// findSetting is a setting that only the cursors of find have.
func findSetting(change func(f *funnel.Find, a *args)) method[*cursorObject] {
	return setting(func(c *cursorObject, a *args) {
		f, ok := c.op.Request.(*funnel.Find)
		if !ok {
			a.fail("only the cursors of find have it; use a stage of the pipeline")
		}
		change(f, a)
	})
}

func flagOr(a *args, otherwise bool) bool {
	if a.given(0) {
		return a.at(0).ToBoolean()
	}
	return otherwise
}

// setSort takes sort(keys), and sort(field, direction).
func setSort(f *funnel.Find, a *args) {
	if name, ok := a.at(0).Export().(string); ok && a.given(1) {
		f.Sort = a.encode(bson.D{{Key: name, Value: a.direction(a.value(a.at(1), "the direction"), "the sort order")}})
		return
	}
	if !a.given(0) {
		f.Sort = nil
		return
	}
	f.Sort = a.keyList(a.at(0), "the sort order")
}

func setHint(c *cursorObject, a *args) {
	v := a.value(a.at(0), "the hint")
	switch r := c.op.Request.(type) {
	case *funnel.Find:
		r.Hint = v
	case *funnel.Aggregate:
		r.Hint = v
	}
}

func setCollation(c *cursorObject, a *args) {
	v := a.document(0, "the collation")
	switch r := c.op.Request.(type) {
	case *funnel.Find:
		r.Collation = v
	case *funnel.Aggregate:
		r.Collation = v
	}
}

func setComment(c *cursorObject, a *args) {
	v := a.value(a.at(0), "the comment")
	switch r := c.op.Request.(type) {
	case *funnel.Find:
		r.Comment = v
	case *funnel.Aggregate:
		r.Comment = v
	}
}

func setBatchSize(c *cursorObject, a *args) {
	n := int32(a.integer(0, "the batch size"))
	switch r := c.op.Request.(type) {
	case *funnel.Find:
		r.BatchSize = n
	case *funnel.Aggregate:
		r.BatchSize = n
	}
}

func setDiskUse(c *cursorObject, a *args) {
	v := flagOr(a, true)
	switch r := c.op.Request.(type) {
	case *funnel.Find:
		r.AllowDiskUse = &v
	case *funnel.Aggregate:
		r.AllowDiskUse = &v
	}
}
