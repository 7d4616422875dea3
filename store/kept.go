package store

import (
	"slices"

	"migrator/runtime"
	"migrator/store/connect/address"
)

// textLimit bounds each text of a record or an event, in bytes, so that it can always be stored: a server takes
// documents of 16 MiB, and a script may throw an error whose name alone is longer.
const textLimit = 4 << 10

// kept is a text as it is stored. What scripts print and throw may hold a connection string. More people can read the
// registry than the terminal, and for longer, so its password is not stored. It is masked before the text is cut,
// which could leave half of an address; the cut before that only bounds the work.
func kept(text string) string {
	return runtime.Clip(address.MaskText(runtime.Clip(text, 16*textLimit)), textLimit)
}

func keptLines(lines []string) []string {
	var list []string
	for _, line := range lines {
		list = append(list, kept(line))
	}
	return list
}

func keptFailure(f *runtime.Failure) *runtime.Failure {
	if f == nil {
		return nil
	}
	k := *f
	k.Name, k.Message, k.File, k.Stack = kept(f.Name), kept(f.Message), kept(f.File), kept(f.Stack)
	return &k
}

func keptJournal(j *runtime.Journal) *runtime.Journal {
	if j == nil {
		return nil
	}
	k := *j
	k.Steps = slices.Clone(j.Steps)
	for i := range k.Steps {
		s := &k.Steps[i]
		s.Operation, s.Collection, s.File, s.Error = kept(s.Operation), kept(s.Collection), kept(s.File), kept(s.Error)
	}
	return &k
}

func keptStanding(s *runtime.Standing) *runtime.Standing {
	if s == nil {
		return nil
	}
	k := *s
	k.Error, k.Journal = keptFailure(s.Error), keptJournal(s.Journal)
	return &k
}
