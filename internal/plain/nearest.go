package plain

import (
	"slices"
	"strings"
)

// Nearest is the name that was meant by what was typed: the one that is the least edits
// away, at most two, or that begins with it; "" if there is none.
func Nearest(names []string, typed string) string {
	typed = strings.ToLower(typed)
	best, least := "", min(3, len(typed)) // with as many edits, any short name is near
	for _, name := range slices.Sorted(slices.Values(names)) {
		away := edits(strings.ToLower(name), typed)
		if strings.HasPrefix(strings.ToLower(name), typed) {
			away = min(away, 2)
		}
		if away < least {
			best, least = name, away
		}
	}
	return best
}

// edits is how many letters must be put in, left out or replaced to make b of a
// (Levenshtein).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := before
			if a[i] != b[j] {
				replaced++
			}
			before = row[j+1]
			row[j+1] = min(replaced, before+1, row[j]+1)
		}
	}
	return row[len(b)]
}
