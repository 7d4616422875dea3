package runtime

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"sort"
)

// watchPlan is what a cycle of Watch has to do.
type watchPlan struct {
	// blocked are the migrations that failed or were left in flight, the last first.
	blocked []Record
	// undo is what is rolled back, the last executed first, because of what has changed.
	undo []Record
	// run is what is executed, in order: what is pending, and what was undone.
	run []Migration
	// again is true if nothing has changed, and the last migration is undone only to run again.
	again bool
	// notices say what is not done, and why.
	notices []string
}

func (p watchPlan) empty() bool { return len(p.blocked)+len(p.undo)+len(p.run) == 0 }

// planWatch compares the files with the registry. Nothing is undone whose file is gone, since it could not be executed
// again: that is told, and left to the user. again lets the last migration count as changed where nothing else
// is to be done.
func planWatch(files []Migration, records []Record, noRollback, again bool) (watchPlan, error) {
	var p watchPlan
	byFile, byName := map[string]Migration{}, recordsByName(records)
	for _, m := range files {
		byFile[m.Name] = m
	}
	var executed, gone []Record
	changed := map[string]bool{}
	for _, record := range byName {
		m, there := byFile[record.Name]
		switch {
		case record.Blocks():
			p.blocked = append(p.blocked, record)
		case record.State == Ignored && there:
			differs, err := drifted(m, record)
			if err != nil {
				return p, err
			}
			if differs {
				p.notices = append(p.notices, fmt.Sprintf("%s has changed, and is ignored here: it is not run (`migrator rollback %s` makes it pending)", m.Name, m.Name))
			}
		case record.State != Executed:
		case !there:
			gone = append(gone, record)
		default:
			executed = append(executed, record)
			differs, err := drifted(m, record)
			if err != nil {
				return p, err
			}
			changed[record.Name] = differs
		}
	}
	lastFirst(p.blocked)
	lastFirst(executed)
	pending, err := p.withoutRenamed(pendingOf(files, records, nil), gone)
	if err != nil {
		return p, err
	}
	if noRollback {
		p.run = pending
		p.keep(executed, changed)
		return p, nil
	}
	p.undo = toUndo(executed, changed, pending)
	if again && len(p.blocked)+len(p.undo)+len(pending) == 0 && len(executed) > 0 {
		p.undo, p.again = executed[:1], true
	}
	for _, record := range p.undo {
		pending = append(pending, byFile[record.Name])
	}
	p.run = known(pending, nil)
	return p, nil
}

// toUndo are the records to roll back, the last first: the first one that has changed, or that a pending one should have
// run before, and everything that was executed after it.
func toUndo(executed []Record, changed map[string]bool, pending []Migration) []Record {
	last := -1
	for i, record := range executed {
		late := slices.ContainsFunc(pending, func(m Migration) bool { return m.Number < record.Number })
		if changed[record.Name] || late {
			last = i
		}
	}
	return executed[:last+1]
}

// withoutRenamed leaves out the pending files that have the text of a migration whose file is gone, and says what is
// gone.
func (p *watchPlan) withoutRenamed(pending []Migration, gone []Record) ([]Migration, error) {
	sort.Slice(gone, func(i, j int) bool { return gone[i].Name < gone[j].Name })
	for _, record := range gone {
		if record.Foreign {
			continue
		}
		twin := -1
		for i, m := range pending {
			differs, err := drifted(m, record)
			if err != nil {
				return nil, err
			}
			if !differs {
				twin = i
			}
		}
		if twin < 0 {
			p.notices = append(p.notices, fmt.Sprintf("the file of %s is gone; it stays executed (`migrator rollback %s` undoes it)", record.Name, record.Name))
			continue
		}
		p.notices = append(p.notices, fmt.Sprintf("%s looks like %s under another name, which is executed: it is not run "+
			"(rename it back, or type `migrator rollback %s` first)", pending[twin].Name, record.Name, record.Name))
		pending = slices.Delete(pending, twin, twin+1)
	}
	return pending, nil
}

// keep says what has changed where nothing is rolled back.
func (p *watchPlan) keep(executed []Record, changed map[string]bool) {
	for _, record := range executed {
		if changed[record.Name] {
			p.notices = append(p.notices, fmt.Sprintf("%s has changed since it was executed, and is not run again (--no-rollback)", record.Name))
		}
	}
}

// pathsOf are the files of a migration where they are now, absolute; files are as a Bundle names them. Those of packages
// are left out.
func pathsOf(m Migration, files []string) []string {
	if m.Path == "" {
		return nil
	}
	paths := []string{m.Path}
	for _, file := range files[min(1, len(files)):] {
		if !IsPackaged(file) {
			paths = append(paths, filepath.Join(filepath.Dir(m.Path), filepath.FromSlash(relativeTo(path.Dir(files[0]), file))))
		}
	}
	return paths
}

func sortedSet(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
