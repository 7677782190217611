package auth

import "time"

// Forecast says when an account will need its person: from then on, only a new sign-in
// helps. Nothing ends here because of it.
type Forecast struct {
	At  time.Time
	Why ForecastReason
	// Sure is how certain it is.
	Sure Certainty
	// Moves means that each refresh moves it: while the account is kept fresh
	// ([Agent.KeepFresh]), it does not come.
	Moves bool
	// Detail is the reason in words, without a full stop.
	Detail string
}

// ForecastReason names what ends.
type ForecastReason string

// The reasons.
const (
	// EndOfAccess is the end of the access token, without a refresh token.
	EndOfAccess ForecastReason = "access_token"
	// EndOfRefresh is the end of the refresh token.
	EndOfRefresh ForecastReason = "refresh_token"
	// EndByRule is a rule of the provider ([providers.RefreshLimit]).
	EndByRule ForecastReason = "provider_rule"
)

// Certainty is how sure a forecast is.
type Certainty string

// The certainties, the surest first.
const (
	// Stated means that the provider's answer, or the token, says so.
	Stated Certainty = "stated"
	// Documented means that the provider's documentation says so.
	Documented Certainty = "documented"
	// Possible means that it may be otherwise for this account.
	Possible Certainty = "possible"
)
