package bindings

import (
	"context"

	"github.com/dop251/goja"

	"migrator/bindings/funnel"
)

// explainable are the methods of collection.explain().
func explainable() []string {
	return []string{
		"find", "aggregate", "distinct", "count", "countDocuments", "update", "updateOne", "updateMany", "replaceOne",
		"remove", "deleteOne", "deleteMany", "findOneAndUpdate", "findOneAndReplace", "findOneAndDelete",
		"findAndModify",
	}
}

// explain(verbosity) returns an object whose methods are those of the collection: they do nothing, and return how the
// server would do it.
func (c *collection) explain(a *args) goja.Value {
	verbosity := a.verbosity(0)
	object := c.s.rt.NewObject()
	for _, name := range explainable() {
		run := c.s.engine.tables.collection[name]
		c.s.set(object, name, func(call goja.FunctionCall) goja.Value {
			inner := &args{s: c.s, target: a.target, method: name, list: call.Arguments}
			return c.s.explained(a, c.s.captured(func() goja.Value { return run(c, inner) }), verbosity)
		})
	}
	return object
}

// captured is the operation that run would carry out. A Doer that carries nothing out stands in the place of the funnel
// meanwhile.
func (s *scope) captured(run func() goja.Value) (op *funnel.Operation) {
	before := s.funnel
	defer func() { s.funnel = before }()
	s.funnel = funnel.DoerFunc(func(_ context.Context, asked *funnel.Operation) (*funnel.Result, error) {
		op = asked
		return &funnel.Result{}, nil
	})
	if cursor, ok := s.native(run()).(*cursorObject); ok {
		return cursor.op
	}
	return op
}

// explain asks the server how it would carry out the operation.
func (c *cursorObject) explain(a *args) goja.Value { return c.s.explained(a, c.op, a.verbosity(0)) }

func (a *args) verbosity(i int) string {
	switch v := a.at(i).Export().(type) {
	case string:
		return v
	case bool:
		if v {
			return "allPlansExecution"
		}
	}
	return "queryPlanner"
}

func (s *scope) explained(a *args, op *funnel.Operation, verbosity string) goja.Value {
	asked := *op
	asked.Method, asked.Target = a.method, a.target
	asked.Request = &funnel.Explain{Request: op.Request, Verbosity: verbosity}
	return s.documentOrNull(s.do(&asked).Document)
}
