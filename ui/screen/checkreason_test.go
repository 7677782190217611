package screen

import (
	"regexp"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
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

// A refused ID token is explained with the same words. What a provider's file says of a
// reason is found by the English one.
func TestReasonsOfARefusedIDToken(t *testing.T) {
	speak(t, "de")
	err := &idtoken.Error{Checks: []idtoken.Check{
		{Name: "iss", Outcome: idtoken.Passed, Reason: "matches"},
		{Name: "signature", Outcome: idtoken.Failed, Reason: "the key is not for RS256"},
		{Name: "exp", Outcome: idtoken.Failed, Reason: "expired 2 hours ago"},
	}}
	const reasons = "signature: der Schlüssel ist nicht für RS256\nexp: vor 2 Stunden abgelaufen"
	explain := problem.Tongue(words.FromElsewhere).Explain
	if got := explain(err, nil, ""); !strings.HasSuffix(got.Detail, reasons) {
		t.Errorf("%q", got.Detail)
	}
	p := &providers.Provider{Errors: []providers.ErrorHelp{{Match: "^id_token: signature: the key is not", Title: "A key of another kind"}}}
	if got := explain(err, p, ""); got.Title != "A key of another kind" || got.Detail != reasons {
		t.Errorf("%+v", got)
	}
}
