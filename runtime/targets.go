package runtime

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"migrator/runtime/fault"
)

// find resolves what was typed, a file name, a path to it or a number, among the known migrations. None is an error with
// code fault.Usage that names the nearest.
func find(known []Migration, target string) (Migration, error) {
	name := filepath.Base(target)
	number, isNumber := NumberOf(target)
	var hits []Migration
	for _, m := range known {
		if m.Name == name && leadsTo(target, m) || isNumber && m.Number == number {
			hits = append(hits, m)
		}
	}
	switch len(hits) {
	case 1:
		return hits[0], nil
	case 0:
		return Migration{}, fault.WithFields(fault.New(fault.Usage, nearest(known, name), "there is no migration %s", target), map[string]any{"migration": target})
	default:
		return Migration{}, fault.New(fault.Usage, "type the whole name", "%s stands for %s and %s", target, hits[0].Name, hits[1].Name)
	}
}

// leadsTo reports whether a path that was typed, as seen from wherever, may be that of the migration.
func leadsTo(target string, m Migration) bool {
	target = strings.TrimLeft(filepath.ToSlash(filepath.Clean(target)), "./")
	path := strings.TrimLeft(filepath.ToSlash(m.Path), "/")
	return m.Path == "" || path == target || strings.HasSuffix(path, "/"+target)
}

// nearest is a hint that names the known migration which was probably meant.
func nearest(known []Migration, name string) string {
	var names []string
	for _, m := range known {
		names = append(names, m.Name)
	}
	if near := fault.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %s? `migrator status` lists them all", near)
	}
	return "type `migrator status` for a list"
}

// findAll resolves several targets, each once, in the order given.
func findAll(known []Migration, targets []string) ([]Migration, error) {
	var found []Migration
	for _, target := range targets {
		m, err := find(known, target)
		if err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return dedupe(found), nil
}

// known joins the files with the records whose file is gone, in the order of their numbers.
func known(files []Migration, records []Record) []Migration {
	all := append([]Migration(nil), files...)
	have := map[string]bool{}
	for _, m := range files {
		have[m.Name] = true
	}
	for _, record := range records {
		if !have[record.Name] {
			have[record.Name] = true
			all = append(all, Migration{Name: record.Name, Number: record.Number})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return before(all[i], all[j]) })
	return all
}
