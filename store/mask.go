package store

import (
	"migrator/runtime"
	"migrator/store/connect"
)

// What scripts print and throw may hold a connection string. More people can read the registry than the terminal, and for
// longer, so its password is not stored.

func maskedLines(lines []string) []string {
	var masked []string
	for _, line := range lines {
		masked = append(masked, connect.MaskText(line))
	}
	return masked
}

func maskedFailure(f *runtime.Failure) *runtime.Failure {
	if f == nil {
		return nil
	}
	masked := *f
	masked.Message, masked.Stack = connect.MaskText(f.Message), connect.MaskText(f.Stack)
	return &masked
}
