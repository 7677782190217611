package auth

import (
	"context"
	"errors"
	"time"

	"claviger/providers"
)

// verifyWants is what an ID token is compared with.
type verifyWants struct {
	// Nonce is the one of the request (OIDC Core §3.1.3.7 point 11);
	// SkipNonce is for a refreshed token, which normally has none (§12.2).
	Nonce     string
	SkipNonce bool
	// AccessToken is what at_hash is compared with (§3.1.3.8); zero skips.
	AccessToken Secret
	// Subject and Issuer, where set, are those of the earlier ID token, which
	// a refreshed one must keep (§12.2).
	Subject string
	Issuer  string
	// Skew is how far this clock is known to be ahead of the provider's; it
	// changes words, not outcomes.
	Skew time.Duration
}

// verifyIDToken checks an ID token (OIDC Core §3.1.3.7). It always returns the
// list of checks it could make and, where the token could be decoded, its
// claims; the error is an [*IDTokenError] where any check failed, or wraps
// [ErrOffline] where the keys could not be had.
func (a *Agent) verifyIDToken(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw Secret, want verifyWants) ([]Check, map[string]any, error) {
	return nil, nil, errors.ErrUnsupported
}
