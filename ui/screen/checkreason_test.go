package screen

import (
	"regexp"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/idtoken"
)

// The reason of a check is in the person's language, with its times; what the token
// says itself stays.
func TestReasonsOfChecks(t *testing.T) {
	list := []idtoken.Check{
		{Name: "iss", Outcome: idtoken.Passed, Reason: "matches"},
		{Name: "exp", Outcome: idtoken.Passed, Reason: "59 minutes left at the check"},
		{Name: "exp", Outcome: idtoken.Failed, Reason: "expired 1 day ago; this computer's clock seems to be 3 hours ahead"},
		{Name: "auth_time", Outcome: idtoken.Failed, Reason: "signed in a moment ago, at most a moment requested"},
		{Name: "aud", Outcome: idtoken.Failed, Reason: "for another app: this app, matches"},
		{Name: "acr", Outcome: idtoken.Passed, Reason: "missing"},
		{Name: "iat", Outcome: idtoken.Failed, Reason: "of another version"},
	}
	for tag, want := range map[string][]string{
		"en": {
			"matches", "59 minutes left at the check", "expired 1 day ago; this computer's clock seems to be 3 hours ahead",
			"signed in just now, at most a moment requested", "for another app: this app, matches", "missing", "of another version",
		},
		"de": {
			"stimmt überein", "bei der Prüfung noch 59 Minuten gültig", "vor 1 Tag abgelaufen; die Uhr dieses Computers geht anscheinend 3 Stunden vor",
			"Anmeldung gerade eben; verlangt: höchstens einen Moment her", "für eine andere App: this app, matches", "missing", "of another version",
		},
	} {
		t.Run(tag, func(t *testing.T) {
			speak(t, tag)
			for i, c := range checks(list) {
				if c.Reason != want[i] {
					t.Errorf("%q, want %q", c.Reason, want[i])
				}
			}
		})
	}
}

// No English is left of any reason that a check can have.
func TestNoReasonOfACheckStaysEnglish(t *testing.T) {
	speak(t, "de")
	blanks, phrases := regexp.MustCompile(`\{[a-z]+\}`), idtoken.Phrases()
	fill := strings.NewReplacer("{time}", "2 days", "{ago}", "3 minutes ago", "{fault}", "expired 3 years ago",
		"{count}", "7", "{alg}", "RS256", "{quoted}", `"q"`, "{before}", `"b"`)
	list := make([]idtoken.Check, len(phrases))
	for i, phrase := range phrases {
		list[i] = idtoken.Check{Name: "exp", Outcome: idtoken.Failed, Reason: blanks.ReplaceAllString(fill.Replace(phrase), "x")}
	}
	for i, c := range checks(list) {
		for _, english := range append(blanks.Split(phrases[i], -1), "days", "minutes", "expired", "{") {
			if english = strings.Trim(english, " ,;:"); english != "" && strings.Contains(c.Reason, english) {
				t.Errorf("%q is %q, with the English %q", list[i].Reason, c.Reason, english)
			}
		}
	}
}
