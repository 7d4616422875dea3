package runtime

import "context"

// Question is what a script wants to know of whoever runs it.
type Question struct {
	Text string
	// Name is what an answer that was given beforehand goes by: "batch_size".
	Name string
	// YesNo is true for a question that a general yes answers.
	YesNo bool
	// Secret is true if the answer must not be seen.
	Secret bool
	// Choices are the only answers; empty: any.
	Choices []string
	// Default is the answer where nothing is typed, if HasDefault.
	Default    string
	HasDefault bool
	// Check tells what is wrong with an answer, in a few words ("it must be a whole number"), or nil. An answer that it
	// has not accepted is not given to the script.
	Check func(answer string) error
}

// Asker answers questions: from what was typed beforehand, or by asking at a terminal. Where there is no answer it fails
// with code fault.Usage and names the flag that gives one.
type Asker func(ctx context.Context, q Question) (string, error)

// Progress shows how far something is. It belongs to one goroutine.
type Progress interface {
	// Update tells how much is done. It may be called as often as there is something to tell.
	Update(done int64)
	// Done ends it; what is shown last stays. Calling it again does nothing.
	Done()
}

// Progresser begins to show progress towards a total; 0 is unknown.
type Progresser func(total int64, label string) Progress
