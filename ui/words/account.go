package words

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

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
	if a.Label != "" {
		return a.Label
	}
	return plain.Line(OwnName(a), longestName)
}

// longestName is how much of a name stands in a sentence. The profile has all of it.
const longestName = 80

// OwnName is how an account is called that has no label. The list compares the names of all
// accounts, and a translation is dear.
func OwnName(a *auth.Account) string {
	if name := a.User.BestName(); name != "" {
		return name
	}
	return lang.L("Unknown")
}

// ColorName is what a colour of accounts is called; "" is none.
func ColorName(name string) string {
	switch name {
	case "":
		return lang.L("No colour")
	case "red":
		return lang.L("Red")
	case "orange":
		return lang.L("Orange")
	case "yellow":
		return lang.L("Yellow")
	case "green":
		return lang.L("Green")
	case "teal":
		return lang.L("Teal")
	case "blue":
		return lang.L("Blue")
	case "purple":
		return lang.L("Purple")
	case "pink":
		return lang.L("Pink")
	}
	return name // of a newer program
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
		return lang.L("Sign in"), ToneWarn
	case auth.StateOffline:
		if WaitsForProvider(a, now) {
			return lang.L("Waiting"), ToneMuted
		}
		return lang.L("Offline"), ToneMuted
	case auth.StateActive:
	}
	if a.ExpiresAt.IsZero() || a.CanRefresh {
		return lang.L("Active"), ToneOK
	}
	left := a.ExpiresAt.Sub(now)
	if left <= 0 {
		return lang.L("Expired"), ToneWarn
	}
	if left < time.Minute {
		return lang.L("<1 minute"), ToneOK
	}
	return Whole(left), ToneOK
}

// LongStatus is an account's state in one phrase, for its page.
func LongStatus(a *auth.Account, busy string, now time.Time) (string, Tone) {
	if busy != "" {
		return busy, ToneMuted
	}
	switch a.State {
	case auth.StateNeedsSignIn:
		return lang.L("Sign-in required"), ToneWarn
	case auth.StateOffline:
		if WaitsForProvider(a, now) {
			return lang.L("Waiting for the provider, nothing is lost"), ToneMuted
		}
		return lang.L("Offline, nothing is lost"), ToneMuted
	case auth.StateActive:
	}
	left := a.ExpiresAt.Sub(now)
	switch {
	case a.ExpiresAt.IsZero():
		return lang.L("Active, expiry unknown"), ToneOK
	case a.CanRefresh && left <= 0:
		return lang.L("Active, refreshes when needed"), ToneOK
	case a.CanRefresh:
		return lang.L("Active, refreshes {{.When}}", map[string]any{"When": Relative(now, a.ExpiresAt)}), ToneOK
	case left <= 0:
		return lang.L("Expired {{.When}}, sign in again", map[string]any{"When": Relative(now, a.ExpiresAt)}), ToneWarn
	default:
		return lang.L("Active for {{.Time}}", map[string]any{"Time": Whole(left)}), ToneOK
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
		return lang.L("The provider gives no expiry.")
	}
	if !to.After(now) {
		return lang.L("Expired {{.When}}", map[string]any{"When": Relative(now, to)})
	}
	return lang.L("{{.Time}} left", map[string]any{"Time": Whole(to.Sub(now))})
}

// WhoLine is what identifies a user beside the name: login and email.
func WhoLine(a *auth.Account) string {
	var parts []string
	name := DisplayName(a)
	for _, t := range []string{a.User.BestName(), a.User.Login, a.User.Email} {
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
		return lang.L("The provider issued none. Sign in again when the access token expires.")
	case !a.Remembered:
		return lang.L("Kept for this session, never shown. It renews the access token.")
	default:
		return lang.L("Stored, never shown. It renews the access token.")
	}
}
