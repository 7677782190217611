package auth

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// ProofRequest is a request that a token is to be used for.
type ProofRequest struct {
	Method string
	// URL is its address; query and fragment do not matter.
	URL string
	// Nonce is what the server demanded last (its header DPoP-Nonce), "" if
	// it demands none or this agent has seen it.
	Nonce string
}

// TokenFor is [Agent.Token] for one request: a token that is bound to a key
// comes with the proof to send along as the header DPoP (RFC 9449 §4), good
// once and for about a minute. It is zero for a Bearer token. The error wraps
// [oauth.ErrPlainHTTP] if no token should be sent to that address.
func (a *Agent) TokenFor(ctx context.Context, id string, minTTL time.Duration, r ProofRequest) (*Token, providers.Secret, error) {
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" {
		return nil, providers.Secret{}, fmt.Errorf("%q is not a request URL", plain.Short(trace.Address(r.URL)))
	}
	if !ask.Encrypted(u) {
		return nil, providers.Secret{}, fmt.Errorf("%s: %w", u.Host, oauth.ErrPlainHTTP)
	}
	rec, err := a.upkeep.refreshes.tokens(ctx, id, minTTL)
	if err != nil {
		return nil, providers.Secret{}, err
	}
	if rec.Tokens.Type != oauth.TypeDPoP {
		return rec.token(), providers.Secret{}, nil
	}
	proof, err := a.net.ProofFor(rec.Tokens, r.Method, u, r.Nonce)
	return rec.token(), proof, err
}
