// Package runtime is the runner: what happens when migrations run. It discovers the files, plans, executes, rolls back
// and records, and decides what is refused.
//
// It knows neither JavaScript nor MongoDB. What it needs of them it names as interfaces in ports.go: Scripts (made by
// package bindings), Registry, History and Locker (made by package store). Package cmd puts them together.
package runtime
