package runtime

import (
	"fmt"
	"strings"

	"migrator/runtime/fault"
)

// planExecute chooses what execute runs, in order. It refuses what would go past a failure, would run something twice, or
// would run something out of order that nobody asked for by name.
func planExecute(files []Migration, records []Record, o ExecuteOptions) ([]Migration, error) {
	if len(o.Targets) > 0 && o.To != nil {
		return nil, fault.New(fault.Usage, "choose one", "names and --to exclude each other")
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
	return []Migration{m}, nil
}

func planNamed(files []Migration, records []Record, targets []string) ([]Migration, error) {
	byName := recordsByName(records)
	var chosen []Migration
	for _, target := range targets {
		m, err := findFile(files, records, target)
		if err != nil {
			return nil, err
		}
		record, registered := byName[m.Name]
		if registered && record.State.Blocks() {
			return nil, blockedError(record)
		}
		if registered {
			return nil, fault.WithFields(fault.New(fault.Usage,
				fmt.Sprintf("to run it all the same, type `migrator execute --force %s`", m.Name),
				"%s is %s already", m.Name, record.State), map[string]any{"migration": m.Name, "state": record.State})
		}
		chosen = append(chosen, m)
	}
	if err := refuseBlocked(records); err != nil {
		return nil, err
	}
	return inOrder(chosen), nil
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

// inOrder sorts the migrations as they run and drops repetitions.
func inOrder(chosen []Migration) []Migration {
	return known(dedupe(chosen), nil)
}

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

// pendingOf lists the files that are not registered, up to a number where to is not nil.
func pendingOf(files []Migration, records []Record, to *int64) []Migration {
	byName := recordsByName(records)
	var pending []Migration
	for _, m := range files {
		if _, registered := byName[m.Name]; !registered && (to == nil || m.Number <= *to) {
			pending = append(pending, m)
		}
	}
	return pending
}

// highestExecuted is the largest number that has been executed, or -1.
func highestExecuted(records []Record) int64 {
	highest := int64(-1)
	for _, record := range records {
		if record.State == Executed {
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
		"%s %s pending with a number below %d, which is executed already", strings.Join(late, ", "), verb, highest),
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
