package auth

import (
	"context"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// keysPatience is how long an answer that is not stored yet waits for the keys
// of its ID token.
const keysPatience = 250 * time.Millisecond

// aboutProvider is the client for a refresh, or why there is none.
type aboutProvider struct {
	client *oauth.Client
	err    error
}

// readyToRefresh does, at the same time, what a refresh must wait for: it makes
// sure that the new tokens can be stored, and reads what the provider publishes.
// The error is of the store; that of the provider is in the answer.
func (r *refreshes) readyToRefresh(ctx context.Context, rec *record) (aboutProvider, error) {
	var about aboutProvider
	var wait sync.WaitGroup
	wait.Go(func() {
		about.client, about.err = r.ask.clientFor(ctx, rec)
	})
	err := r.accounts.storable(ctx, rec)
	wait.Wait()
	return about, err
}

// askWithKeys asks for new tokens while the keys of their ID token come.
func (r *refreshes) askWithKeys(ctx context.Context, about aboutProvider, rec *record, steps *trace.Log) (*oauth.TokenResponse, error) {
	if about.err != nil {
		return nil, about.err
	}
	r.ask.fetchKeysAhead(ctx, about.client, rec)
	return about.client.Refresh(ctx, rec.Tokens, rec.Asked, steps.Emit)
}

// fetchKeysAhead begins to fetch the keys of the ID token that a refresh is
// likely to give, so that they come while the tokens do.
func (a *asker) fetchKeysAhead(ctx context.Context, c *oauth.Client, rec *record) {
	if c.Metadata.JWKSURI != "" && refreshGivesIDToken(rec) {
		a.idTokens.Announce(ctx, c.Provider, c.Metadata.JWKSURI)
	}
}

// refreshGivesIDToken guesses whether the provider answers a refresh with an ID
// token (OIDC Core §12.2 leaves it to it): the one that there is came with the
// access token that there is.
func refreshGivesIDToken(rec *record) bool {
	issued, ok := idtoken.ClaimTime(rec.IDClaims["iat"])
	return ok && !rec.Tokens.ID.IsZero() && rec.Tokens.Issued.Sub(issued).Abs() < rec.ClockSkew.Abs()+5*time.Minute
}

// storeRotated stores a new refresh token by itself if the rest of the answer
// is to be verified with keys that are not here: whatever becomes of this
// process meanwhile, the only good refresh token there is must not end with it.
// The access token of before counts as ended, since the provider may have ended
// it. A store that fails is tried again with the rest.
func (r *refreshes) storeRotated(ctx context.Context, c *oauth.Client, old *record, answer *oauth.TokenResponse) {
	if r.accounts.memoryOnly(old) || answer.Refresh.IsZero() ||
		answer.Refresh == old.Tokens.Refresh || r.ask.keysSoon(ctx, c, answer.ID) {
		return
	}
	if newer, err := r.accounts.stillThere(ctx, old); err != nil || newer != nil {
		return
	}
	rec := old.copy()
	rec.Tokens = rec.Tokens.WithRefresh(answer.Tokens)
	rec.Tokens.Expires = r.now()
	if err := r.accounts.put(ctx, rec); err != nil {
		r.ask.log.Warn("rotated refresh token could not be stored ahead", "account", rec.ID, "error", err)
	}
}

// keysSoon waits a moment for the keys of an ID token and reports whether they
// are here, or none are needed.
func (a *asker) keysSoon(ctx context.Context, c *oauth.Client, raw providers.Secret) bool {
	if raw.IsZero() || c.Metadata.JWKSURI == "" {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, keysPatience)
	defer cancel()
	return a.idTokens.Ready(ctx, c.Provider, c.Metadata, raw)
}
