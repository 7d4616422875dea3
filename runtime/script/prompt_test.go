package script_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime"
	"migrator/runtime/script"
)

// interview evaluates code whose questions are all answered with one text, if they take it. It returns what was printed
// and the questions.
func interview(t *testing.T, answer, code string) (string, []runtime.Question, error) {
	t.Helper()
	var out output
	var asked []runtime.Question
	vm, err := script.NewHost(script.Options{Root: t.TempDir()}).Blank(t.Context(), script.OpenOptions{
		Print: out.print,
		Ask: func(_ context.Context, q runtime.Question) (string, error) {
			asked = append(asked, q)
			return answer, q.Check(answer)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	_, err = vm.Eval(t.Context(), "eval", code)
	return out.String(), asked, err
}

func TestAnswersHaveTheTypeAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, answer, want, fails string }{
		"text by default":               {code: "prompt('a')", answer: "12", want: "string 12"},
		"a whole number":                {code: "prompt('a', {type: 'int'})", answer: "-12", want: "number -12"},
		"no fraction for a whole one":   {code: "prompt('a', {type: 'int'})", answer: "1.5", fails: "it must be a whole number"},
		"none that would be rounded":    {code: "prompt('a', {type: 'int'})", answer: "9007199254740994", fails: "it must be a whole number"},
		"a number":                      {code: "prompt('a', {type: 'number'})", answer: "1.5", want: "number 1.5"},
		"no word for a number":          {code: "prompt('a', {type: 'number'})", answer: "NaN", fails: "it must be a number"},
		"yes":                           {code: "prompt('a', {type: 'boolean'})", answer: "Yes", want: "boolean true"},
		"no":                            {code: "prompt('a', {type: 'boolean'})", answer: "0", want: "boolean false"},
		"nothing between yes and no":    {code: "prompt('a', {type: 'boolean'})", answer: "maybe", fails: "it must be yes or no"},
		"a choice":                      {code: "prompt('a', {choices: ['x', 'y']})", answer: "y", want: "string y"},
		"a choice keeps its type":       {code: "prompt('a', {choices: [1, 2]})", answer: "2", want: "number 2"},
		"nothing beside the choices":    {code: "prompt('a', {choices: ['x', 'y']})", answer: "z", fails: "it must be one of x, y"},
		"confirm is true for a yes":     {code: "confirm('a')", answer: "y", want: "boolean true"},
		"confirm is false for a no":     {code: "confirm('a')", answer: "n", want: "boolean false"},
		"an unknown type":               {code: "prompt('a', {type: 'integer'})", fails: `prompt: unknown type "integer"; there are boolean, int, number, password, string`},
		"an unknown option":             {code: "prompt('a', {choice: []})", fails: "prompt: unknown option choice; there are type, default, choices, name"},
		"no choice":                     {code: "prompt('a', {choices: []})", fails: "the choices must be an array that is not empty"},
		"a default of the wrong type":   {code: "prompt('a', {type: 'int', default: 'x'})", fails: "the default is x: it must be a whole number"},
		"no text":                       {code: "prompt()", fails: "the question must be a text"},
		"a text that gives no name":     {code: "prompt('??')", fails: "it needs the option name"},
		"a name that no flag can have":  {code: "prompt('a', {name: 'a=b'})", fails: "the name must be a word"},
		"options that are no object":    {code: "prompt('a', 'int')", fails: "the options must be an object"},
		"an option that is not confirm": {code: "confirm('a', {type: 'int'})", fails: "confirm: unknown option type; there are name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			printed, _, err := interview(t, c.answer, "const v = "+c.code+"; print(typeof v, v)")
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("want %q, got %v", c.fails, err)
				}
				return
			}
			if err != nil || printed != c.want {
				t.Errorf("want %q, got %q (%v)", c.want, printed, err)
			}
		})
	}
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	_, asked, err := interview(t, "yes", `
		prompt('What is  the Größe?', {default: 'x', type: 'password'})
		prompt('a', {name: 'own-name', choices: ['yes', 'no']})
		confirm('Drop old fields?')`)
	if err != nil {
		t.Fatal(err)
	}
	for i := range asked {
		asked[i].Check = nil
	}
	want := []runtime.Question{
		{Text: "What is  the Größe?", Name: "what_is_the_größe", Secret: true, Default: "x", HasDefault: true},
		{Text: "a", Name: "own-name", Choices: []string{"yes", "no"}},
		{Text: "Drop old fields?", Name: "drop_old_fields", YesNo: true},
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARefusedQuestionKeepsItsCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("nobody is there")
	host := script.NewHost(script.Options{Root: t.TempDir()})
	for _, ask := range []runtime.Asker{nil, func(context.Context, runtime.Question) (string, error) { return "", cause }} {
		vm, err := host.Blank(t.Context(), script.OpenOptions{Ask: ask})
		if err != nil {
			t.Fatal(err)
		}
		_, err = vm.Eval(t.Context(), "eval", "prompt('a')")
		if err == nil || ask != nil && !errors.Is(err, cause) {
			t.Errorf("got %v", err)
		}
		vm.Close()
	}
}

func TestACancelledQuestionCannotBeCaught(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("the person has left")
	var out output
	vm, err := script.NewHost(script.Options{Root: t.TempDir()}).Blank(ctx, script.OpenOptions{
		Print: out.print,
		Ask: func(ctx context.Context, _ runtime.Question) (string, error) {
			cancel(gone)
			<-ctx.Done()
			return "", context.Cause(ctx)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	_, err = vm.Eval(ctx, "eval", "try { prompt('a') } catch { print('caught') }")
	if !errors.Is(err, gone) || out.String() != "" {
		t.Errorf("got %v, printed %q", err, out.String())
	}
}

// meter writes down what it was told.
type meter struct {
	said  *[]string
	ended bool
}

func (m *meter) say(text string) { *m.said = append(*m.said, text) }

func (m *meter) Update(n int64) { m.say(fmt.Sprint(n)) }
func (m *meter) Done() {
	if !m.ended {
		m.ended = true
		m.say("done")
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"counts and sets":                     {"const p = progress(10, 'x'); p.tick(); p.tick(4); p.update(2); p.tick(); p.done()", "10 x 1 5 2 3 done"},
		"ends with the script":                {"progress(3).tick()", "3  1 done"},
		"needs no total":                      {"progress(undefined, 'y').tick()", "0 y 1 done"},
		"can be passed on":                    {"const {tick} = progress(1); tick()", "1  1 done"},
		"refuses a total below 0":             {"try { progress(-1) } catch (e) { progress(0, e.message) }", "0 progress: the total must be a number from 0 on, not -1 done"},
		"refuses an amount that is no number": {"try { progress(1).tick('x') } catch (e) { progress(0, e.message) }", "1  0 tick: the amount must be a number from 0 on, not x done done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said []string
			vm, err := script.NewHost(script.Options{Root: t.TempDir()}).Blank(t.Context(), script.OpenOptions{
				Progress: func(total int64, label string) runtime.Progress {
					said = append(said, fmt.Sprint(total), label)
					return &meter{said: &said}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := vm.Eval(t.Context(), "eval", c.code); err != nil {
				t.Fatal(err)
			}
			vm.Close()
			if got := strings.Join(said, " "); got != c.want {
				t.Errorf("want %q, got %q", c.want, got)
			}
		})
	}
}
