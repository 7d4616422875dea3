package runtime

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
)

// files makes migrations of names like "3_c.js".
func files(names ...string) []Migration {
	var all []Migration
	for _, name := range names {
		number, _ := NumberOf(name[:strings.Index(name, "_")])
		all = append(all, Migration{Name: name, Number: number, Path: "/p/mongomigrations/" + name})
	}
	return known(all, nil)
}

func record(name string, state State) Record {
	number, _ := NumberOf(name[:strings.Index(name, "_")])
	r := Record{Name: name, Number: number, State: state, StartedAt: time.Unix(1000+number, 0), Batch: 1}
	if state == Failed {
		r.Error = &Failure{Name: "Error", Message: "thrown"} // without, it would be the record of a run that died and was claimed
	}
	return r
}

// undone is the record of a failure of which nothing stays.
func undone(name string) Record {
	r := record(name, Failed)
	r.Direction, r.Aborted = Up, true
	return r
}

func to(n int64) *int64 { return &n }

func TestPlanExecute(t *testing.T) {
	t.Parallel()
	abc := files("1_a.js", "2_b.js", "3_c.js")
	tests := []struct {
		name    string
		records []Record
		options ExecuteOptions
		want    []string
		code    fault.Code
		message string // a part of it
	}{
		{name: "all that is pending, in order", want: []string{"1_a.js", "2_b.js", "3_c.js"}},
		{name: "what is registered is left alone", records: []Record{record("1_a.js", Executed), record("2_b.js", Ignored)}, want: []string{"3_c.js"}},
		{name: "nothing is left", records: []Record{record("1_a.js", Executed), record("2_b.js", Executed), record("3_c.js", Executed)}, want: []string{}},
		{name: "up to a number", options: ExecuteOptions{To: to(2)}, want: []string{"1_a.js", "2_b.js"}},
		{name: "the named ones, in order, once", options: ExecuteOptions{Targets: []string{"3", "1_a.js", "003"}}, want: []string{"1_a.js", "3_c.js"}},
		{name: "a path names its file", options: ExecuteOptions{Targets: []string{"mongomigrations/2_b.js"}}, want: []string{"2_b.js"}},
		{name: "a path to another place names nothing", options: ExecuteOptions{Targets: []string{"/nowhere/2_b.js"}}, code: fault.Usage, message: "there is no migration /nowhere/2_b.js"},
		{name: "names and a number exclude each other", options: ExecuteOptions{Targets: []string{"1"}, To: to(1)}, code: fault.Usage, message: "exclude each other"},
		{name: "a state that is not known stops everything", records: []Record{record("1_a.js", "banana")}, code: fault.Usage, message: "banana"},
		{name: "an unknown file", options: ExecuteOptions{Targets: []string{"2_c.js"}}, code: fault.Usage, message: "there is no migration 2_c.js"},
		{name: "a file that is executed already", records: []Record{record("1_a.js", Executed)}, options: ExecuteOptions{Targets: []string{"1"}}, code: fault.Usage, message: "1_a.js is executed already"},
		{name: "a failure stops everything", records: []Record{record("1_a.js", Failed)}, code: fault.Usage, message: "1_a.js failed"},
		{name: "a failure stops what is named too", records: []Record{record("1_a.js", Failed)}, options: ExecuteOptions{Targets: []string{"3"}}, code: fault.Usage, message: "1_a.js failed"},
		{name: "a failure is told even when nothing is pending", records: []Record{record("1_a.js", Executed), record("2_b.js", Executed), record("3_c.js", Failed)}, code: fault.Usage, message: "3_c.js failed"},
		{name: "a run that died stops everything", records: []Record{record("2_b.js", Executing)}, code: fault.Usage, message: "2_b.js has been left executing"},
		{name: "force runs what is executed", records: []Record{record("1_a.js", Executed)}, options: ExecuteOptions{Force: true, Targets: []string{"1"}}, want: []string{"1_a.js"}},
		{name: "force runs what failed", records: []Record{record("1_a.js", Failed)}, options: ExecuteOptions{Force: true, Targets: []string{"1"}}, want: []string{"1_a.js"}},
		{name: "force runs what a run that died left", records: []Record{record("1_a.js", Executing)}, options: ExecuteOptions{Force: true, Targets: []string{"1"}}, want: []string{"1_a.js"}},
		{name: "force does not go past another failure", records: []Record{record("1_a.js", Failed)}, options: ExecuteOptions{Force: true, Targets: []string{"2"}}, code: fault.Usage, message: "1_a.js failed"},
		{name: "what was aborted runs again", records: []Record{undone("1_a.js"), record("2_b.js", Executed)}, options: ExecuteOptions{AllowOutOfOrder: true}, want: []string{"1_a.js", "3_c.js"}},
		{name: "what was aborted runs by name", records: []Record{undone("3_c.js")}, options: ExecuteOptions{Targets: []string{"3"}}, want: []string{"3_c.js"}},
		{name: "what was aborted stops nothing else", records: []Record{undone("3_c.js")}, options: ExecuteOptions{Targets: []string{"1"}}, want: []string{"1_a.js"}},
		{name: "force wants one file", options: ExecuteOptions{Force: true}, code: fault.Usage, message: "--force runs one migration"},
		{name: "below the highest executed is out of order", records: []Record{record("2_b.js", Executed)}, code: fault.Usage, message: "1_a.js is pending with a number below 2"},
		{name: "out of order is allowed by its flag", records: []Record{record("2_b.js", Executed)}, options: ExecuteOptions{AllowOutOfOrder: true}, want: []string{"1_a.js", "3_c.js"}},
		{name: "out of order is allowed by name", records: []Record{record("2_b.js", Executed)}, options: ExecuteOptions{Targets: []string{"1"}}, want: []string{"1_a.js"}},
		{name: "below an ignored one is in order", records: []Record{record("2_b.js", Ignored)}, want: []string{"1_a.js", "3_c.js"}},
		{name: "a document of migopy's counts as executed", records: []Record{{Name: "1_a.js", Number: 1, State: Executed, Foreign: true}}, want: []string{"2_b.js", "3_c.js"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			plan, err := planExecute(abc, test.records, test.options)
			checkPlan(t, namesOf(plan), err, test.want, test.code, test.message)
		})
	}
}

// checkPlan compares a plan, or the refusal of one.
func checkPlan(t *testing.T, got []string, err error, want []string, code fault.Code, message string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Fatalf("code %d (%v), want %d", fault.CodeOf(err), err, code)
	}
	if code != fault.OK {
		if !strings.Contains(err.Error(), message) || fault.HintOf(err) == "" {
			t.Errorf("%q (hint %q) does not say %q", err, fault.HintOf(err), message)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPlanRollback(t *testing.T) {
	t.Parallel()
	abc := files("1_a.js", "2_b.js", "3_c.js")
	all := []Record{record("1_a.js", Executed), record("2_b.js", Executed), record("3_c.js", Executed)}
	late := record("1_a.js", Executed)
	late.Batch = 2
	earlierInBatch := record("3_c.js", Executed)
	earlierInBatch.StartedAt = time.Unix(1, 0)
	tests := []struct {
		name    string
		records []Record
		options RollbackOptions
		want    []string
		code    fault.Code
		message string
	}{
		{name: "the last", records: all, options: RollbackOptions{Last: 1}, want: []string{"3_c.js"}},
		{name: "the last two, the last first", records: all, options: RollbackOptions{Last: 2}, want: []string{"3_c.js", "2_b.js"}},
		{name: "more than there are", records: all, options: RollbackOptions{Last: 9}, want: []string{"3_c.js", "2_b.js", "1_a.js"}},
		{name: "down to a number, which is kept", records: all, options: RollbackOptions{To: to(1)}, want: []string{"3_c.js", "2_b.js"}},
		{name: "down to nothing", records: all, options: RollbackOptions{To: to(0)}, want: []string{"3_c.js", "2_b.js", "1_a.js"}},
		{name: "everything", records: all, options: RollbackOptions{All: true}, want: []string{"3_c.js", "2_b.js", "1_a.js"}},
		{name: "the last executed is not the highest number", records: []Record{late, all[1], all[2]}, options: RollbackOptions{Last: 1}, want: []string{"1_a.js"}},
		{name: "within a batch the time decides", records: []Record{all[0], all[1], earlierInBatch}, options: RollbackOptions{Last: 1}, want: []string{"2_b.js"}},
		{name: "what was ignored was not run, and is left", records: []Record{all[0], record("2_b.js", Ignored)}, options: RollbackOptions{All: true}, want: []string{"1_a.js"}},
		{name: "what was ignored can be named", records: []Record{record("2_b.js", Ignored)}, options: RollbackOptions{Targets: []string{"2"}}, want: []string{"2_b.js"}},
		{name: "what failed can be named", records: []Record{record("2_b.js", Failed)}, options: RollbackOptions{Targets: []string{"2"}}, want: []string{"2_b.js"}},
		{name: "a document of migopy's is the oldest", records: []Record{{Name: "3_c.js", Number: 3, State: Executed, Foreign: true}, all[0]}, options: RollbackOptions{Last: 1}, want: []string{"1_a.js"}},
		{name: "several are undone in reverse order", records: all, options: RollbackOptions{Targets: []string{"1", "3"}}, want: []string{"3_c.js", "1_a.js"}},
		{name: "nothing is executed", options: RollbackOptions{Last: 1}, want: []string{}},
		{name: "what is pending cannot be rolled back", options: RollbackOptions{Targets: []string{"1_a.js"}}, code: fault.Usage, message: "1_a.js is not registered"},
		{name: "an unknown name", records: all, options: RollbackOptions{Targets: []string{"4_d.js"}}, code: fault.Usage, message: "there is no migration 4_d.js"},
		{name: "a number that no migration has", records: all, options: RollbackOptions{To: to(7)}, code: fault.Usage, message: "no migration has the number 7"},
		{name: "a failure is resolved first", records: []Record{all[0], record("2_b.js", Failed)}, options: RollbackOptions{Last: 1}, code: fault.Usage, message: "2_b.js failed"},
		{name: "a run that died is resolved first", records: []Record{record("2_b.js", RollingBack)}, options: RollbackOptions{Targets: []string{"2"}}, code: fault.Usage, message: "left rolling back"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			plan, err := planRollback(abc, test.records, test.options)
			got := []string{}
			for _, r := range plan {
				got = append(got, r.Name)
			}
			checkPlan(t, got, err, test.want, test.code, test.message)
		})
	}
}

func TestFindNamesTheNearest(t *testing.T) {
	t.Parallel()
	_, err := find(files("1_seed_users.js", "2_add_index.js"), "2_add_indx.js")
	if hint := fault.HintOf(err); !strings.Contains(hint, "did you mean 2_add_index.js") {
		t.Error(hint)
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	log := &tail{}
	for i := range tailLines + 5 {
		log.add(strings.Repeat("ä", i))
	}
	log.add(strings.Repeat("ä", tailWidth))
	lines := log.lines()
	if len(lines) != tailLines {
		t.Errorf("%d lines are kept, want %d", len(lines), tailLines)
	}
	if lines[0] != strings.Repeat("ä", 6) {
		t.Errorf("the first line kept has %d bytes", len(lines[0]))
	}
	if last := lines[len(lines)-1]; len(last) > tailWidth+len("…") || !strings.HasSuffix(last, "ä…") {
		t.Errorf("a long line is cut to %d bytes", len(last))
	}
}
