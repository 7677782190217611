package screen

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/phrase"
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
			"signed in a moment ago, at most a moment requested", "for another app: this app, matches", "missing", "of another version",
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

// What another room said and filled is found again among all that any room says, with
// what it was filled with.
func TestWhatWasSaidIsSaidAgain(t *testing.T) {
	blank := regexp.MustCompile(`\{([a-z_]+)(\|[^{}]*)?\}`)
	english := map[string]string{
		"time": "2 days", "ago": "3 minutes ago", "fault": "expired 3 years ago", "wanted": "a list",
		"count": "7", "n": "7", "status": "404", "at": "9", "alg": "RS256", "quoted": `"q"`, "before": `"b"`,
	}
	for tag, own := range map[string]map[string]string{
		"de": {"time": "2 Tage", "ago": "vor 3 Minuten", "fault": "vor 3 Jahren abgelaufen", "wanted": "eine Liste"},
		"ja": {"time": "2 日", "ago": "3 分前", "fault": "期限切れ（3 年前）", "wanted": "リスト"},
	} {
		t.Run(tag, func(t *testing.T) {
			speak(t, tag)
			filled := 0
			for text, translation := range saidElsewhere(t, tag) {
				fill := func(text string, more map[string]string) string {
					return blank.ReplaceAllStringFunc(text, func(b string) string {
						name, _, _ := strings.Cut(strings.Trim(b, "{}"), "|")
						return cmp.Or(more[name], english[name], "<"+name+">")
					})
				}
				if _, _, found := phrase.NewBook([]string{text}).Find(fill(text, nil)); !found {
					continue // nothing but blanks
				}
				filled++
				if got, want := words.Said(fill(text, nil)), fill(translation, own); got != want {
					t.Errorf("%q is %q, want %q", fill(text, nil), got, want)
				}
			}
			if filled < 1000 {
				t.Errorf("only %d texts", filled)
			}
		})
	}
}

// A word of another room may begin a sentence here.
func TestSaidBeginsASentence(t *testing.T) {
	speak(t, "de")
	for english, want := range map[string]string{
		"Matches": "Stimmt überein", "Expired 2 days ago": "Vor 2 Tagen abgelaufen", "the provider could not be reached": "der Anbieter war nicht erreichbar",
		"The provider requires a client secret":                                  "Der Anbieter verlangt ein Client-Secret",
		"The network answered instead of the provider, as in hotels and trains.": "Statt des Anbieters hat das Netzwerk geantwortet, wie in Hotels und Zügen.",
		"Too many requests to the provider":                                      "Zu viele Anfragen an den Anbieter",
		"Too many requests to Acme":                                              "Zu viele Anfragen an Acme",
		"Of another version":                                                     "Of another version", "of another version": "of another version", "": "", "Ü": "Ü",
	} {
		if got := words.Said(english); got != want {
			t.Errorf("%q is %q, want %q", english, got, want)
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
	explain := problem.Tongue(words.Said).Explain
	if got := explain(err, nil, ""); !strings.HasSuffix(got.Detail, reasons) {
		t.Errorf("%q", got.Detail)
	}
	p := &providers.Provider{Errors: []providers.ErrorHelp{{Match: "^id_token: signature: the key is not", Title: "A key of another kind"}}}
	if got := explain(err, p, ""); got.Title != "A key of another kind" || got.Detail != reasons {
		t.Errorf("%+v", got)
	}
}
