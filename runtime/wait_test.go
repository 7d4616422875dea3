package runtime

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
)

func TestRemaining(t *testing.T) {
	t.Parallel()
	abc := files("1_a.js", "2_b.js", "3_c.js")
	tests := []struct {
		name    string
		files   []Migration
		records []Record
		to      *int64
		running bool
		want    []string
		failed  string
		left    string
	}{
		{name: "all that is pending", files: abc, records: []Record{record("1_a.js", Executed)}, want: []string{"2_b.js", "3_c.js"}},
		{name: "nothing, where all is executed or ignored", files: abc, records: []Record{record("1_a.js", Executed), record("2_b.js", Ignored), record("3_c.js", Executed)}},
		{name: "what is pending up to a number", files: abc, to: to(2), want: []string{"1_a.js", "2_b.js"}},
		{name: "what failed above a number does not matter", files: abc, records: []Record{record("1_a.js", Executed), record("2_b.js", Failed)}, to: to(1)},
		{name: "what failed below a number does", files: abc, records: []Record{record("1_a.js", Failed), record("2_b.js", Executed)}, to: to(2), want: []string{"1_a.js"}, failed: "1_a.js"},
		{name: "without files, a number that is not registered", to: to(12), want: []string{"number 12"}},
		{name: "without files, a number that is", records: []Record{record("12_x.js", Executed)}, to: to(12)},
		{name: "without files, one that is in flight below the number", records: []Record{record("11_w.js", Executing), record("12_x.js", Executed)}, to: to(12), running: true, want: []string{"11_w.js"}},
		{name: "a run that died", files: abc[:1], records: []Record{record("1_a.js", Executing)}, want: []string{"1_a.js"}, left: "1_a.js"},
		{name: "a run that goes on", files: abc[:1], records: []Record{record("1_a.js", RollingBack)}, running: true, want: []string{"1_a.js"}},
		{name: "a state that is not known", files: abc[:1], records: []Record{record("1_a.js", "banana")}, want: []string{"1_a.js"}, failed: "1_a.js"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := remaining(known(test.files, test.records), test.records, test.to, test.running)
			if diff := cmp.Diff(test.want, got.Names); diff != "" {
				t.Error(diff)
			}
			if name(got.Failed) != test.failed || name(got.Left) != test.left {
				t.Errorf("failed %q, left %q", name(got.Failed), name(got.Left))
			}
		})
	}
}

func name(r *Record) string {
	if r == nil {
		return ""
	}
	return r.Name
}

func TestWait(t *testing.T) {
	t.Parallel()
	down := fault.New(fault.Unreachable, "", "no server")
	died := record("1_a.js", Executing)
	failed := record("1_a.js", Failed)
	pending, inFlight := Remaining{Names: []string{"1_a.js"}}, Remaining{Names: []string{"1_a.js"}, Left: &died}
	type glance struct {
		remaining Remaining
		err       error
	}
	tests := []struct {
		name    string
		glances []glance // the last is repeated
		timeout time.Duration
		code    fault.Code
		message string
		looks   int
		told    []string
	}{
		{name: "it ends when nothing remains", glances: []glance{{pending, nil}, {pending, nil}, {}}, looks: 3, told: []string{"waiting for 1_a.js"}},
		{name: "a server that is not there is waited for", glances: []glance{{err: down}, {err: down}, {pending, nil}, {}}, looks: 4,
			told: []string{"waiting for the database: no server", "waiting for 1_a.js"}},
		{name: "another error ends it", glances: []glance{{err: fault.New(fault.Usage, "", "no such number")}}, code: fault.Usage, message: "no such number", looks: 1},
		{name: "a failure ends it", glances: []glance{{pending, nil}, {Remaining{Names: []string{"1_a.js"}, Failed: &failed}, nil}}, code: fault.Check, message: "1_a.js failed", looks: 2,
			told: []string{"waiting for 1_a.js"}},
		{name: "a run that died ends it", glances: []glance{{inFlight, nil}}, code: fault.Check, message: "1_a.js has been left executing", looks: 2, told: []string{"waiting for 1_a.js"}},
		{name: "a run that had ended just then does not", glances: []glance{{inFlight, nil}, {}}, looks: 2, told: []string{"waiting for 1_a.js"}},
		{name: "the time is over", glances: []glance{{pending, nil}}, timeout: 2500 * time.Millisecond, code: fault.Check, message: "waited 2.5s, and still to come: 1_a.js", looks: 3,
			told: []string{"waiting for 1_a.js"}},
		{name: "the time is over without a server", glances: []glance{{pending, nil}, {err: down}}, timeout: 1500 * time.Millisecond, code: fault.Unreachable, message: "waited 1.5s for the database: no server", looks: 2,
			told: []string{"waiting for 1_a.js", "waiting for the database: no server"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				looks, told := 0, []string(nil)
				o := WaitOptions{
					Timeout: test.timeout, Notice: func(text string) { told = append(told, text) },
					Again: func(err error) bool { return fault.CodeOf(err) == fault.Unreachable },
				}
				err := Wait(t.Context(), o, func(context.Context) (Remaining, error) {
					g := test.glances[min(looks, len(test.glances)-1)]
					looks++
					return g.remaining, g.err
				})
				if fault.CodeOf(err) != test.code || err != nil && !strings.Contains(err.Error(), test.message) {
					t.Errorf("code %d: %v", fault.CodeOf(err), err)
				}
				if looks != test.looks {
					t.Errorf("it looked %d times, want %d", looks, test.looks)
				}
				if diff := cmp.Diff(test.told, told); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestWaitEndsWithASignal(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	signal := fault.New(fault.Interrupted, "", "stopped by a signal")
	err := Wait(ctx, WaitOptions{Timeout: time.Hour, Notice: func(string) {}}, func(ctx context.Context) (Remaining, error) {
		cancel(signal)
		return Remaining{}, ctx.Err()
	})
	if !errors.Is(err, signal) || fault.CodeOf(err) != fault.Interrupted {
		t.Error(err)
	}
}
