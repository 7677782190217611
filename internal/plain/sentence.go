package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Upper begins a sentence: s with a capital first letter.
func Upper(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// Sentences joins texts, each as a sentence of its script. One that begins with a name,
// such as that of a file or of a field, keeps its first letter.
func Sentences(texts ...string) string {
	var out strings.Builder
	between := ""
	for _, t := range texts {
		if t = strings.TrimSpace(t); t == "" {
			continue
		}
		if first, _, _ := strings.Cut(t, " "); !strings.ContainsAny(strings.TrimRight(first, ".:"), "_.:/") {
			t = Upper(t)
		}
		end, _ := utf8.DecodeLastRuneInString(t)
		wide := strings.ContainsRune("。！？：」）", end) || unicode.In(end, unicode.Han, unicode.Hiragana, unicode.Katakana)
		switch {
		case strings.ContainsRune(".!?:…。！？：」", end):
		case wide:
			t += "。"
		default:
			t += "."
		}
		out.WriteString(between + t)
		between = " "
		if wide { // such a mark has its room
			between = ""
		}
	}
	return out.String()
}
