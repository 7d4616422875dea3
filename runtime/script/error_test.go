package script_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"migrator/runtime"
	"migrator/runtime/fault"
)

func TestDetailShowsTraceAndSource(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, archive string }{
		{"frames in two files", `
-- main.ts --
import { split } from './lib/names'

export async function up(): Promise<void> {
  await null
  ;[{ n: 1 }].forEach(user => split(user))
}
-- lib/names.js --
exports.split = user => {
	const parts = user.name.split(' ')
}
-- want --
TypeError: Cannot read property 'split' of undefined or null
    at lib/names.js:2:21
    at main.ts:5:31
    at up (main.ts:5:15)

  1 | exports.split = user => {
> 2 | 	const parts = user.name.split(' ')
    | 	                   ^
  3 | }
`}, {"a cause", `
-- main.js --
exports.up = function up() {
  try { null.x } catch (cause) { throw new Error('outer', {cause}) }
}
-- want --
Error: outer
    at up (main.js:2:40)
caused by TypeError: Cannot read property 'x' of undefined or null

  1 | exports.up = function up() {
> 2 |   try { null.x } catch (cause) { throw new Error('outer', {cause}) }
    |                                        ^
  3 | }
`}, {"a syntax error on the last line", `
-- main.js --
// one
let x =
-- want --
SyntaxError: Unexpected end of file
    at main.js:3:1

  2 | let x =
> 3 |
    | ^
`}, {"a recursion, cut short", `
-- main.js --
const f = () => f()
exports.up = f
-- want --
RangeError: Maximum call stack size exceeded
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    at f (main.js:1:17)
    … 1989 more

> 1 | const f = () => f()
    |                 ^
  2 | exports.up = f
`}, {"a module that there is not", `
-- main.js --
import http from 'http'
export const up = () => http
-- want --
imports "http": scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file
    at main.js:1:1

> 1 | import http from 'http'
    | ^
  2 | export const up = () => http
`}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, c.archive)
			want := ""
			for _, f := range txtar.Parse([]byte(c.archive)).Files {
				if f.Name == "want" {
					want = strings.TrimSuffix(string(f.Data), "\n")
				}
			}
			if diff := cmp.Diff(want, fault.DetailOf(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnExcerptOfALongLineShowsItsPart(t *testing.T) {
	t.Parallel()
	_, err := run(t, "-- main.js --\nexports.up = () => { const s = '"+strings.Repeat("x", 1000)+"'; s.y.z }")
	_, shown, _ := strings.Cut(fault.DetailOf(err), "\n\n")
	excerpt := strings.Split(shown, "\n")
	column := strings.IndexByte(excerpt[1], '^')
	if len(excerpt[0]) > 130 || column < 0 || excerpt[0][column:column+1] != "z" {
		t.Errorf("the excerpt is\n%s", shown)
	}
}

func TestAnErrorIsAFailureForTheRegistry(t *testing.T) {
	t.Parallel()
	_, err := run(t, "-- main.js --\nexports.up = () => { throw new TypeError('boom') }")
	var failed runtime.FailureOf
	if !errors.As(err, &failed) {
		t.Fatalf("it is a %T", err)
	}
	got := failed.Failure()
	got.Stack, _, _ = strings.Cut(got.Stack, "\n\n")
	want := runtime.Failure{
		Name: "TypeError", Message: "boom", Place: fault.Place{File: "main.js", Line: 1, Column: 28},
		Stack: "TypeError: boom\n    at main.js:1:28",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAFailureHintsAtWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ main, want string }{
		"a package that there is not":  {"require('lodash')", "npm install lodash, if it is written in JavaScript alone"},
		"what looks like an alias":     {"require('@lib/names')", "npm install @lib/names, if it is written in JavaScript alone; if it is an alias of tsconfig.json, write the path, as in ./lib/names"},
		"a module that there is not":   {"require('http')", "available are files of the project (./lib/x.js, ./data.json), packages of its node_modules, greeter and, of Node.js, assert, buffer, console, crypto, events, fs, module, os, path, perf_hooks, process, querystring, stream, string_decoder, timers, tty, url, util"},
		"a rejection that is not seen": {"exports.up = () => { Promise.reject(1) }", "a promise was rejected that nothing awaits: write await before the call that returned it"},
		"an interval":                  {"exports.up = () => { setInterval(() => {}, 1) }", "end it with clearInterval"},
		"a missing file":               {"require('./x')", "the path is relative to main.js"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, "-- main.js --\n"+c.main)
			if diff := cmp.Diff(c.want, fault.HintOf(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
