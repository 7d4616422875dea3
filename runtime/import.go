package runtime

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"migrator/runtime/fault"
)

// ForeignRecord is one entry of another tool's history.
type ForeignRecord struct {
	Name string // as the tool wrote it: "001_x.py", "20160608155948-x.js", "_201405290038_x_migration"
	// Stem is the name as a migration here would have it, without an extension: "201405290038_x".
	Stem  string
	State State // Executed, Failed, or Pending where it is known and was not run
	At    time.Time
	Block int64  // what it was run together with; 0 is unknown
	Hash  string // the SHA-256 of the file in hexadecimal digits, or ""
}

// ImportOptions says what Import takes over.
type ImportOptions struct {
	Tool string // for people: "migrate-mongo"
	From Foreign
	// DryRun says what would be done, and writes nothing, the lock included.
	DryRun   bool
	WaitLock time.Duration
}

// ImportAction is what became of an entry of another tool's history.
type ImportAction string

const (
	// ImportTaken means registered, with its file.
	ImportTaken ImportAction = "imported"
	// ImportMissing means registered without a file.
	ImportMissing ImportAction = "imported without a file"
	// ImportKnown means left alone, since it was registered before.
	ImportKnown ImportAction = "registered already"
	// ImportSkipped means not registered; the reason says why.
	ImportSkipped ImportAction = "skipped"
)

// ImportedRecord is an entry with what was done with it.
type ImportedRecord struct {
	From   string       `json:"from"` // its name in the other tool
	Name   string       `json:"name,omitempty"`
	Action ImportAction `json:"action"`
	Match  string       `json:"match,omitempty"` // how the file was found: "name" or "number"
	State  State        `json:"state,omitempty"`
	At     *time.Time   `json:"executed_at,omitempty"`
	Batch  int          `json:"batch,omitempty"`
	Reason string       `json:"reason,omitempty"`

	file    Migration
	foreign ForeignRecord
}

// taken reports whether the entry is registered by the import.
func (i ImportedRecord) taken() bool { return i.Action == ImportTaken || i.Action == ImportMissing }

// Import takes over the history of another tool: what it has executed is registered here with its times, and nothing is
// run. What is registered already is left alone, so that importing again does nothing. The other tool's collection is
// only read, unless it is the registry itself (migopy's): there our documents take the place of its own.
func (r *Runner) Import(ctx context.Context, o ImportOptions) ([]ImportedRecord, error) {
	foreign, err := o.From.Records(ctx)
	if err != nil {
		return nil, err
	}
	var told []ImportedRecord // of a dry run, or where there is nothing to take over, what would be done; else what was
	err = r.change(ctx, o.WaitLock, func(v view) (*job, error) {
		plan := planImport(r.Directory, v.files, v.records, foreign)
		err := r.noteHashes(plan)
		if err != nil || o.DryRun || !slices.ContainsFunc(plan, ImportedRecord.taken) {
			told = plan
			return nil, err
		}
		return &job{run: func(ctx context.Context, lease Lease) error { return r.importAll(ctx, lease, o.Tool, v, plan, &told) }}, nil
	})
	return told, err
}

// importAll registers what is planned, the highest number first as Ignore does, and reports in the order of the plan what
// became of it.
func (r *Runner) importAll(ctx context.Context, lease Lease, tool string, v view, plan []ImportedRecord, told *[]ImportedRecord) error {
	done := make([]bool, len(plan))
	defer func() {
		*told = nil
		for i, item := range plan {
			if done[i] {
				*told = append(*told, item)
			}
		}
	}()
	order := make([]int, len(plan))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.numberOf(plan[b]), r.numberOf(plan[a])) })
	for _, i := range order {
		if plan[i].taken() {
			if err := r.importOne(ctx, lease, tool, plan[i], v.held); err != nil {
				return err
			}
		}
		done[i] = true
	}
	return nil
}

// numberOf is the number that an entry is registered under; 0 where it is not.
func (r *Runner) numberOf(item ImportedRecord) int64 {
	if item.Action != ImportMissing {
		return item.file.Number
	}
	m, err := r.Directory.named(item.Name)
	if err != nil {
		return 0 // registering it fails with the reason
	}
	return m.Number
}

// planImport decides of each entry what becomes of it.
func planImport(d Directory, files []Migration, records []Record, foreign []ForeignRecord) []ImportedRecord {
	registered, claimed := recordsByName(records), map[string]string{}
	batches := batchesOf(foreign, records)
	plan := make([]ImportedRecord, len(foreign))
	for i, f := range foreign {
		item := ImportedRecord{From: f.Name, State: f.State, Batch: batches[f.Block], foreign: f}
		if !f.At.IsZero() {
			item.At = &f.At
		}
		item.file, item.Match = fileOf(files, f)
		item.Name, item.Action = item.file.Name, ImportTaken
		if item.Name == "" {
			item.Name, item.Action = nameFor(d, f), ImportMissing
		}
		record, known := registered[item.Name]
		switch {
		case f.State == Pending:
			item.skip("it was not run")
		case item.Name == "":
			item.skip("it has no file here, and its name does not match the pattern " + d.pattern())
		case claimed[item.Name] != "":
			item.skip("it stands for the same file as " + claimed[item.Name])
		case known && !record.Foreign:
			item.Action, item.State, item.Batch = ImportKnown, record.State, record.Batch
		}
		if item.Action != ImportSkipped {
			claimed[item.Name] = f.Name
		}
		plan[i] = item
	}
	return plan
}

func (i *ImportedRecord) skip(reason string) {
	i.Action, i.Reason, i.State, i.Batch, i.Match = ImportSkipped, reason, "", 0, ""
}

// fileOf finds the file of an entry: the one of its name, extensions aside, else the only one of its number.
func fileOf(files []Migration, f ForeignRecord) (m Migration, match string) {
	for _, m := range files {
		if m.Name == f.Name || stem(m.Name) == f.Stem {
			return m, "name"
		}
	}
	number, ok := NumberOf(leadingDigits(f.Stem))
	var hits []Migration
	for _, m := range files {
		if ok && m.Number == number {
			hits = append(hits, m)
		}
	}
	if len(hits) != 1 {
		return Migration{}, ""
	}
	return hits[0], "number"
}

// nameFor is what the file of an entry would be called here, or "" where that would be no name.
func nameFor(d Directory, f ForeignRecord) string {
	for _, name := range []string{f.Name, f.Stem + ".js"} {
		if isScript(name) && d.Matches(name) == nil {
			return name
		}
	}
	return ""
}

func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// batchesOf numbers the blocks of the other tool in their order, behind the runs that are registered here.
func batchesOf(foreign []ForeignRecord, records []Record) map[int64]int {
	blocks := make([]int64, 0, len(foreign))
	for _, f := range foreign {
		if f.Block != 0 {
			blocks = append(blocks, f.Block)
		}
	}
	slices.Sort(blocks)
	batches, next := map[int64]int{}, nextBatch(records)
	for i, block := range slices.Compact(blocks) {
		batches[block] = next + i
	}
	return batches
}

// noteHashes remarks on files that are not what the other tool has run.
func (r *Runner) noteHashes(plan []ImportedRecord) error {
	for i, item := range plan {
		if item.foreign.Hash == "" || item.Action != ImportTaken {
			continue
		}
		code, err := os.ReadFile(item.file.Path)
		if err != nil {
			return fault.Wrap(fault.Usage, err, "", "read %s", item.Name)
		}
		if hash(code) != item.foreign.Hash {
			plan[i].Reason = "its file is not the one that was executed"
		}
	}
	return nil
}

// importOne registers an entry.
func (r *Runner) importOne(ctx context.Context, lease Lease, tool string, item ImportedRecord, held map[string]Record) error {
	note := fmt.Sprintf("imported from %s (%s)", tool, item.From)
	was := held[item.Name]
	record := Record{
		Name: item.Name, Number: item.file.Number, State: item.State, Direction: Up, StartedAt: item.foreign.At, FinishedAt: item.foreign.At,
		Batch: item.Batch, By: r.By, Log: []string{note}, Foreign: was.Foreign,
	}
	if item.State == Failed {
		record.Error = &Failure{Name: "Error", Message: "it did not end well under " + tool}
	}
	if item.Action == ImportMissing {
		m, err := r.Directory.named(item.Name)
		if err != nil {
			return err
		}
		record.Number = m.Number
	} else {
		bundle, err := r.bundleOf(ctx, item.file)
		if err != nil {
			return err
		}
		if err := record.keep(bundle); err != nil {
			return err
		}
	}
	event := r.event(record, Imported)
	event.Note = note
	err := r.setByHand(ctx, lease, was, record, event)
	if theirs := held[item.From]; err == nil && theirs.Foreign && item.From != item.Name {
		// In this registry (migopy's is the same collection) the tool's own name is registered by ours from now on.
		gone := theirs.rolledBack()
		gone.Generation, gone.Start = lease.Generation(), newStart()
		err = r.Registry.Take(ctx, theirs, gone)
	}
	return fault.Wrap(0, err, "", "register %s", item.Name)
}
