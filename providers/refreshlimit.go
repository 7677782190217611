package providers

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// RefreshLimit is a rule by which a provider ends refresh tokens without its answers
// saying so (RFC 6749 §10.4 leaves it to the provider). It is for a forecast of the
// next sign-in, and ends nothing here.
type RefreshLimit struct {
	// After is how long a refresh token lasts: days such as "90d", or a time such as
	// "12h".
	After string `toml:"after"`
	// Since is what After counts from: "refresh" (default), so that each refresh moves
	// the end, or "sign_in".
	Since string `toml:"since"`
	// Sure is "documented" (default), or "possible" for what holds for some apps only,
	// is a default that can be changed, or is not verified.
	Sure string `toml:"sure"`
	// UnlessOnly are scopes that the rule leaves alone: it holds only if others are
	// granted too. Empty means that it always holds.
	UnlessOnly []string `toml:"unless_only"`
	// Why says the rule in a sentence.
	Why string `toml:"why"`
}

// What RefreshLimit.Since and RefreshLimit.Sure can be.
const (
	SinceRefresh   = "refresh"
	SinceSignIn    = "sign_in"
	SureDocumented = "documented"
	SurePossible   = "possible"
)

// Lasts is After, zero if it is not valid.
func (l RefreshLimit) Lasts() time.Duration {
	if number, ok := strings.CutSuffix(l.After, "d"); ok {
		days, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return 0
		}
		return time.Duration(days) * 24 * time.Hour
	}
	d, err := time.ParseDuration(l.After)
	if err != nil {
		return 0
	}
	return d
}

// HoldsFor reports whether the rule holds for a grant of these scopes.
func (l RefreshLimit) HoldsFor(scopes []string) bool {
	return len(l.UnlessOnly) == 0 || slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(l.UnlessOnly, s) })
}
