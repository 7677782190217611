package state

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// Tone colours a short word; the word alone says it too.
type Tone string

// The tones.
const (
	ToneOK    Tone = "ok"
	ToneMuted Tone = "muted"
	ToneWarn  Tone = "warn"
)

// DisplayName is how an account is called.
func DisplayName(a *auth.Account) string {
	return firstOf(a.User.Name, a.User.Login, a.User.Email, a.User.ID, "Unknown")
}

// ProviderName is how an account's provider is called; p may be nil.
func ProviderName(a *auth.Account, p *providers.Provider) string {
	name := a.ProviderName
	if name == "" && p != nil {
		name = p.Name
	}
	return firstOf(name, a.Provider)
}

// ShortStatus is an account's state in one or two words, for the list.
func ShortStatus(a *auth.Account, busy string, now time.Time) (string, Tone) {
	if busy != "" {
		return "…", ToneMuted
	}
	switch a.State {
	case auth.StateNeedsSignIn:
		return "Sign in", ToneWarn
	case auth.StateOffline:
		if waitsForProvider(a, now) {
			return "Waiting", ToneMuted
		}
		return "Offline", ToneMuted
	case auth.StateActive:
	}
	if a.ExpiresAt.IsZero() || a.CanRefresh {
		return "Active", ToneOK
	}
	left := a.ExpiresAt.Sub(now)
	if left <= 0 {
		return "Expired", ToneWarn
	}
	if left < time.Minute {
		return "<1 min", ToneOK
	}
	if left < time.Hour {
		return Span(left.Truncate(time.Minute)), ToneOK
	}
	return Span(left.Truncate(time.Hour)), ToneOK
}

// LongStatus is an account's state in one phrase, for its page.
func LongStatus(a *auth.Account, busy string, now time.Time) (string, Tone) {
	if busy != "" {
		return busy, ToneMuted
	}
	switch a.State {
	case auth.StateNeedsSignIn:
		return "Sign-in required", ToneWarn
	case auth.StateOffline:
		if waitsForProvider(a, now) {
			return "Waiting for the provider, nothing is lost", ToneMuted
		}
		return "Offline, nothing is lost", ToneMuted
	case auth.StateActive:
	}
	left := a.ExpiresAt.Sub(now)
	switch {
	case a.ExpiresAt.IsZero():
		return "Active, expiry unknown", ToneOK
	case a.CanRefresh && left <= 0:
		return "Active, refreshes when needed", ToneOK
	case a.CanRefresh:
		return "Active, refreshes in " + Span(left), ToneOK
	case left <= 0:
		return "Expired " + Relative(now, a.ExpiresAt) + ", sign in again", ToneWarn
	default:
		return "Active for " + Span(left), ToneOK
	}
}

// VisibleAccounts are the accounts that fit the search.
func (s State) VisibleAccounts() []*auth.Account {
	var out []*auth.Account
	for _, a := range s.Accounts {
		if s.found(a.User.Name, a.User.Login, a.User.Email, a.ProviderName, a.Provider, string(a.State)) {
			out = append(out, a)
		}
	}
	return out
}

// FoundProviders are the providers that fit the search; none without a search.
func (s State) FoundProviders() []*providers.Provider {
	if strings.TrimSpace(s.Search) == "" {
		return nil
	}
	var out []*providers.Provider
	for _, p := range s.Providers {
		if s.found(p.Name, p.ID) {
			out = append(out, p)
		}
	}
	return out
}

// found reports whether every word of the search is in one of the texts.
func (s State) found(texts ...string) bool {
	text := plain.Fold(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(plain.Fold(s.Search)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// RailLine is the line below an account's name in the list: its provider, and for
// one of several accounts of that name also what tells them apart.
func (s State) RailLine(a *auth.Account) string {
	name, provider := DisplayName(a), ProviderName(a, s.Provider(a.Provider))
	same := func(b *auth.Account) bool { return b.ID != a.ID && strings.EqualFold(DisplayName(b), name) }
	if !slices.ContainsFunc(s.Accounts, same) {
		return provider
	}
	for _, text := range []string{a.User.Login, a.User.Email, a.User.ID} {
		if text != "" && text != name {
			return text + " · " + provider
		}
	}
	return provider
}

// ProviderStatus says whether a sign-in can start, in a few words.
func (s State) ProviderStatus(p *providers.Provider) (string, bool) {
	err := p.Ready()
	switch {
	case s.SetupDraft(p.ID):
		return "Not saved yet", false
	case err == nil:
		return "Ready", true
	case errors.Is(err, providers.ErrNoVariable):
		var blank []string
		for _, v := range Variables(p) {
			if v.Value == "" {
				blank = append(blank, v.Label)
			}
		}
		if len(blank) == 1 && len(blank[0]) <= 16 {
			return blank[0] + " required", false
		}
		return "Set up required", false
	case errors.Is(err, providers.ErrNoClientID):
		return "Client ID required", false
	case errors.Is(err, providers.ErrUnusable):
		return "Not on a desktop", false
	default:
		return "Set up required", false
	}
}

// Monogram is one or two letters for a provider.
func Monogram(p *providers.Provider) string {
	if p.Monogram != "" {
		return p.Monogram
	}
	return Initials(p.Name)
}

// Initials are the first letters of the first and the last word of a name.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '.' || r == '-' || r == '_' || r == '@' })
	switch len(words) {
	case 0:
		return "?"
	case 1:
		r := []rune(words[0])
		return strings.ToUpper(string(r[:min(2, len(r))]))
	default:
		return strings.ToUpper(string([]rune(words[0])[:1]) + string([]rune(words[len(words)-1])[:1]))
	}
}

// GroupSummary counts groups: "14 groups", "3 of 14 groups, from the ID token".
// origin is where all of them are from; "" where that differs.
func GroupSummary(all, shown int, origin string) string {
	text := countOf(all, "group")
	if all != shown {
		text = itoa(shown) + " of " + text
	}
	if origin != "" {
		text += ", from " + origin
	}
	return text
}

// ResultText says what came of one part of a sign-out.
func ResultText(r auth.Result) string {
	if r.Detail != "" {
		return r.Detail
	}
	switch r.Outcome {
	case "done":
		return "Done."
	case "failed":
		return "This failed."
	case "not_asked":
		return "Not requested."
	case "not_offered":
		return "The provider does not support this."
	case "pending":
		return "Waiting for the network."
	case "unknown":
		return "Unknown."
	case "until_end":
		return "It expires on its own."
	case "dropped":
		return "Nothing left to do."
	}
	return ""
}

// Lifetime is where now lies between issue and end, from 0 to 1; known is
// false where either end is not known.
func Lifetime(from, to, now time.Time) (part float64, known bool) {
	total := to.Sub(from)
	if from.IsZero() || to.IsZero() || total <= 0 {
		return 0, false
	}
	return min(1, max(0, float64(now.Sub(from))/float64(total))), true
}

// LifetimeText says what is left of a token.
func LifetimeText(to, now time.Time) string {
	if to.IsZero() {
		return "The provider gives no expiry."
	}
	if !to.After(now) {
		return "Expired " + Relative(now, to)
	}
	return Span(to.Sub(now)) + " left"
}

// WhoLine is what identifies a user beside the name: login and email.
func WhoLine(a *auth.Account) string {
	var parts []string
	name := DisplayName(a)
	for _, t := range []string{a.User.Login, a.User.Email} {
		if t != "" && t != name && !slices.Contains(parts, t) {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " · ")
}
