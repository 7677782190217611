package idtoken

import (
	"errors"
	"slices"

	"github.com/claviger/claviger/internal/phrase"
)

// Check is one check of a token and its outcome.
type Check struct {
	// Name is the claim or aspect: "signature", "iss", "aud", "azp", "nonce",
	// "exp", "iat", "nbf", "at_hash", "sub"; "auth_time" and "acr" if they
	// were asked for.
	Name string `json:"name"`
	// Outcome is "passed", "failed" or "skipped".
	Outcome Outcome `json:"outcome"`
	// Reason is a short plain phrase: "RS256, key 1LTMz…".
	Reason phrase.Text `json:"reason"`
}

// Outcome of a [Check].
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// ErrFailed means that a token failed a check; the error is an [*Error].
var ErrFailed = errors.New("identity could not be verified")

// Error lists the checks of a token of which some failed.
type Error struct {
	Checks []Check
	// OddTimes means that its times cannot be read or contradict each other, so
	// that no clock makes it good.
	OddTimes bool
}

// Error implements error.
func (e *Error) Error() string {
	s := ErrFailed.Error()
	for _, c := range e.Checks {
		if c.Outcome == Failed {
			s += "; " + c.Name + ": " + c.Reason
		}
	}
	return s
}

// Unwrap returns [ErrFailed].
func (e *Error) Unwrap() error { return ErrFailed }

// WithRecorded puts what only the sign-in could check, the nonce, the same
// subject in userinfo, and age and level if it asked for them, into fresh
// checks of the same token. The others are made
// anew, because time goes on and keys change.
func WithRecorded(fresh, recorded []Check) []Check {
	if len(fresh) == 0 {
		return recorded
	}
	for i := range fresh {
		fresh[i] = withThen(fresh[i], recorded)
	}
	for _, r := range recorded {
		if r.Name == "auth_time" || r.Name == "acr" {
			fresh = append(fresh, r)
		}
	}
	return fresh
}

// withThen completes one check by what was found when the token came.
func withThen(c Check, recorded []Check) Check {
	then := slices.IndexFunc(recorded, func(r Check) bool { return r.Name == c.Name && r.Outcome == Passed })
	switch {
	case c.Name == "at_hash" && c.Outcome == Failed && then >= 0:
		return skipped("at_hash", "the access token was refreshed since, without a new ID token")
	case c.Outcome != Failed && then >= 0 && (c.Name == "nonce" || c.Name == "sub"):
		return recorded[then]
	case c.Name == "nonce" && c.Outcome == Skipped:
		c.Reason = "known only at sign-in"
	}
	return c
}
