package words

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
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
	return cmp.Or(a.User.Name, a.User.Login, a.User.Email, a.User.ID, "Unknown")
}

// ProviderName is how an account's provider is called; p may be nil.
func ProviderName(a *auth.Account, p *providers.Provider) string {
	name := a.ProviderName
	if name == "" && p != nil {
		name = p.Name
	}
	return cmp.Or(name, a.Provider)
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
		if WaitsForProvider(a, now) {
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
		if WaitsForProvider(a, now) {
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
// origin is the source of all of them; "" if that differs.
func GroupSummary(all, shown int, origin string) string {
	text := Count(all, "group")
	if all != shown {
		text = strconv.Itoa(shown) + " of " + text
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
// false if either end is not known.
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

// RefreshTokenText says what becomes of an account's refresh token, which is shown
// nowhere.
func RefreshTokenText(a *auth.Account) string {
	switch {
	case !a.CanRefresh:
		return "The provider issued none. Sign in again when the access token expires."
	case !a.Remembered:
		return "Kept for this session, never shown. It renews the access token."
	default:
		return "Stored, never shown. It renews the access token."
	}
}
