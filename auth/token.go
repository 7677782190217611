package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/claviger/claviger/auth/oauth"
)

// The one rule for "still good", used on demand and ahead of time.
//
// A token is good for d at time t if t+d is before its end, and t is not
// before the time when it was issued: then the clock was set back, and nothing
// is known about its age. Ends are reckoned from this machine's clock and the
// answer's lifetime, so that a clock that is off by itself changes nothing. d
// is never less than travelTime and never more than nine tenths of the
// lifetime, because a longer wish would make every request a refresh.
const (
	// defaultTTL is what Token promises if the caller names nothing.
	defaultTTL = time.Minute
	// travelTime is for the request that carries the token and for a provider
	// whose clock is ahead.
	travelTime = 10 * time.Second
	// setBack is how far a clock may step back without a doubt.
	setBack = time.Minute
)

// goodFor reports whether the access token is good for d. One without a known
// end is good until the provider says otherwise.
func goodFor(t oauth.Tokens, d time.Duration, now time.Time) bool {
	if t.Access.IsZero() {
		return false
	}
	if t.Expires.IsZero() {
		return true
	}
	if now.Before(t.Issued.Add(-setBack)) {
		return false
	}
	d = max(d, travelTime)
	if life := t.Expires.Sub(t.Issued); !t.Issued.IsZero() && life > 0 {
		d = min(d, life/10*9)
		if life < 2*defaultTTL {
			d = min(d, life/2) // else a short token would never be good
		}
	}
	return now.Add(d).Before(t.Expires)
}

// goodFor is that of the tokens, with one exception: those of a sign-in may be what
// is left of older ones, so that their lifetime bounds no wish.
func (r *record) goodFor(d time.Duration, now time.Time) bool {
	t := r.Tokens
	first := !t.Issued.After(r.SignedInAt)
	if first && !t.Refresh.IsZero() && !t.Expires.IsZero() && d > t.Expires.Sub(t.Issued) {
		return false
	}
	return goodFor(t, d, now)
}

// valid is [Agent.Token] with the whole record.
func (r *refreshes) valid(ctx context.Context, id string, minTTL time.Duration) (*record, error) {
	return r.validBy(ctx, id, minTTL, decodeRecord)
}

// tokens is valid for the tokens only: what else is in the record may be left out, and it
// must not be stored.
func (r *refreshes) tokens(ctx context.Context, id string, minTTL time.Duration) (*record, error) {
	return r.validBy(ctx, id, minTTL, decodeSummary)
}

func (r *refreshes) validBy(ctx context.Context, id string, minTTL time.Duration, decode decoder) (*record, error) {
	rec, err := r.accounts.loadBy(ctx, id, r.accounts.store.Get, decode)
	if err != nil {
		return nil, err
	}
	if moved := r.ask.moved(rec); moved != nil {
		return nil, moved
	}
	if minTTL <= 0 {
		minTTL = defaultTTL
	}
	if rec.goodFor(minTTL, r.now()) {
		return rec, nil
	}
	next, err := r.refreshed(ctx, id, func(rec *record) bool { return !rec.goodFor(minTTL, r.now()) }, false)
	switch {
	case next != nil && (err == nil || errors.Is(err, ErrNotStored)):
		// Kept in memory and tried again; the token works.
		return next, nil
	case errors.Is(err, ErrNoAccount):
		return nil, err
	case goodFor(rec.Tokens, minTTL, r.now()) && !errors.Is(err, oauth.ErrNeedsSignIn):
		return rec, nil // as good as it was before
	case minTTL <= defaultTTL && !rec.Tokens.Expired(r.now()) && goodFor(rec.Tokens, 0, r.now()):
		return rec, nil
	default:
		return nil, err
	}
}

func (r *refreshes) refresh(ctx context.Context, id string) (*Account, error) {
	rec, err := r.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	seen := rec.Tokens.Access
	next, err := r.refreshed(ctx, id, func(rec *record) bool { return rec.Tokens.Access == seen }, true)
	if next == nil || err != nil && !errors.Is(err, ErrNotStored) {
		return nil, err
	}
	return r.accounts.view(next, r.now()), err
}

// needsSignIn is the error of an account that only a sign-in helps.
func needsSignIn(rec *record, now time.Time) error {
	if rec.Tokens.Refresh.IsZero() {
		return &noRefreshError{good: !rec.Tokens.Expired(now), expires: rec.Tokens.Expires}
	}
	if rec.Reason == "" {
		return oauth.ErrNeedsSignIn
	}
	return fmt.Errorf("%w: %s", oauth.ErrNeedsSignIn, rec.Reason)
}
