package cmd_test

import (
	"fmt"
	"os"
	goruntime "runtime"
	"slices"
	"strconv"
	"testing"
	"time"
)

// BenchmarkWatch is the wait from a save to its result, the debounce included: a migration of one line that is rolled
// back and executed again. The baseline is what a developer does without it: the two commands, in this process. The
// median of the runs is given beside the mean.
func BenchmarkWatch(b *testing.B) {
	b.Run("save to result", func(b *testing.B) {
		w := watchProject(b, files{one: version("0")})
		w.cycle()
		medianOf(b, func(i int) {
			w.write(one, version(strconv.Itoa(i+1)))
			w.cycle()
		})
	})
	b.Run("baseline: rollback and execute", func(b *testing.B) {
		dir := benchProject(b, version("0"))
		run(b, dir, "execute", "--quiet")
		medianOf(b, func(int) {
			run(b, dir, "rollback", "1", "--quiet")
			run(b, dir, "execute", "--quiet")
		})
	})
}

// medianOf measures f by itself, besides what the benchmark does.
func medianOf(b *testing.B, f func(i int)) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		f(len(took))
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
}

// TestWatchHoldsNoMemory drives cycles at full speed and compares goroutines and live memory after the first tenth with
// those at the end. MIGRATOR_TEST_CYCLES sets how many: an hour's worth is 2000.
func TestWatchHoldsNoMemory(t *testing.T) {
	cycles := 100
	if text := os.Getenv("MIGRATOR_TEST_CYCLES"); text != "" {
		var err error
		if cycles, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	} else {
		t.Parallel()
	}
	w := watchProject(t, files{one: version("0")})
	w.cycle()
	var goroutines int
	var memory uint64
	for i := range cycles {
		w.write(one, version(strconv.Itoa(i+1)))
		w.cycle()
		w.seen = nil // the test's own memory
		if i == cycles/20+10 {
			goroutines, memory = goruntime.NumGoroutine(), live()
		}
	}
	w.same(w.values("one"), strconv.Itoa(cycles))
	grown, more := int64(live())-int64(memory), goruntime.NumGoroutine()-goroutines
	t.Logf("%d cycles: %+d goroutines, %+d KiB of live memory", cycles, more, grown>>10)
	if os.Getenv("MIGRATOR_TEST_CYCLES") == "" {
		return // beside other tests, neither can be told apart from theirs
	}
	if more > 5 || grown > 8<<20 {
		t.Errorf("%d cycles: %d goroutines more, %d bytes more", cycles, more, grown)
	}
	if events := len(w.documents("migrations_history")); events != 1+2*cycles {
		t.Error(fmt.Errorf("the history holds %d events", events))
	}
}

// live is the memory that is in use after a collection, in bytes.
func live() uint64 {
	goruntime.GC()
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return m.HeapAlloc
}
