package store

import (
	"slices"

	"migrator/runtime"
	"migrator/store/connect/address"
)

// What scripts print and throw may hold a connection string. More people can read the registry than the terminal, and for
// longer, so its password is not stored.

func maskedLines(lines []string) []string {
	var masked []string
	for _, line := range lines {
		masked = append(masked, address.MaskText(line))
	}
	return masked
}

func maskedFailure(f *runtime.Failure) *runtime.Failure {
	if f == nil {
		return nil
	}
	masked := *f
	masked.Message, masked.Stack = address.MaskText(f.Message), address.MaskText(f.Stack)
	return &masked
}

func maskedJournal(j *runtime.Journal) *runtime.Journal {
	if j == nil {
		return nil
	}
	masked := *j
	masked.Steps = slices.Clone(j.Steps)
	for i := range masked.Steps {
		masked.Steps[i].Error = address.MaskText(masked.Steps[i].Error)
	}
	return &masked
}
