package runtime

import (
	"fmt"
	"strings"

	"migrator/runtime/fault"
)

// planExecute chooses what execute runs, in order. It refuses what would go past a failure, would run something twice, or
// would run something out of order that nobody asked for by name.
func planExecute(files []Migration, records []Record, o ExecuteOptions) ([]Migration, error) {
	if err := refuseNamesAndNumber(o.Targets, o.To); err != nil {
		return nil, err
	}
	if o.Force {
		return planForced(files, records, o.Targets)
	}
	if len(o.Targets) > 0 {
		return planNamed(files, records, o.Targets)
	}
	if err := refuseBlocked(records); err != nil {
		return nil, err
	}
	pending := pendingOf(files, records, o.To)
	if o.AllowOutOfOrder {
		return pending, nil
	}
	return pending, refuseOutOfOrder(pending, records)
}

func planForced(files []Migration, records []Record, targets []string) ([]Migration, error) {
	if len(targets) != 1 {
		return nil, fault.New(fault.Usage, "name the file: `migrator execute --force 003_x.js`", "--force runs one migration, and %d are named", len(targets))
	}
	m, err := findFile(files, records, targets[0])
	if err != nil {
		return nil, err
	}
	return []Migration{m}, refuseOthersBlocked(records, m.Name)
}

func planNamed(files []Migration, records []Record, targets []string) ([]Migration, error) {
	chosen, err := unregistered(files, records, targets, func(record Record) error {
		if record.Blocks() {
			return blockedError(record)
		}
		return alreadyError(record, fmt.Sprintf("to run it all the same, type `migrator execute --force %s`", record.Name))
	})
	if err == nil {
		err = refuseBlocked(records)
	}
	if err != nil {
		return nil, err
	}
	return chosen, nil
}

// unregistered resolves targets whose files are pending, or as good as pending, in the order in which they run, each once. For one that is
// registered the error is refuse's.
func unregistered(files []Migration, records []Record, targets []string, refuse func(Record) error) ([]Migration, error) {
	byName := recordsByName(records)
	var chosen []Migration
	for _, target := range targets {
		m, err := findFile(files, records, target)
		if err != nil {
			return nil, err
		}
		if record, registered := byName[m.Name]; registered && !record.Undone() {
			return nil, refuse(record)
		}
		chosen = append(chosen, m)
	}
	return known(dedupe(chosen), nil), nil
}

func alreadyError(record Record, hint string) error {
	return fault.WithFields(fault.New(fault.Usage, hint, "%s is %s already", record.Name, record.State.Words()),
		map[string]any{"migration": record.Name, "state": record.State})
}

// refuseNamesAndNumber fails for the two ways to choose at once.
func refuseNamesAndNumber(targets []string, to *int64) error {
	if len(targets) > 0 && to != nil {
		return fault.New(fault.Usage, "choose one", "names and --to exclude each other")
	}
	return nil
}

// findFile resolves a target that has to have its file.
func findFile(files []Migration, records []Record, target string) (Migration, error) {
	m, err := find(known(files, records), target)
	if err != nil {
		return Migration{}, err
	}
	if m.Path == "" {
		return Migration{}, fault.WithFields(fault.New(fault.Usage, "put the file back, then try again", "the file of %s is gone", m.Name), map[string]any{"migration": m.Name})
	}
	return m, nil
}

// dedupe keeps the first of each name.
func dedupe(chosen []Migration) []Migration {
	seen := map[string]bool{}
	var once []Migration
	for _, m := range chosen {
		if !seen[m.Name] {
			seen[m.Name] = true
			once = append(once, m)
		}
	}
	return once
}

// pendingOf lists the files that are not registered, or as good as not, up to a number where to is not nil.
func pendingOf(files []Migration, records []Record, to *int64) []Migration {
	byName := recordsByName(records)
	var pending []Migration
	for _, m := range files {
		if record, registered := byName[m.Name]; (!registered || record.Undone()) && (to == nil || m.Number <= *to) {
			pending = append(pending, m)
		}
	}
	return pending
}

// highestExecuted is the largest number that has been executed, or is part of a baseline, or -1. A baseline that was
// registered half (the highest first) so keeps the rest of it from being run.
func highestExecuted(records []Record) int64 {
	highest := int64(-1)
	for _, record := range records {
		if record.State == Executed || record.Baseline {
			highest = max(highest, record.Number)
		}
	}
	return highest
}

func refuseOutOfOrder(pending []Migration, records []Record) error {
	highest := highestExecuted(records)
	var late []string
	for _, m := range pending {
		if m.Number < highest {
			late = append(late, m.Name)
		}
	}
	if len(late) == 0 {
		return nil
	}
	verb := "is"
	if len(late) > 1 {
		verb = "are"
	}
	return fault.WithFields(fault.New(fault.Usage,
		fmt.Sprintf("to run it out of order, name it (`migrator execute %s`) or add --allow-out-of-order; else give it a number above %d", late[0], highest),
		"%s %s pending with a number below %d, which is registered already", strings.Join(late, ", "), verb, highest),
		map[string]any{"migrations": late, "highest_executed": highest})
}

// refuseUnknownNumber fails for a --to that names no migration: a typing mistake would run too much or too little.
func refuseUnknownNumber(all []Migration, to *int64) error {
	if to == nil || *to == 0 {
		return nil
	}
	for _, m := range all {
		if m.Number == *to {
			return nil
		}
	}
	return fault.New(fault.Usage, "type `migrator status` for a list", "no migration has the number %d", *to)
}
