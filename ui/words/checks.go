package words

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/tongue"
)

// CheckReason says why a check of a token came out as it did. What the token says itself
// stays as it is.
func CheckReason(c idtoken.Check) string {
	phrase, blanks, known := c.Phrase()
	if !known {
		return c.Reason
	}
	var pairs []string
	for name, value := range blanks {
		switch name {
		case "time":
			value = length(value, lang.L("a moment"), whole)
		case "ago":
			value = length(value, lang.L("just now"), ago)
		case "fault":
			value = CheckReason(idtoken.Check{Reason: value})
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(tongue.Text(phrase))
}

// FromElsewhere is what [problem.Tongue] asks for: a text that tongue knows, or the
// reason of a check.
func FromElsewhere(english string) string {
	if text := tongue.Text(english); text != english {
		return text
	}
	return CheckReason(idtoken.Check{Reason: english})
}

// length puts a [plain.Duration] in the words that say has for it, or in those for a
// moment.
func length(english, moment string, say func(int, plain.Unit) string) string {
	words := strings.Fields(english)
	n, err := strconv.Atoi(words[0])
	if err != nil {
		return moment
	}
	return say(n, plain.Unit(strings.TrimSuffix(words[1], "s")))
}
