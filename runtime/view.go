package runtime

import (
	"context"
	"sort"
	"strings"
)

// view is what a command decides by: the files, and what the registry holds, read together.
type view struct {
	files []Migration
	// records are those of what is registered or in flight, in the order of their numbers.
	records []Record
	// held are all that the registry holds, by name: what was rolled back too, as Pending. A record takes the place of the
	// one that is held under its name.
	held map[string]Record
}

// look reads the files and the registry.
func (r *Runner) look(ctx context.Context) (view, error) {
	files, err := r.Directory.Migrations()
	if err != nil {
		return view{}, err
	}
	v, err := r.lookAtRegistry(ctx)
	v.files = files
	return v, err
}

// lookAtRegistry is look without the files. A record of another tool has its number from its name.
func (r *Runner) lookAtRegistry(ctx context.Context) (view, error) {
	all, err := r.Registry.List(ctx)
	var v view
	for i, record := range all {
		if record.Foreign {
			record.Number, _ = NumberOf(leadingDigits(record.Name)) // a name without a number sorts first
			all[i] = record
		}
		if record.State != Pending {
			v.records = append(v.records, record)
		}
	}
	v.held = recordsByName(all)
	sort.SliceStable(v.records, func(i, j int) bool {
		a, b := v.records[i], v.records[j]
		return before(Migration{Name: a.Name, Number: a.Number}, Migration{Name: b.Name, Number: b.Number})
	})
	return v, err
}

// records lists what is registered or in flight.
func (r *Runner) records(ctx context.Context) ([]Record, error) {
	v, err := r.lookAtRegistry(ctx)
	return v.records, err
}

// generation is the highest that a record was written under.
func (v view) generation() int64 {
	highest := int64(0)
	for _, record := range v.held {
		highest = max(highest, record.Generation)
	}
	return highest
}

func leadingDigits(name string) string {
	return name[:len(name)-len(strings.TrimLeft(name, "0123456789"))]
}
