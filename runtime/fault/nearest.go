package fault

import "strings"

// Nearest returns the candidate that a misspelt word was probably meant to be, or "" where none is near enough. Case
// does not count, and two letters that changed places count as one mistake; a word may have one mistake, and one more
// for each four letters: Nearest("updtaeOne", …) is "updateOne". Among equals it is the first in the alphabet.
func Nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	limit := 1 + len(word)/4
	best, least := "", limit+1
	for _, candidate := range candidates {
		if longer := len(candidate) - len(word); longer > limit || -longer > limit {
			continue
		}
		d := distance(word, strings.ToLower(candidate))
		if d < least || d == least && d <= limit && candidate < best {
			best, least = candidate, d
		}
	}
	return best
}

// distance is the number of edits that lead from a to b: a byte inserted, removed or changed, or two neighbours
// swapped. It fills the table of the distances between the beginnings of a and b row by row, and keeps the last three
// rows.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
