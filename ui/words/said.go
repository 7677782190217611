package words

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/tongue"
)

// Said is what another room said in English, perhaps long ago, in the language that is
// spoken. What it does not know stays.
func Said(english string) string {
	if english == "" {
		return ""
	}
	if text, known := said(english); known {
		return text
	}
	// It may begin a sentence here and not there, or the other way round.
	first, n := utf8.DecodeRuneInString(english)
	other := string(unicode.ToLower(first)) + english[n:]
	if unicode.IsLower(first) {
		other = plain.Upper(english)
	}
	if text, known := said(other); known {
		return plain.Upper(text)
	}
	return english
}

// said is [Said] of a text as it is.
func said(english string) (text string, known bool) {
	text, blanks := tongue.Find(english)
	values := map[string]string{}
	for _, b := range blanks {
		switch {
		case b.Kind == phrase.Length:
			b.Value = length(b.Value, counted{whole: lang.L("a moment")}).whole
		case b.Kind == phrase.Ago:
			b.Value = length(b.Value, counted{ago: lang.L("just now")}).ago
		case b.Name == "provider" && strings.EqualFold(b.Value, phrase.Nameless):
			b.Value = "" // each language has its own word there
		case b.Kind == phrase.Said:
			b.Value = Said(b.Value)
		}
		values[b.Name] = b.Value
	}
	return phrase.Fill(text, values, tongue.Text(phrase.Nameless)), text != english
}

// Lines are texts that were said, a line each.
func Lines(list []string) string {
	lines := make([]string, len(list))
	for i, text := range list {
		lines[i] = Said(text)
	}
	return strings.Join(lines, "\n")
}

// CheckReason says why a check of a token came out as it did. What the token says itself
// stays as it is.
func CheckReason(c idtoken.Check) string {
	if c.Outcome == idtoken.Passed && (c.Name == "acr" || c.Name == "alg" || c.Name == "typ") {
		return c.Reason
	}
	return Said(c.Reason)
}

// Missing says what a provider did not give, a line each, and why.
func Missing(list []identity.Missing) []string {
	lines := make([]string, len(list))
	for i, m := range list {
		lines[i] = about(Said(m.What), Said(m.Reason))
	}
	return lines
}

// about puts the name of something before what is said of it.
func about(name, text string) string {
	return lang.L("{{.Name}}: {{.Text}}", map[string]any{"Name": name, "Text": text})
}

// length reads a [plain.Duration]; moment is less than a second.
func length(english string, moment counted) counted {
	words := strings.Fields(english)
	n, err := strconv.Atoi(words[0])
	if err != nil {
		return moment
	}
	return inUnits(n, plain.Unit(strings.TrimSuffix(words[1], "s")))
}
