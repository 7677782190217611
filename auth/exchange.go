package auth

import (
	"context"
	"errors"
	"net/url"
	"time"

	"claviger/providers"
)

// tokenAnswer is a successful answer of the token endpoint (RFC 6749 §5.1).
type tokenAnswer struct {
	tokenSet
	// ScopeGiven reports whether the answer named its scopes; where it did
	// not, Scopes is nil and the requested ones were granted.
	ScopeGiven bool
	// Skew is how far this clock is ahead of the provider's, by the answer's
	// Date header; zero where it has none.
	Skew time.Duration
	// RefreshExpires is when the refresh token ends; zero where not told.
	RefreshExpires time.Time
	// Raw holds the answer's other fields.
	Raw map[string]any
}

// tokenRequest posts form to the token endpoint with the client's credentials
// and the provider's token_params added, and reads the answer. Its errors are
// [*ProviderError], [*AnswerError] or wrap [ErrOffline]. obs, where set, is
// told one event, [Done] or [Broken], with the redacted exchange.
func (a *Agent) tokenRequest(ctx context.Context, p *providers.Provider, md *providers.Metadata, form url.Values, step Step, obs func(Event)) (*tokenAnswer, error) {
	return nil, errors.ErrUnsupported
}
