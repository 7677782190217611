package screen

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

var (
	anyBlank = regexp.MustCompile(`\{([a-z_]+)(\|[^{}]*)?\}`)
	// unwritten is what no text has: two signs, a room before one, a nameless provider in the
	// wrong case or without a capital letter at the beginning.
	unwritten = regexp.MustCompile(`\.\.|。。|。\.|\.。| [.,;:]( |$)|  |^der Anbieter|\. der Anbieter|^the provider|\. the provider|` +
		`(?i)\b(?:an|bei|für|von|mit|zu|statt|ohne|durch|gegen|aus|nach|erreichen) (?:der|die) Anbieter|Sie es der Anbieter|Versuch, der Anbieter`)
)

// Whatever a text's blanks hold, and if it is not known which provider is meant, the text
// is one that a person would write, in each language.
func TestTextsWithOddBlanks(t *testing.T) {
	for _, tag := range []string{"de", "ja"} {
		t.Run(tag, func(t *testing.T) {
			speak(t, tag)
			for english, translation := range saidElsewhere(t, tag) {
				for text, nameless := range map[string]string{english: phrase.Nameless, translation: words.Said(phrase.Nameless)} {
					oddlyFilled(t, text)
					if strings.Contains(text, "{provider") {
						got := phrase.Fill(text, map[string]string{"provider": "", "reason": "x", "who": "x", "endpoint": "x", "parameter": "x", "ports": "1", "type": "x"}, nameless)
						if unwritten.MatchString(got) || strings.Contains(got, "|") {
							t.Errorf("%q without a provider: %q", text, got)
						}
					}
				}
			}
		})
	}
}

// oddlyFilled fills a text's blanks with what a provider or a person may have called things.
func oddlyFilled(t *testing.T, text string) {
	t.Helper()
	for _, odd := range []string{"Acme.", "No.", "{provider}", "a|b", "مثال", strings.Repeat("x", 500), "a\nb", "%s", "{{.Name}}", "$1"} {
		values, want := map[string]string{}, strings.TrimSuffix(odd, ".")
		for _, m := range anyBlank.FindAllStringSubmatch(text, -1) {
			values[m[1]] = odd
		}
		got := phrase.Fill(text, values, "")
		if strings.Count(got, want) < len(values) || unwritten.MatchString(got) && !unwritten.MatchString(text) {
			t.Errorf("%q with %q: %q", text, odd, got)
		}
	}
}

// The same for what went wrong, which may say more or less about itself.
func TestProblemsThatSayLittle(t *testing.T) {
	errs := []error{
		oauth.ErrOffline, oauth.ErrNeedsSignIn, oauth.ErrIssMismatch, oauth.ErrNoSecret, oauth.ErrNoDevice, oauth.ErrAnyCode, oauth.ErrMoved, oauth.ErrPlainHTTP,
		providers.ErrCAFile, providers.ErrNoClientID, providers.ErrNoVariable, providers.ErrUnusable, providers.ErrMapping, providers.ErrDiscovery,
		&oauth.AnswerError{}, &oauth.AnswerError{Reason: "no."}, &oauth.ProviderError{Code: "invalid_client"}, &oauth.ProviderError{Code: "access_denied", Description: "No."},
		&oauth.ProviderError{Code: "redirect_uri_mismatch"}, &oauth.ProviderError{Code: "temporarily_unavailable"}, &oauth.ProviderError{Code: "invalid_scope"},
		&oauth.ParameterError{}, &providers.CAFileError{}, errors.New(""), fmt.Errorf("%w: ", providers.ErrDiscovery),
	}
	for _, tag := range []string{"en", "de", "ja"} {
		t.Run(tag, func(t *testing.T) {
			speak(t, tag)
			for _, err := range errs {
				for _, p := range []*providers.Provider{nil, {}, {ID: "a"}, {Name: "Acme Inc."}} {
					w := problem.Tongue(words.Said).Explain(err, p, "")
					if all := strings.Join([]string{w.Title, w.Detail, w.Next}, "\n"); w.Title == "" || unwritten.MatchString(all) || anyBlank.MatchString(all) {
						t.Errorf("%v: %q", err, all)
					}
				}
			}
		})
	}
}
