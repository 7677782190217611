package auth

import (
	"context"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// keysPatience is how long an answer that is not stored yet waits for the keys
// of its ID token.
const keysPatience = 250 * time.Millisecond

// aboutProvider is what a request to a provider needs to know of it.
type aboutProvider struct {
	p   *providers.Provider
	md  *providers.Metadata
	ctx context.Context // in which the account's secrets may be sent there
	err error
}

// readyToRefresh does, at the same time, what a refresh must wait for: it makes
// sure that the new tokens can be stored, and reads what the provider publishes.
// The error is of the store; that of the provider is in the answer.
func (r *refreshes) readyToRefresh(ctx context.Context, rec *record) (aboutProvider, error) {
	var about aboutProvider
	var wait sync.WaitGroup
	wait.Go(func() {
		about.ctx, about.p, about.md, about.err = r.ask.homeOf(ctx, rec)
	})
	err := r.accounts.storable(ctx, rec)
	wait.Wait()
	return about, err
}

// askWithKeys asks for new tokens while the keys of their ID token come.
func (r *refreshes) askWithKeys(about aboutProvider, rec *record, steps *trace.Log) (*tokenAnswer, error) {
	if about.err != nil {
		return nil, about.err
	}
	r.ask.fetchKeysAhead(about.ctx, about.p, about.md, rec)
	return r.ask.askRefresh(about.ctx, about.p, about.md, rec, steps)
}

// fetchKeysAhead begins to fetch the keys of the ID token that a refresh is
// likely to give, so that they come while the tokens do.
func (a *asker) fetchKeysAhead(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) {
	if md.JWKSURI != "" && refreshGivesIDToken(rec) {
		a.idTokens.Announce(ctx, p, md.JWKSURI)
	}
}

// refreshGivesIDToken guesses whether the provider answers a refresh with an ID
// token (OIDC Core §12.2 leaves it to it): the one that there is came with the
// access token that there is.
func refreshGivesIDToken(rec *record) bool {
	issued, ok := idtoken.ClaimTime(rec.IDClaims["iat"])
	return ok && !rec.Tokens.ID.IsZero() && rec.Tokens.Issued.Sub(issued).Abs() < rec.ClockSkew.Abs()+5*time.Minute
}

// storeRotated stores a new refresh token by itself where the rest of the answer
// is to be verified with keys that are not here: whatever becomes of this
// process meanwhile, the only good refresh token there is must not end with it.
// The access token of before counts as ended, since the provider may have ended
// it. A store that fails is tried again with the rest.
func (r *refreshes) storeRotated(ctx context.Context, p *providers.Provider, md *providers.Metadata, old *record, answer *tokenAnswer) {
	if r.accounts.memoryOnly(old) || answer.Refresh.IsZero() ||
		answer.Refresh == old.Tokens.Refresh || r.ask.keysSoon(ctx, p, md, answer.ID) {
		return
	}
	if newer, err := r.accounts.stillThere(ctx, old); err != nil || newer != nil {
		return
	}
	rec := old.copy()
	rec.Tokens.Refresh, rec.Tokens.Expires = answer.Refresh, r.now()
	if err := r.accounts.put(ctx, rec); err != nil {
		r.ask.o.Log.Warn("rotated refresh token could not be stored ahead", "account", rec.ID, "error", err)
	}
}

// keysSoon waits a moment for the keys of an ID token and reports whether they
// are here, or none are needed.
func (a *asker) keysSoon(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw Secret) bool {
	if raw.IsZero() || md.JWKSURI == "" {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, keysPatience)
	defer cancel()
	return a.idTokens.Ready(ctx, p, md, raw)
}
