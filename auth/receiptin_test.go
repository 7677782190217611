package auth

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// In another language every word of a receipt is that language's, but for data; and the
// texts that are asked for are those that translators are told of.
func TestReceiptsInAnotherLanguage(t *testing.T) {
	blank := regexp.MustCompile(`\{[a-z_]+\}`)
	known := slices.Concat(ReceiptTexts(), problem.Texts(), []string{
		"Signed in at {was}; this provider is now {now}", "The client secret belongs to {was}; this provider is now {now}",
	})
	book := phrase.NewBook(known)
	other := func(english string) string {
		if slices.Contains(known, english) {
			return "X" + strings.Join(blank.FindAllString(english, -1), "|")
		}
		if _, _, filled := book.Find(english); filled {
			return "X"
		}
		return english
	}
	clock := func(time.Time) string { return "CLOCK" }
	moved := oauth.MovedError{Was: "WAS", Now: "NOW"}
	secret := moved
	secret.Secret = true
	causes := []string{
		causeInterrupted, causeNotTried, strings.ReplaceAll(causeNotSetUp, "{provider}", "ACME"),
		plain.Upper(moved.Error()), plain.Upper(secret.Error()),
		problem.Explain(oauth.ErrOffline, nil, "").Title, problem.Explain(oauth.ErrRateLimited, nil, "").Title,
	}
	english := regexp.MustCompile(`[a-z]{2}`)
	for code := range factSentences {
		for _, cause := range causes {
			f := fact{
				Code: code, Cause: cause, Status: 499, Words: "WORDS", Error: "CODE", Server: "SERVER", Page: "PAGE",
				Former: "FORMER", Elsewhere: true, Retried: time.Unix(1, 0),
			}
			bare := f
			bare.Words, bare.Page, bare.Retried = "", "", time.Time{}
			for _, f := range []fact{f, bare} {
				got := came(OutcomeFailed, f).In(other, clock)
				if english.MatchString(got) || strings.ContainsAny(got, "{}") || !strings.Contains(got, "FORMER") {
					t.Errorf("%s for %q: %q", code, cause, got)
				}
			}
		}
	}
	kept := Result{Outcome: OutcomeFailed, Detail: "In words of before."}
	if got := kept.In(other, clock); got != kept.Detail {
		t.Errorf("what an older version said became %q", got)
	}
}
