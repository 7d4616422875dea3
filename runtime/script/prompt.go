package script

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dop251/goja"

	"migrator/runtime"
)

// jsPrompt is prompt(text, {type, default, choices, name}): the answer of whoever runs the script, in the type asked
// for.
func (vm *VM) jsPrompt(call goja.FunctionCall) goja.Value {
	q, read := vm.question("prompt", call, "type", "default", "choices", "name")
	answer := vm.asked("prompt", q)
	v, err := read(answer)
	if err != nil {
		vm.Throw(fmt.Errorf("prompt(%q): %w", q.Text, err))
	}
	return v
}

// jsConfirm is confirm(text, {name}): true for a yes.
func (vm *VM) jsConfirm(call goja.FunctionCall) goja.Value {
	q, _ := vm.question("confirm", call, "name")
	q.YesNo = true
	q.Check = func(answer string) error { _, err := yesOrNo(answer); return err }
	yes, err := yesOrNo(vm.asked("confirm", q))
	if err != nil {
		vm.Throw(fmt.Errorf("confirm(%q): %w", q.Text, err))
	}
	return vm.rt.ToValue(yes)
}

// asked puts a question, and throws where there is no answer.
func (vm *VM) asked(function string, q runtime.Question) string {
	if vm.talk.ask == nil {
		vm.Throw(fmt.Errorf("%s(%q): nobody can be asked here", function, q.Text))
	}
	answer, err := vm.talk.ask(vm.ctx, q)
	if err != nil {
		if vm.ctx.Err() != nil {
			vm.Interrupt(err)
		}
		vm.Throw(fmt.Errorf("%s(%q): %w", function, q.Text, err))
	}
	return answer
}

// reading makes an answer into the value that the script gets.
type reading func(answer string) (goja.Value, error)

// question reads the arguments of a call. The options are those of these names.
func (vm *VM) question(function string, call goja.FunctionCall, names ...string) (runtime.Question, reading) {
	fail := func(format string, args ...any) {
		panic(vm.rt.NewTypeError("%s: %s", function, fmt.Sprintf(format, args...)))
	}
	if !goja.IsString(call.Argument(0)) || strings.TrimSpace(call.Argument(0).String()) == "" {
		fail("the question must be a text")
	}
	q := runtime.Question{Text: call.Argument(0).String()}
	q.Name = slug(q.Text)
	o := map[string]goja.Value{}
	if given(call.Argument(1)) {
		object, ok := call.Argument(1).(*goja.Object)
		if !ok {
			fail("the options must be an object")
		}
		for _, name := range object.Keys() {
			if !slices.Contains(names, name) {
				fail("unknown option %s; there are %s", name, strings.Join(names, ", "))
			}
			if v := object.Get(name); given(v) {
				o[name] = v
			}
		}
	}
	if name, ok := o["name"]; ok {
		if q.Name = name.String(); slug(q.Name) == "" || strings.ContainsAny(q.Name, "= \t\n") {
			fail("the name must be a word, not %q", q.Name)
		}
	}
	if q.Name == "" {
		fail("it needs the option name, since none can be made of its text")
	}
	read, err := vm.reading(&q, o["type"], o["choices"])
	if err != nil {
		fail("%v", err)
	}
	q.Check = func(answer string) error { _, err := read(answer); return err }
	if v, ok := o["default"]; ok {
		q.Default, q.HasDefault = v.String(), true
		if err := q.Check(q.Default); err != nil {
			fail("the default is %s: %v", q.Default, err)
		}
	}
	return q, read
}

func given(v goja.Value) bool { return v != nil && !goja.IsUndefined(v) && !goja.IsNull(v) }

// reading is how answers are read: as one of the choices, or by the type.
func (vm *VM) reading(q *runtime.Question, kind, choices goja.Value) (reading, error) {
	read := reading(func(answer string) (goja.Value, error) { return vm.rt.ToValue(answer), nil })
	if kind != nil {
		name := kind.String()
		read = vm.readings()[name]
		if read == nil {
			return nil, fmt.Errorf("unknown type %q; there are %s", name,
				strings.Join(slices.Sorted(maps.Keys(vm.readings())), ", "))
		}
		q.Secret = name == "password"
	}
	if choices == nil {
		return read, nil
	}
	var list []goja.Value
	if object, ok := choices.(*goja.Object); !ok || object.ClassName() != "Array" ||
		vm.rt.ExportTo(choices, &list) != nil || len(list) == 0 {
		return nil, errors.New("the choices must be an array that is not empty")
	}
	for _, choice := range list {
		q.Choices = append(q.Choices, choice.String())
	}
	return func(answer string) (goja.Value, error) {
		if i := slices.Index(q.Choices, answer); i >= 0 {
			return list[i], nil
		}
		return nil, fmt.Errorf("it must be one of %s", strings.Join(q.Choices, ", "))
	}, nil
}

// readings are the types of answers.
func (vm *VM) readings() map[string]reading {
	text := func(answer string) (goja.Value, error) { return vm.rt.ToValue(answer), nil }
	return map[string]reading{
		"string": text, "password": text,
		"int": func(answer string) (goja.Value, error) {
			const exact = 1 << 53 // beyond it a number would be rounded
			n, err := strconv.ParseInt(answer, 10, 64)
			if err != nil || n > exact || n < -exact {
				return nil, errors.New("it must be a whole number")
			}
			return vm.rt.ToValue(n), nil
		},
		"number": func(answer string) (goja.Value, error) {
			n, err := strconv.ParseFloat(answer, 64)
			if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
				return nil, errors.New("it must be a number")
			}
			return vm.rt.ToValue(n), nil
		},
		"boolean": func(answer string) (goja.Value, error) {
			yes, err := yesOrNo(answer)
			return vm.rt.ToValue(yes), err
		},
	}
}

func yesOrNo(answer string) (bool, error) {
	switch strings.ToLower(answer) {
	case "y", "yes", "true", "1":
		return true, nil
	case "n", "no", "false", "0":
		return false, nil
	}
	return false, errors.New("it must be yes or no")
}

// slug makes a name of a question: "Batch size?" is batch_size.
func slug(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, "_")
}
