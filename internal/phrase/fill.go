package phrase

import (
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// Nameless is what stands for {provider} if it is not known which one.
const Nameless Text = "the provider"

// Fill fills the blanks of a text, by their names; one that is not among the values stays.
// If it is not known which provider is meant, there stands nameless, or what the text has
// for that: "{provider|dem Anbieter}", since languages decline. Only translations do.
func Fill(text string, values map[string]string, nameless string) string {
	var b strings.Builder
	end := 0
	for _, m := range patterns().blank.FindAllStringSubmatchIndex(text, -1) {
		name, before := text[m[2]:m[3]], text[end:m[0]]
		value, known := values[name]
		if !known {
			continue
		}
		b.WriteString(before)
		switch end = m[1]; {
		case value != "" || name != "provider":
			b.WriteString(withoutStop(value, text[end:]))
		case m[4] >= 0:
			b.WriteString(text[m[4]:m[5]])
		case m[0] == 0 || strings.HasSuffix(text[:m[0]], ". ") || strings.HasSuffix(text[:m[0]], "。"):
			b.WriteString(plain.Upper(nameless))
		default:
			b.WriteString(nameless)
		}
	}
	return b.String() + text[end:]
}

// withoutStop is a value without the full stop at its end, if one follows.
func withoutStop(value, rest string) string {
	if strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "。") {
		value = strings.TrimSuffix(strings.TrimSuffix(value, "。"), ".")
	}
	return value
}
