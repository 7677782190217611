package words

import (
	"time"

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
	title, again := "The provider could not be reached", "Claviger retries automatically."
	if WaitsForProvider(a, now) {
		title = "Too many requests to the provider"
		again = "Claviger retries at " + ClockOnly(now, a.RetryAt) + "."
	}
	return title, "Shown as last seen. " + tokenText(a, now) + " " + again
}

// tokenText says how long the token of an offline account can be used.
func tokenText(a *auth.Account, now time.Time) string {
	switch {
	case a.ExpiresAt.IsZero():
		return "Your token has no known expiry and can still be used."
	case a.ExpiresAt.After(now) && a.CanRefresh:
		return "Your token still works until " + ClockOnly(now, a.ExpiresAt) + "."
	case a.ExpiresAt.After(now):
		return "Your token still works until " + ClockOnly(now, a.ExpiresAt) + ". Then you need to sign in again."
	default:
		return "Your token expired " + Relative(now, a.ExpiresAt) + " and is refreshed as soon as the provider responds."
	}
}

// ClockText says that this computer's clock is off and what helps; "" if it
// is not.
func ClockText(a *auth.Account) (title, text string) {
	warning := a.ClockWarning()
	if warning == "" {
		return "", ""
	}
	return Capital(warning),
		"Tokens may be rejected, or seem expired or not yet valid. Turn on automatic time in the date and time settings, then press Refresh."
}
