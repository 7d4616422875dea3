package dryrun

import (
	"encoding/json"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// Bounds of what a dry run remembers of one script, whatever the script does.
const (
	planEntries = 20       // shown in full; beyond them only the first of each kind and place
	planKinds   = 100      // kinds and places that are summed up apart
	planReads   = 50       // places of reads that simulated writes came before
	planSpaces  = 1000     // collections with the places that wrote to them
	planText    = 16 << 10 // bytes of one document as JSON
	planSamples = 2        // documents before and after
)

// Plan writes down what a script would do.
type Plan struct {
	refuse  func(*funnel.Operation) error
	entries []*runtime.Planned
	sums    []*runtime.PlannedSum
	byKind  map[kindAndPlace]*runtime.PlannedSum
	reads   []*runtime.StaleRead
	spaces  map[string]*simulated // by what would have been changed, see namespacesOf
	number  int64
}

// kindAndPlace is what operations are summed up by.
type kindAndPlace struct {
	operation, database, collection string
	place                           fault.Place
}

// simulated is how often a collection would have been written, by place.
type simulated struct {
	total   int64
	byPlace map[fault.Place]int64
}

// New makes the plan of one run of a script. refuse fails for what the server is known not to do: such an operation
// fails as it would in a real run.
func New(refuse func(*funnel.Operation) error) *Plan {
	return &Plan{refuse: refuse, byKind: map[kindAndPlace]*runtime.PlannedSum{}, spaces: map[string]*simulated{}}
}

// shows reports whether the next operation of that name will be among the entries, so that samples are worth reading.
func (p *Plan) shows(op *funnel.Operation, name string) bool {
	if len(p.entries) < planEntries {
		return true
	}
	_, known := p.byKind[kindOf(op, name)]
	return !known && len(p.byKind) < planKinds
}

func kindOf(op *funnel.Operation, name string) kindAndPlace {
	return kindAndPlace{operation: name, database: op.Database, collection: op.Collection, place: op.Where}
}

// add writes down an operation that would have touched that many documents. The entry's name is set; its place and its
// number are set here.
func (p *Plan) add(op *funnel.Operation, entry *runtime.Planned, documents int64) {
	p.number++
	shown := p.shows(op, entry.Operation)
	entry.Number, entry.Database, entry.Collection, entry.Place = p.number, op.Database, op.Collection, op.Where
	if entry.Samples == nil {
		entry.Samples = []runtime.Sample{}
	}
	sum := p.sumOf(kindOf(op, entry.Operation))
	sum.Times++
	sum.Documents += documents
	if shown {
		sum.Shown++
		p.entries = append(p.entries, entry)
	}
}

// sumOf finds the sum of a kind. Those that are too many are summed up as one, without a place.
func (p *Plan) sumOf(kind kindAndPlace) *runtime.PlannedSum {
	if sum := p.byKind[kind]; sum != nil {
		return sum
	}
	if len(p.byKind) >= planKinds {
		kind = kindAndPlace{operation: "other operations"}
		if sum := p.byKind[kind]; sum != nil {
			return sum
		}
	}
	sum := &runtime.PlannedSum{
		Operation: kind.operation, Database: kind.database, Collection: kind.collection, Place: kind.place,
	}
	p.byKind[kind] = sum
	p.sums = append(p.sums, sum)
	return sum
}

// wrote remembers that what a name stands for, see namespacesOf, would not be as it is any more.
func (p *Plan) wrote(namespace string, at fault.Place) {
	s := p.spaces[namespace]
	if s == nil {
		if len(p.spaces) >= planSpaces {
			return
		}
		s = &simulated{byPlace: map[fault.Place]int64{}}
		p.spaces[namespace] = s
	}
	s.total++
	if s.byPlace[at] > 0 || len(s.byPlace) < planKinds {
		s.byPlace[at]++
	}
}

// unseen is how many simulated writes to the operation's collection, from other places, the server knows nothing of.
func (p *Plan) unseen(op *funnel.Operation) int64 {
	if s := p.spaces[op.Database+"."+op.Collection]; s != nil {
		return s.total - s.byPlace[op.Where]
	}
	return 0
}

// read remembers a read that does not see what was simulated before it.
func (p *Plan) read(op *funnel.Operation) {
	var writes int64
	for _, namespace := range namespacesOf(op) {
		if s := p.spaces[namespace]; s != nil {
			writes += s.total
		}
	}
	if writes == 0 {
		return
	}
	for _, r := range p.reads {
		same := r.Operation == op.Name() && r.Database == op.Database && r.Collection == op.Collection
		if same && r.Place == op.Where {
			r.Times++
			return
		}
	}
	if len(p.reads) < planReads {
		p.reads = append(p.reads, &runtime.StaleRead{
			Operation: op.Name(), Database: op.Database, Collection: op.Collection, Place: op.Where,
			Writes: writes, After: p.number, Times: 1,
		})
	}
}

// Report is the plan as it stands.
func (p *Plan) Report() *runtime.Plan {
	report := &runtime.Plan{}
	for _, e := range p.entries {
		report.Entries = append(report.Entries, *e)
	}
	for _, s := range p.sums {
		report.Sums = append(report.Sums, *s)
	}
	for _, r := range p.reads {
		report.Reads = append(report.Reads, *r)
	}
	return report
}

// What a dry run keeps apart of what may have changed: the documents of a collection go by "database.collection", what
// else there is to a collection and which there are in a database, by these.
func metaOf(database, collection string) string { return database + "." + collection + "$meta" }
func listOf(database string) string             { return database + "$list" }
func wholeOf(database string) string            { return database + "$whole" }

// namespacesOf is what an operation reads, by the names that wrote knows it by.
func namespacesOf(op *funnel.Operation) []string {
	list := []string{wholeOf(op.Database)}
	if op.Collection != "" {
		list = append(list, op.Database+"."+op.Collection)
	}
	if c, ok := op.Request.(*funnel.Command); ok {
		list = append(list, metaOf(op.Database, op.Collection))
		if op.Collection == "" || c.Name() == "listCollections" {
			list = append(list, listOf(op.Database))
		}
	}
	aggregate, ok := op.Request.(*funnel.Aggregate)
	if !ok {
		return list
	}
	joins := [][]string{{"$lookup", "from"}, {"$graphLookup", "from"}, {"$unionWith", "coll"}, {"$unionWith"}}
	for _, stage := range aggregate.Pipeline {
		for _, path := range joins {
			if name, ok := stage.Lookup(path...).StringValueOK(); ok {
				list = append(list, op.Database+"."+name)
			}
		}
	}
	return list
}

// asJSON is a document as relaxed extended JSON; one that is too large is a JSON string with its beginning.
func asJSON(v any) json.RawMessage {
	if raw, ok := v.(bson.Raw); ok && raw == nil {
		return nil
	}
	// A value that is no document stands in one: extended JSON has no other way in.
	text, err := bson.MarshalExtJSON(bson.D{{Key: "v", Value: v}}, false, false)
	if err != nil {
		return quoted("this document cannot be shown: " + err.Error())
	}
	text = text[len(`{"v":`) : len(text)-1]
	if len(text) > planText {
		return quoted(runtime.Clip(string(text), planText))
	}
	return text
}

func quoted(text string) json.RawMessage {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string can always be marshalled
	}
	return raw
}
