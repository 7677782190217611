package words

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
)

// WaitsForProvider reports whether the provider asked for no requests yet.
func WaitsForProvider(a *auth.Account, now time.Time) bool {
	return a.State == auth.StateOffline && a.RetryAt.After(now)
}

// OfflineText says what can be done with an account while its provider cannot
// be asked; "" if it can.
func OfflineText(a *auth.Account, now time.Time) (title, text string) {
	if a.State != auth.StateOffline {
		return "", ""
	}
	title, again := lang.L("The provider could not be reached"), lang.L("Claviger retries automatically.")
	if WaitsForProvider(a, now) {
		title = lang.L("Too many requests to the provider")
		again = lang.L("Claviger retries at {{.Clock}}.", map[string]any{"Clock": ClockOnly(now, a.RetryAt)})
	}
	return title, lang.L("Shown as last seen.") + " " + tokenText(a, now) + " " + again
}

// tokenText says how long the token of an offline account can be used.
func tokenText(a *auth.Account, now time.Time) string {
	until := map[string]any{"Clock": ClockOnly(now, a.ExpiresAt)}
	switch {
	case a.ExpiresAt.IsZero():
		return lang.L("Your token has no known expiry and can still be used.")
	case a.ExpiresAt.After(now) && a.CanRefresh:
		return lang.L("Your token still works until {{.Clock}}.", until)
	case a.ExpiresAt.After(now):
		return lang.L("Your token still works until {{.Clock}}. Then you need to sign in again.", until)
	default:
		return lang.L("Your token expired {{.When}} and is refreshed as soon as the provider responds.", map[string]any{"When": Relative(now, a.ExpiresAt)})
	}
}

// ClockText says that this computer's clock is off and what helps; "" if it
// is not.
func ClockText(a *auth.Account) (title, text string) {
	if a.ClockWarning() == "" {
		return "", ""
	}
	title = lang.L("This computer's clock is {{.Time}} ahead of the provider's", map[string]any{"Time": Whole(a.ClockSkew.Abs())})
	if a.ClockSkew < 0 {
		title = lang.L("This computer's clock is {{.Time}} behind the provider's", map[string]any{"Time": Whole(a.ClockSkew.Abs())})
	}
	return title,
		lang.L("Tokens may be rejected, or seem expired or not yet valid. Turn on automatic time in the date and time settings, then press Refresh.")
}
