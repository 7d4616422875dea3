package runtime

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
)

func TestPlanRedo(t *testing.T) {
	t.Parallel()
	abc := files("1_a.js", "2_b.js", "3_c.js")
	all := []Record{record("1_a.js", Executed), record("2_b.js", Executed), record("3_c.js", Executed)}
	second := record("3_c.js", Executed)
	second.Batch = 2
	ignoredLater := record("2_b.js", Ignored)
	ignoredLater.Batch = 3
	type choice struct {
		Name  string
		Batch int
		Later []string
	}
	tests := []struct {
		name    string
		records []Record
		target  string
		want    choice
		code    fault.Code
		message string
	}{
		{name: "the last one, in its run", records: all, want: choice{Name: "3_c.js", Batch: 1}},
		{name: "a named one, with those that were executed after it", records: all, target: "1", want: choice{Name: "1_a.js", Batch: 1, Later: []string{"2_b.js", "3_c.js"}}},
		{name: "one of an earlier run begins a run of its own", records: []Record{all[0], second}, target: "1", want: choice{Name: "1_a.js", Batch: 3, Later: []string{"3_c.js"}}},
		{name: "a run of ignore is no run of execute", records: []Record{all[0], ignoredLater}, want: choice{Name: "1_a.js", Batch: 1}},
		{name: "another tool's belongs to no run", records: []Record{{Name: "1_a.js", Number: 1, State: Executed, Foreign: true}}, want: choice{Name: "1_a.js", Batch: 1}},
		{name: "one that failed, by its name", records: []Record{all[0], record("2_b.js", Failed)}, target: "2", want: choice{Name: "2_b.js", Batch: 1}},
		{name: "nothing is executed", records: []Record{record("1_a.js", Ignored)}},
		{name: "a failure is resolved first", records: []Record{all[0], record("2_b.js", Failed)}, code: fault.Usage, message: "2_b.js failed"},
		{name: "a failure of another too", records: []Record{all[0], record("2_b.js", Failed)}, target: "1", code: fault.Usage, message: "2_b.js failed"},
		{name: "one in flight", records: []Record{record("2_b.js", Executing)}, target: "2", code: fault.Usage, message: "2_b.js has been left executing"},
		{name: "one that is pending", target: "1", code: fault.Usage, message: "1_a.js is pending"},
		{name: "one that is ignored", records: []Record{record("1_a.js", Ignored)}, target: "1", code: fault.Usage, message: "1_a.js was registered without being run"},
		{name: "one whose file is gone", records: []Record{record("4_d.js", Executed)}, code: fault.Usage, message: "the file of 4_d.js is gone"},
		{name: "one that is not known", records: all, target: "9", code: fault.Usage, message: "there is no migration 9"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			plan, err := planRedo(abc, test.records, test.target)
			checkPlan(t, nil, err, nil, test.code, test.message)
			if got := (choice{plan.file.Name, plan.batch, plan.later}); err == nil {
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestPlanRollbackOfTheLastRun(t *testing.T) {
	t.Parallel()
	abc := files("1_a.js", "2_b.js", "3_c.js")
	b, c := record("2_b.js", Executed), record("3_c.js", Executed)
	b.Batch, c.Batch = 2, 2
	later := record("3_c.js", Ignored)
	later.Batch = 3
	tests := []struct {
		name    string
		records []Record
		want    []string
	}{
		{"the whole of it, the last first", []Record{record("1_a.js", Executed), b, c}, []string{"3_c.js", "2_b.js"}},
		{"what was ignored since is no run", []Record{record("1_a.js", Executed), b, later}, []string{"2_b.js"}},
		{"another tool's records are of none", []Record{{Name: "1_a.js", Number: 1, State: Executed, Foreign: true, StartedAt: time.Unix(1, 0)}}, []string{}},
		{"nothing is executed", nil, []string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			plan, err := planRollback(abc, test.records, RollbackOptions{Batch: true})
			got := []string{}
			for _, r := range plan {
				got = append(got, r.Name)
			}
			checkPlan(t, got, err, test.want, fault.OK, "")
		})
	}
}
