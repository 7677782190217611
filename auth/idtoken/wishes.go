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
		return failed("auth_time", "in the future"+c.clockHint(at))
	case age > limit+skewAllowed:
		return failed("auth_time", "signed in "+plain.Duration(age)+" ago, at most "+plain.Duration(limit)+" requested")
	}
	return passed("auth_time", "signed in "+plain.Duration(age.Abs())+" before the check")
}

// level compares acr with acr_values. These are a wish (OIDC Core §5.5.1.1 calls
// them voluntary): another level is shown and refuses no sign-in. Whoever insists
// compares the claim acr, and asks for it as an essential claim.
func (c claimChecks) level() Check {
	got := foreign.String(c.Claims["acr"])
	switch {
	case got == "":
		return skipped("acr", notMet+"; the provider does not say which level was used")
	case !slices.Contains(c.want.ACR, got):
		return skipped("acr", notMet+"; the level is "+plain.Short(got))
	}
	return passed("acr", plain.Short(got))
}

// notMet begins the reason of a wish that was not met.
const notMet = "not as requested"

// Unmet are the wishes that were not met, for people: checks are those of a sign-in that
// asked for the levels wanted.
func Unmet(checks []Check, wanted []string) []identity.Missing {
	for _, c := range checks {
		if c.Name == "acr" && c.Outcome == Skipped {
			return []identity.Missing{{
				What:   "Sign-in level (acr)",
				Reason: c.Reason + "; requested " + plain.Short(strings.Join(wanted, " or ")),
			}}
		}
	}
	return nil
}
