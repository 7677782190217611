package idtoken

import (
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers/identity"
)

// freshness compares auth_time with max_age (OIDC Core §3.1.3.7 point 13). A
// provider that ignored max_age has signed nobody in anew, so that a missing
// auth_time, which §2 demands here, is no better than an old one.
func (c claimChecks) freshness() Check {
	at, ok := numericDate(c.Claims["auth_time"])
	limit := *c.want.MaxAge
	age := c.now.Sub(at)
	switch {
	case !ok:
		return failed("auth_time", "missing, although max_age was requested")
	case at.After(c.now.Add(skewAllowed)):
		return failed("auth_time", c.clockHint(at, say("in the future")))
	case age > limit+skewAllowed:
		return failed("auth_time", "signed in {ago}, at most {time} requested", ago(age), plain.Duration(limit))
	}
	return passed("auth_time", "signed in {time} before the check", plain.Duration(age.Abs()))
}

// level compares acr with acr_values. These are a wish (OIDC Core §5.5.1.1 calls
// them voluntary): another level is shown and refuses no sign-in. Whoever insists
// compares the claim acr, and asks for it as an essential claim.
func (c claimChecks) level() Check {
	got := foreign.String(c.Claims["acr"])
	switch {
	case got == "":
		return skipped("acr", "not as requested; the provider does not say which level was used")
	case !slices.Contains(c.want.ACR, got):
		return skipped("acr", "not as requested; the level is {level}", plain.Short(got))
	}
	return passed("acr", plain.Short(got))
}

// Unmet are the wishes that were not met, for people: checks are those of a sign-in that
// asked for the levels wanted.
func Unmet(checks []Check, wanted []string) []identity.Missing {
	for _, c := range checks {
		if c.Name == "acr" && c.Outcome == Skipped {
			return []identity.Missing{{
				What:   "Sign-in level (acr)",
				Reason: say("{fault}; requested {level}", c.Reason, plain.Short(strings.Join(wanted, ", "))),
			}}
		}
	}
	return nil
}
