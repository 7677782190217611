package auth

import (
	"time"

	"github.com/claviger/claviger/auth/idtoken"
)

// What is found out of an ID token.
type (
	// Check is one check of a token and its outcome.
	Check = idtoken.Check
	// Outcome is that of a [Check].
	Outcome = idtoken.Outcome
	// IDTokenError lists the checks of a token of which some failed.
	IDTokenError = idtoken.Error
)

// The outcomes.
const (
	Passed  = idtoken.Passed
	Failed  = idtoken.Failed
	Skipped = idtoken.Skipped
)

// ClaimTime reads a claim that is a NumericDate (RFC 7519 §2), such as exp or iat. Zero,
// which some providers send where there is no time, is none.
func ClaimTime(v any) (time.Time, bool) { return idtoken.ClaimTime(v) }
