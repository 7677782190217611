package problem

import (
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// Title puts a title that was said in English, and perhaps kept, into another language:
// the text that it was filled from is found again, among those of problems.toml and also.
// What is of none of them stays.
func (t Tongue) Title(said string, also ...string) string {
	if t == nil || said == "" {
		return said
	}
	if whole := t(said); whole != said {
		return whole // it has no blank, or is of a provider's file
	}
	found, held := "", []string(nil)
	for _, text := range slices.Concat(titles(), also) {
		// The text that leaves the least to its blanks is the one.
		if pairs, ok := unfilled(text, said); ok && (found == "" || length(pairs) < length(held)) {
			found, held = text, pairs
		}
	}
	if found == "" {
		return said
	}
	for i, value := range held {
		switch value {
		case nameless:
			held[i] = t(nameless)
		case plain.Upper(nameless):
			held[i] = plain.Upper(t(nameless))
		}
	}
	return strings.NewReplacer(held...).Replace(t(found))
}

// titles are those of problems.toml.
func titles() []string {
	var out []string
	for _, table := range problemWords().tables() {
		for _, w := range table {
			out = append(out, w.Title)
		}
	}
	return out
}

// unfilled are the blanks of a text, each with what it holds in said; false if said is
// not of that text.
func unfilled(text, said string) (pairs []string, ok bool) {
	for {
		before, blank, more := strings.Cut(text, "{")
		if !more {
			return pairs, said == text
		}
		rest, ok := strings.CutPrefix(said, before)
		if !ok {
			return nil, false
		}
		name, after, _ := strings.Cut(blank, "}")
		next, _, more := strings.Cut(after, "{")
		end := strings.Index(rest, next)
		if !more { // the last one
			end = len(rest) - len(next)
		}
		if end <= 0 {
			return nil, false
		}
		pairs = append(pairs, "{"+name+"}", rest[:end])
		text, said = after, rest[end:]
	}
}

// length is that of all pairs.
func length(pairs []string) (n int) {
	for i := 1; i < len(pairs); i += 2 {
		n += len(pairs[i])
	}
	return n
}
