package auth

import (
	"context"
	"errors"
	"fmt"
	"time"
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
	// defaultTTL is what Token promises where the caller names nothing.
	defaultTTL = time.Minute
	// travelTime is for the request that carries the token and for a provider
	// whose clock is ahead.
	travelTime = 10 * time.Second
	// setBack is how far a clock may step back without a doubt.
	setBack = time.Minute
)

// goodFor reports whether the access token is good for d. One without a known
// end is good until the provider says otherwise.
func (t tokenSet) goodFor(d time.Duration, now time.Time) bool {
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
	return t.goodFor(d, now)
}

// expired reports whether the access token is of no use any more.
func (t tokenSet) expired(now time.Time) bool {
	return t.Access.IsZero() || !t.Expires.IsZero() && !now.Before(t.Expires)
}

// Token returns a token that is good for at least minTTL (zero: one minute;
// more than nine tenths of the whole lifetime is cut to that, once a refresh has
// shown what it is), refreshing it if needed. A token that is still good is returned without lock and without
// network. Where a refresh fails or cannot be, a token that has not ended yet
// is returned all the same, unless more than a minute was asked for.
//
// Errors wrap [ErrNoAccount], [ErrNeedsSignIn] (with [ErrNoRefresh] where the
// provider gave no refresh token), [ErrOffline], or come from the store.
func (a *Agent) Token(ctx context.Context, id string, minTTL time.Duration) (*Token, error) {
	rec, err := a.upkeep.refreshes.valid(ctx, id, minTTL)
	if err != nil {
		return nil, err
	}
	return rec.token(), nil
}

// valid is [Agent.Token] with the whole record.
func (r *refreshes) valid(ctx context.Context, id string, minTTL time.Duration) (*record, error) {
	rec, err := r.accounts.load(ctx, id)
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
	case rec.Tokens.goodFor(minTTL, r.now()) && !errors.Is(err, ErrNeedsSignIn):
		return rec, nil // as good as it was before
	case minTTL <= defaultTTL && !rec.Tokens.expired(r.now()) && rec.Tokens.goodFor(0, r.now()):
		return rec, nil
	default:
		return nil, err
	}
}

// Stored returns the tokens as they are, expired or not, for showing them.
func (a *Agent) Stored(ctx context.Context, id string) (*Token, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return rec.token(), nil
}

// Refresh gets new tokens now, whatever the old ones' age. Several at once are
// one. The account comes together with an error that wraps [ErrNotStored]
// where only storing the new tokens failed.
func (a *Agent) Refresh(ctx context.Context, id string) (*Account, error) {
	return a.upkeep.refreshes.refresh(ctx, id)
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
	return r.accounts.told(next, r.now()), err
}

// noRefreshError says until when the token is good that cannot be renewed.
type noRefreshError struct {
	good    bool      // it is still
	expires time.Time // zero where that is not known
}

// Error implements error.
func (e *noRefreshError) Error() string { return fmt.Sprintf("%v: %v", ErrNeedsSignIn, ErrNoRefresh) }

// Unwrap returns [ErrNeedsSignIn] and [ErrNoRefresh].
func (e *noRefreshError) Unwrap() []error { return []error{ErrNeedsSignIn, ErrNoRefresh} }

// needsSignIn is the error of an account that only a sign-in helps.
func needsSignIn(rec *record, now time.Time) error {
	if rec.Tokens.Refresh.IsZero() {
		return &noRefreshError{good: !rec.Tokens.expired(now), expires: rec.Tokens.Expires}
	}
	if rec.Reason == "" {
		return ErrNeedsSignIn
	}
	return fmt.Errorf("%w: %s", ErrNeedsSignIn, rec.Reason)
}
