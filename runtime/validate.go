package runtime

import (
	"context"
	"errors"
	"path"
	"path/filepath"

	"migrator/runtime/fault"
)

// FindingKind names what is wrong with a migration.
type FindingKind string

const (
	// BadName is a script whose name does not match the pattern, or whose number is out of range.
	BadName FindingKind = "name"
	// DuplicateNumber is a file with the number of another.
	DuplicateNumber FindingKind = "number"
	// BadSyntax is a file that cannot be compiled, or one that it imports.
	BadSyntax FindingKind = "syntax"
	// BadTopLevel is a file whose top level throws, or uses the database.
	BadTopLevel FindingKind = "top_level"
	// Unasked is a file whose top level asks a question that nobody answers here, so that it was not looked at.
	Unasked FindingKind = "unasked"
	// BadExports is a file without up, without a way back, or with a declaration of a wrong type.
	BadExports FindingKind = "exports"
	// TooLarge is a file that is too large to be kept in the registry, with what it imports.
	TooLarge FindingKind = "size"
	// Drift is a file that has changed since it was executed.
	Drift FindingKind = "drift"
	// MissingFile is a migration that is registered and whose file is gone.
	MissingFile FindingKind = "missing"
	// OutOfOrder is a pending file below a number that is executed.
	OutOfOrder FindingKind = "out_of_order"
	// HasFailed is a migration that failed, or whose state is not known.
	HasFailed FindingKind = "failed"
	// IsInFlight is a migration that is running, or was left by a run that died.
	IsInFlight FindingKind = "in_flight"
)

// Severity reports whether a finding fails a validation.
type Severity string

const (
	// SeverityError fails it.
	SeverityError Severity = "error"
	// SeverityWarning does not.
	SeverityWarning Severity = "warning"
)

// Finding is one thing that is wrong with a migration.
type Finding struct {
	Migration string      `json:"migration"`
	Kind      FindingKind `json:"kind"`
	Message   string      `json:"message"`
	Hint      string      `json:"hint,omitempty"`
	// Place has its file as the user sees it.
	fault.Place
	Severity Severity `json:"severity"`
}

// Validation is all that is wrong, by migration.
type Validation struct {
	Migrations int // that were looked at
	Findings   []Finding
}

// Count is how many findings have a severity.
func (v Validation) Count(s Severity) int {
	n := 0
	for _, f := range v.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Check fails with code fault.Check when something is wrong. Warnings do not fail.
func (v Validation) Check() error {
	wrong, warnings := v.Count(SeverityError), v.Count(SeverityWarning)
	if wrong == 0 {
		return nil
	}
	return fault.WithFields(fault.New(fault.Check, "", "%s, %s", Count(wrong, "error"), Count(warnings, "warning")),
		map[string]any{"errors": wrong, "warnings": warnings})
}

// ValidateFiles looks at the files alone. It needs neither a registry nor a database.
func (r *Runner) ValidateFiles(ctx context.Context) (Validation, error) {
	files, v, err := r.scanned()
	if err != nil {
		return Validation{}, err
	}
	for _, m := range files {
		v.add(r.fileFindings(ctx, m)...)
		if ctx.Err() != nil {
			return v, context.Cause(ctx)
		}
	}
	return v, nil
}

// Validate looks at the files and at where the registry says that they stand. It writes nothing. That a migration is
// pending is no finding.
func (r *Runner) Validate(ctx context.Context) (Validation, error) {
	files, v, err := r.scanned()
	if err != nil {
		return Validation{}, err
	}
	records, err := r.records(ctx)
	if err != nil {
		return v, err
	}
	status, err := r.statusOf(ctx, files, records)
	if err != nil {
		return v, err
	}
	for _, e := range status.Migrations {
		if e.Path != "" {
			v.add(e.lenient(r.fileFindings(ctx, e.Migration))...)
		}
		v.add(r.registryFindings(e, status, records)...)
		if ctx.Err() != nil {
			return v, context.Cause(ctx)
		}
	}
	v.Migrations = len(status.Migrations)
	return v, nil
}

// scanned begins a validation with what is wrong with names.
func (r *Runner) scanned() ([]Migration, Validation, error) {
	files, wrong, err := r.Directory.scan()
	v := Validation{Migrations: len(files), Findings: []Finding{}}
	for _, w := range wrong {
		v.add(r.finding(Migration{Name: w.name}, w.kind, w.err))
	}
	return files, v, err
}

func (v *Validation) add(found ...Finding) { v.Findings = append(v.Findings, found...) }

// lenient makes warnings of what is wrong with a file that has been ignored: it need not even compile.
func (e Entry) lenient(found []Finding) []Finding {
	if e.State == Ignored {
		for i := range found {
			found[i].Severity = SeverityWarning
		}
	}
	return found
}

// finding is an error as a finding, with its place in the script where it has one.
func (r *Runner) finding(m Migration, kind FindingKind, err error) Finding {
	f := Finding{
		Migration: m.Name, Kind: kind, Message: err.Error(), Hint: fault.HintOf(err), Severity: SeverityError,
		Place: fault.Place{File: path.Join(filepath.ToSlash(r.Directory.Shown), m.Name)},
	}
	var script FailureOf
	if errors.As(err, &script) {
		failure := script.Failure()
		f.Message = failure.Name + ": " + failure.Message
		if failure.File != "" {
			f.Place = failure.Place
		}
	}
	return f
}

// fileFindings compiles and evaluates a file, and looks at what it exports. None of its functions is called.
func (r *Runner) fileFindings(ctx context.Context, m Migration) []Finding {
	script, err := r.Scripts.Load(ctx, m)
	if err != nil {
		return []Finding{r.finding(m, BadSyntax, err)}
	}
	if _, err := script.Bundle().Pack(); err != nil {
		return []Finding{r.finding(m, TooLarge, err)}
	}
	var unanswered error
	call := r.call(m, Up)
	call.Ask = func(ctx context.Context, q Question) (answer string, err error) {
		answer, err = r.ask(ctx, q)
		unanswered = errors.Join(unanswered, err)
		return answer, err
	}
	instance, err := script.Open(ctx, call)
	if err != nil && unanswered != nil && ctx.Err() == nil {
		f := r.finding(m, Unasked, fault.New(fault.Usage, "ask within up(db) or down(db)",
			"its top level asks a question, and nobody answers here: its exports were not looked at"))
		f.Severity = SeverityWarning
		return []Finding{f}
	}
	if err != nil {
		kind, thrown := BadExports, FailureOf(nil)
		if errors.As(err, &thrown) {
			kind = BadTopLevel
		}
		return []Finding{r.finding(m, kind, err)}
	}
	defer instance.Close()
	var found []Finding
	info := instance.Info()
	if !info.HasUp {
		found = append(found, r.finding(m, BadExports, noUp(m.Name, info)))
	}
	if !info.HasDown && info.Irreversible == "" {
		none := r.finding(m, BadExports, fault.New(fault.Usage, "export down(db), or say why there is none: export const irreversible = '…'",
			"%s exports neither down nor irreversible, so it cannot be rolled back", m.Name))
		none.Severity = SeverityWarning
		found = append(found, none)
	}
	return found
}

// registryFindings is what is wrong with where a migration stands.
func (r *Runner) registryFindings(e Entry, status Status, records []Record) []Finding {
	var found []Finding
	if e.State.Blocks() {
		found = append(found, r.stateFinding(e, status.Lock))
	}
	if e.Drifted {
		found = append(found, r.finding(e.Migration, Drift, fault.New(fault.Usage,
			"put it back as it was (`migrator show "+e.Name+"` prints it), or type `migrator resolve "+e.Name+" --accept`",
			"%s, or a file that it imports, has changed since it was %s", e.Name, e.State.Words())))
	}
	if e.Missing {
		hint := "put the file back"
		if len(e.Record.Files) > 0 {
			hint += ", or roll it back with the source that is stored"
		}
		found = append(found, r.finding(e.Migration, MissingFile, fault.New(fault.Usage, hint, "%s is %s, and its file is gone", e.Name, e.State.Words())))
	}
	if e.OutOfOrder {
		found = append(found, r.finding(e.Migration, OutOfOrder, refuseOutOfOrder([]Migration{e.Migration}, records)))
	}
	return found
}

// stateFinding is the finding about a migration that has not ended well, or not yet.
func (r *Runner) stateFinding(e Entry, lock *Holder) Finding {
	f := r.finding(e.Migration, HasFailed, blockedError(*e.Record))
	if failure := e.Record.Error; failure != nil && failure.File != "" {
		f.Place = failure.Place
	}
	if e.Record.Undone() {
		f.Severity = SeverityWarning // the next execute runs it
	}
	if !e.State.InFlight() {
		return f
	}
	f.Kind = IsInFlight
	if lock != nil && !lock.Expired {
		f.Message, f.Hint, f.Severity = e.Name+" is "+e.State.Words()+" right now, by "+e.Record.Latest().By.String(), "", SeverityWarning
	}
	return f
}
