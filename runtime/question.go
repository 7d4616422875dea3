package runtime

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
	// Check returns what is wrong with an answer, in a few words ("it must be a whole number"), or nil. An answer that it
	// has not accepted is not given to the script.
	Check func(answer string) error
}
