package plain

import (
	"strings"
	"unicode/utf8"
)

// Upper begins a sentence: s with a capital first letter.
func Upper(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// Sentences joins texts, each as a sentence. One that begins with a name, such as that
// of a file or of a field, keeps its first letter.
func Sentences(texts ...string) string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t == "" {
			continue
		}
		if first, _, _ := strings.Cut(t, " "); !strings.ContainsAny(strings.TrimRight(first, ".:"), "_.:/") {
			t = Upper(t)
		}
		if end, _ := utf8.DecodeLastRuneInString(t); !strings.ContainsRune(".!?:…。！？：」", end) {
			t += "."
		}
		out = append(out, t)
	}
	return strings.Join(out, " ")
}
