package bindings

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dop251/goja"

	"migrator/runtime"
	"migrator/runtime/script"
)

// EvalResult is the value of evaluated code.
type EvalResult struct {
	EJSON     string // relaxed, in one line
	Shown     string // as a shell prints it
	Undefined bool   // there is no value to show
	Report    runtime.Report
}

// Eval runs code with the global db, as in a shell: the result is the value of its last statement, awaited if it is a
// promise, and the documents where it is a cursor. The code may have lines of a shell (`use NAME`), may end itself by
// quit(code), and finds call.Args as global variables. The result's Report is filled also when err is not nil.
func (e *Engine) Eval(ctx context.Context, call runtime.Call, name, code string) (EvalResult, error) {
	vm, err := e.host.Blank(ctx, script.OpenOptions{Print: call.Print, Ask: call.Ask, Progress: call.Progress,
		Setup: func(vm *script.VM) (any, error) {
			return e.setUp(vm, call)
		}})
	if err != nil {
		return EvalResult{}, err
	}
	s := scopeOf(vm)
	defer s.close()
	s.shell = true
	if err := s.defineVariables(call.Args); err != nil {
		return EvalResult{}, err
	}

	result, err := s.eval(ctx, name, withoutShellLines(name, code))
	if ended, ending := afterQuit(err); ended {
		result, err = EvalResult{Undefined: true}, ending
	}
	result.Report = s.report(err)
	return result, describe(err, result.Report, false)
}

func (s *scope) eval(ctx context.Context, name, code string) (result EvalResult, err error) {
	value, err := s.vm.Eval(ctx, name, code)
	if err != nil {
		return EvalResult{}, err
	}
	err = s.vm.Inspect(ctx, "the value", func() error {
		result, err = s.result(value)
		return err
	})
	return result, err
}

// result shows a value, in JSON too where it is data.
func (s *scope) result(value goja.Value) (EvalResult, error) {
	switch n := s.native(value).(type) {
	case *cursorObject:
		value = n.toArray()
	case nil:
	default:
		return shownOnly(s.show(value))
	}
	if value == nil || goja.IsUndefined(value) {
		return EvalResult{Undefined: true}, nil
	}
	shown := s.realm.Show(value)
	text, err := s.realm.EJSON(value, false)
	if err != nil {
		return shownOnly(shown)
	}
	return EvalResult{EJSON: text, Shown: shown}, nil
}

// shownOnly is the result for a value that is not data (a collection, a function, an object in a circle): as JSON it
// is the text that is shown for it.
func shownOnly(text string) (EvalResult, error) {
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false) // it is for a terminal
	if err := encoder.Encode(text); err != nil {
		return EvalResult{}, fmt.Errorf("show the value: %w", err)
	}
	return EvalResult{EJSON: strings.TrimSuffix(quoted.String(), "\n"), Shown: text}, nil
}
