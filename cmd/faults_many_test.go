package cmd_test

import (
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestManyRunners starts many runners at once. Every migration runs exactly once, however many there are.
func TestManyRunners(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	client := s.client()
	runners, rounds := 8, 2
	if full() {
		runners, rounds = 20, 10
	}
	const migrations = 4
	files := map[string]string{}
	for i := range migrations {
		files[fmt.Sprintf("%03d_m.js", i+1)] = fmt.Sprintf(
			"export function up(db) { db.runs.insertOne({m: %d}); db.runs.countDocuments() }", i+1,
		)
	}
	for round := range rounds {
		waiting := round%2 == 0
		p := newProject(t, s, client, files)
		var all []*process
		for range runners {
			r := p.command(s.addr, "execute")
			if waiting {
				r = p.command(s.addr, "execute", "--wait-lock", "1m")
			}
			all = append(all, r.start())
		}
		done := 0
		for _, r := range all {
			code := r.wait()
			switch {
			case code == 0:
				done++
			case code == 5 && !waiting && strings.Contains(r.text(), "another runner holds the lock"):
			default:
				t.Errorf("a runner ended with %d:\n%s", code, r.text())
			}
		}
		if done == 0 {
			t.Error("none got the lock")
		}
		if !waiting {
			p.must(0, "execute", "--wait-lock", "1m") // perhaps the one that had the lock had looked too soon
		}
		p.must(0, "status", "--check")
		for i := range migrations {
			n, err := p.db.Collection("runs").CountDocuments(t.Context(), bson.D{{Key: "m", Value: i + 1}})
			name := fmt.Sprintf("%03d_m.js", i+1)
			if n != 1 || err != nil || p.ended(name, "up") != 1 {
				t.Errorf("%s was run %d times, and is recorded %d times (%v)", name, n, p.ended(name, "up"), err)
			}
		}
		if p.locked() {
			t.Error("the lock is held when all have ended")
		}
	}
}
