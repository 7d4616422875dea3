package cmd_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// rule is one of the rules by which the lock and the records are written, and what takes it out of the code.
type rule struct {
	name string // as in the model that explores them
	file string // from the module's root
	from string // a text that stands there once
	to   string
	more string // is added to the file
	test string // the test, in the package of the file or of in, that must fail then
	in   string
}

func rules() []rule {
	return []rule{
		{name: "acked", file: "runtime/execution.go", test: "TestRuleAcked",
			from: "	if err == nil {\n		return nil\n	}\n	return fault.Then(fmt.Errorf(\"record that %s begins",
			to:   "	if err == nil || true {\n		return nil\n	}\n	return fault.Then(fmt.Errorf(\"record that %s begins"},
		{name: "check", file: "runtime/execution.go", test: "TestRuleCheck",
			from: "call.Check, call.Journal = e.lease.Valid,", to: "call.Check, call.Journal = func() error { return nil },"},
		{name: "lower", file: "runtime/change.go", test: "TestRuleLower",
			from: "if highest := v.generation(); highest > lease.Generation() {", to: "if highest := int64(0); highest > lease.Generation() {"},
		{name: "stop", file: "runtime/plan.go", test: "TestRuleStop",
			from: "	if err := refuseBlocked(records); err != nil {\n		return nil, err\n	}\n	pending :=", to: "	pending :="},
		{name: "claim", file: "runtime/claim.go", test: "TestRuleClaim",
			from: "if !was.State.InFlight() && (", to: "if was.State.InFlight() || ("},
		{name: "again", file: "runtime/claim.go", test: "TestRuleAgain",
			from: "|| was.Generation == lease.Generation()) {", to: "|| true) {"},
		{name: "unanswered", file: "runtime/execution.go", test: "TestAnUnansweredWriteFailsTheRun",
			from: "failure = unanswered(report)", to: "failure = nil"},
		{name: "wait", file: "runtime/claim.go", test: "TestARollbackWaitsToo",
			from: "if left <= 0 ||", to: "if left <= 24*time.Hour ||"},

		{name: "unique", file: "store/lockdoc.go", test: "TestOfTwoThatSawTheLockFreeOneTakesIt",
			from: "return highest.is(next), nil", to: "return highest.is(next) || true, nil"},
		{name: "lease", file: "store/sight.go", test: "TestLockIsTakenOverAfterItsLease",
			from: "s.ranOut() && w.still >= l.watched", to: "false"},
		{name: "lease, which has to be watched", file: "store/sight.go", test: "TestAClockThatIsSetTakesNoLock",
			from: "s.ranOut() && w.still >= l.watched", to: "s.ranOut()"},
		{name: "clock", file: "store/lease.go", test: "TestARunThatSleptThroughItsLeaseHasLostIt",
			from: "if h.left() > 0 {", to: "if h.left() > -24*time.Hour {"},
		{name: "revoke", file: "store/unlock.go", test: "TestUnlockByForceWaitsForTheEndOfTheLease",
			from: "case !u.Force:", to: "case u.Force:\n\t\t\treturn holder, held, l.free(ctx, s)\n\t\tcase !u.Force:"},
		{name: "release", file: "store/lockdoc.go", test: "TestALateReleaseFreesNobodyElsesLock",
			from: "_, err := l.collection.UpdateOne(ctx, d.isOwn(), bson.D{{Key: \"$set\", Value: bson.D{{Key: \"released\", Value: true}}}})",
			to:   "_, err := l.collection.UpdateMany(ctx, bson.D{}, bson.D{{Key: \"$set\", Value: bson.D{{Key: \"released\", Value: true}}}})"},
		{name: "begin", file: "store/registry.go", test: "TestABeginningThatArrivesTwiceFindsTheRunClaimed",
			from: "send := r.replace(asRead(was), next)", to: "send := r.replace(asRead(was)[:1], next)"},
		{name: "generation", file: "store/registry.go", test: "TestALateEndFindsTheRunClaimed",
			from: "r.replace(asRead(begun), next)", to: "r.replace(asRead(begun)[:1], next)"},
		{name: "start", file: "store/registry.go", test: "TestAnEndThatArrivesTwiceFindsTheNextBeginning",
			from: "r.replace(asRead(begun), next)", to: "r.replace(bson.D{asRead(begun)[0], asRead(begun)[2]}, next)"},
		{name: "tombstone", file: "store/registry.go", test: "TestABeginningThatArrivesTwiceFindsWhatWasRolledBack",
			from: "send := r.replace(asRead(was), next)", to: "send := r.replaceOrForget(asRead(was), next)",
			more: "\nfunc (r *registry) replaceOrForget(filter bson.D, next runtime.Record) func(context.Context) (bool, error) {\n" +
				"\tif next.State != runtime.Pending {\n\t\treturn r.replace(filter, next)\n\t}\n" +
				"\treturn func(ctx context.Context) (bool, error) {\n\t\t_, err := r.collection.DeleteOne(ctx, filter)\n\t\treturn true, err\n\t}\n}\n"},
		{name: "resolve", file: "store/registry.go", test: "TestALateResolutionFindsTheRunClaimedAgain",
			from: "send := r.replace(asRead(was), next)", to: "send := r.replace(asRead(was)[:1], next)"},
	}
}

// TestRulesAreNeeded takes each rule out of the code in turn and runs its test, which has to fail: a test that passes
// without the rule would not notice that somebody had taken it out.
func TestRulesAreNeeded(t *testing.T) {
	if !full() {
		t.Skip("builds packages anew: MIGRATOR_TEST_FAULTS=full runs it")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			code, err := os.ReadFile(filepath.Join(root, r.file))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(code), r.from); n != 1 {
				t.Fatalf("%s holds %d times the text that stands for the rule: %s", r.file, n, r.from)
			}
			without := filepath.Join(t.TempDir(), filepath.Base(r.file))
			if err := os.WriteFile(without, []byte(strings.Replace(string(code), r.from, r.to, 1)+r.more), 0o644); err != nil {
				t.Fatal(err)
			}
			overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, r.file): without}})
			if err != nil {
				t.Fatal(err)
			}
			list := filepath.Join(t.TempDir(), "overlay.json")
			if err := os.WriteFile(list, overlay, 0o644); err != nil {
				t.Fatal(err)
			}
			in := r.in
			if in == "" {
				in = filepath.Dir(r.file)
			}
			test := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=60s", "-overlay", list, "./"+in, "-run", "^"+r.test+"$")
			test.Dir = root
			out, err := test.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: "+r.test) {
				t.Errorf("%s passes without the rule, or did not run:\n%s", r.test, out)
			}
		})
	}
}
