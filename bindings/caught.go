package bindings

import (
	"errors"

	"github.com/dop251/goja"

	"migrator/bindings/funnel"
	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// keptCatches is how many places in a script a report names.
const keptCatches = 20

// catches remembers the errors that were thrown into the script. Those that did not end the run were caught. There is
// one entry for each place, so that a loop that catches without end fills one:
//
//	for (const d of list) try { db.a.insertOne(d) } catch { skipped++ }
type catches struct {
	list []*runtime.Caught
}

// add counts an error; nil where there are too many places already.
func (c *catches) add(name, message, operation string, at fault.Place) *runtime.Caught {
	for _, known := range c.list {
		if known.Name == name && known.Operation == operation && known.Place == at {
			known.Times++
			return known
		}
	}
	if len(c.list) == keptCatches {
		return nil
	}
	added := &runtime.Caught{
		Name: name, Message: funnel.OneLine(message), Operation: operation,
		Place: at, Times: 1,
	}
	c.list = append(c.list, added)
	return added
}

// report lists what was caught in a run that ended with end, which may be nil.
func (c *catches) report(end error) []runtime.Caught {
	forgive(end)
	var list []runtime.Caught
	for _, caught := range c.list {
		if caught.Times > 0 {
			list = append(list, *caught)
		}
	}
	return list
}

// thrown is the Go error behind an error object that was thrown into the script.
type thrown struct {
	err    error
	caught *runtime.Caught // where it is counted; nil where it is not
}

func (t *thrown) Error() string { return t.err.Error() }
func (t *thrown) Unwrap() error { return t.err }

// forgive takes an error out of the count: it ended the run, or was dealt with by trying again.
func forgive(err error) {
	var t *thrown
	if errors.As(err, &t) && t.caught != nil {
		t.caught.Times--
		t.caught = nil
	}
}

// raise throws an error object with err behind it. It does not return.
func (s *scope) raise(object *goja.Object, operation string, err error) {
	at := s.vm.Where()
	caught := s.caught.add(object.Get("name").String(), object.Get("message").String(), operation, at)
	script.SetCause(object, &thrown{err: err, caught: caught})
	panic(object)
}

// refuse throws a TypeError for a call that makes no sense. It does not return.
func (s *scope) refuse(operation, message string) {
	s.raise(s.rt.NewTypeError("%s", message), operation, errors.New(message))
}

// misspelt throws a TypeError for a method that there is not. It does not return.
func (s *scope) misspelt(operation, message string) {
	s.raise(s.rt.NewTypeError("%s", message), operation, &script.Misspelt{Message: message})
}

// forgiveError(error) is forgive for boot.js.
func (s *scope) forgiveError(call goja.FunctionCall) goja.Value {
	forgive(s.vm.Cause(call.Argument(0)))
	return goja.Undefined()
}
