package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// refreshHeld is one refresh: lock, read again, refresh only if still needed,
// store durably, release. Whoever comes second, in this process or another,
// finds the tokens that the first one stored and asks the provider nothing.
func (r *refreshes) refreshHeld(ctx context.Context, id string, n need, forced bool) (*record, error) {
	release, err := r.accounts.hold(ctx, id)
	if err != nil {
		return nil, err
	}
	defer release()
	rec, err := r.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case !n(rec):
		return rec, nil
	case rec.Tokens.Refresh.IsZero(), rec.State == StateNeedsSignIn && !forced:
		return nil, needsSignIn(rec, r.now())
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	if err := rec.waits(r.now()); err != nil {
		return nil, err
	}
	// The answer may hold the only good refresh token: nobody can cut this.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
	defer cancel()
	about, err := r.readyToRefresh(ctx, rec)
	if err != nil {
		return nil, err
	}
	provider, steps := rec.Provider, trace.NewLog(r.ask.clock, nil)
	answer, err := r.askWithKeys(ctx, about, rec, steps)
	if err != nil {
		rec, err = r.refreshFailed(ctx, rec, n, steps, err)
		if err != nil {
			r.accounts.happened(id, r.accounts.failedEntry(provider, trace.StepRefresh, err, steps.Events()))
		}
		return rec, err
	}
	return r.rotate(ctx, about.client, rec, answer, steps)
}

// rotate takes over the tokens of an answer and stores them.
func (r *refreshes) rotate(ctx context.Context, c *oauth.Client, old *record, answer *oauth.TokenResponse, steps *trace.Log) (*record, error) {
	p := c.Provider
	r.storeRotated(ctx, c, old, answer)
	rec := old.copy()
	rec.Home = old.home(p) // of an old record, once and for all
	rec.RetryAt, rec.ClockSkew = time.Time{}, answer.Skew
	rec.Tokens = rec.Tokens.WithRefresh(answer.Tokens)
	var reason phrase.Text = "the refreshed token is not bound to a key"
	refused := oauth.Unbound(p, answer.Tokens, trace.StepRefresh)
	if refused == nil {
		reason = "the refreshed identity could not be verified"
		refused = r.refreshedIDToken(ctx, c, rec, answer, steps)
	}
	if refused == nil {
		rec.Tokens.Access = answer.Access
		rec.Tokens.Issued, rec.Tokens.Expires = answer.Issued.Round(0), answer.Expires.Round(0)
		if answer.Type != "" {
			rec.Tokens.Type = answer.Type
		}
		if answer.ScopeGiven {
			rec.Tokens.Scopes = answer.Scopes
		}
		rec.turn(StateActive, "", r.now())
	} else {
		// Somebody else's tokens are not handed out; the rotated refresh token
		// is kept, so that nothing is lost to a mistake of the provider.
		rec.turn(StateNeedsSignIn, reason, r.now())
	}
	rec.Steps, rec.Former = steps.Events(), old.before(rec)
	if newer, err := r.accounts.stillThere(ctx, rec); err != nil || newer != nil {
		return newer, err
	}
	err := r.accounts.save(ctx, rec, true)
	if refused != nil {
		r.accounts.happened(rec.ID, r.accounts.failedEntry(p.ID, trace.StepRefresh, refused, rec.Steps))
		return nil, errors.Join(fmt.Errorf("%w: %w", oauth.ErrNeedsSignIn, refused), err)
	}
	r.accounts.happened(rec.ID, refreshedEntry(old, rec, r.now()))
	return rec, err
}

// refreshedIDToken takes over the ID token of a refresh answer, if there is
// one and it is good. One for another user, client or key refuses the answer
// (OIDC Core §12.2). One that only the clock is against is left out: an answer
// need not have any, and the clock may be this machine's.
func (r *refreshes) refreshedIDToken(ctx context.Context, c *oauth.Client, rec *record, answer *oauth.TokenResponse, steps *trace.Log) error {
	if answer.ID.IsZero() {
		return nil
	}
	step := steps.Start(trace.StepVerify, "")
	known := rec.known(c.Provider.IDToken.Subject)
	if known == nil {
		step.End(trace.Bypassed, "ignored an ID token that cannot be compared with who signed in", nil)
		return nil
	}
	iss, _ := rec.IDClaims["iss"].(string)
	checks, claims, err := r.ask.idTokens.Verify(ctx, c.Provider, c.Metadata, answer.ID, idtoken.Wants{
		SkipNonce: true, AccessToken: answer.Access, Known: known, Issuer: iss, Skew: answer.Skew,
	})
	if err == nil {
		step.Done("")
		rec.Tokens.ID, rec.IDClaims, rec.Checks = answer.ID, claims, checks
		return nil
	}
	step.Fail(err)
	if !errors.Is(err, ErrIDToken) {
		return nil // its keys could not be had; the old one stays
	}
	rec.Checks = checks
	for _, c := range checks {
		if c.Outcome == idtoken.Failed && c.Name != "exp" && c.Name != "iat" && c.Name != "nbf" {
			return err
		}
	}
	return nil
}

// refreshFailed decides what a failed refresh means. Only an OAuth error that
// says so makes a sign-in needed; nothing is ever deleted.
func (r *refreshes) refreshFailed(ctx context.Context, rec *record, n need, steps *trace.Log, err error) (*record, error) {
	var (
		refused *oauth.ProviderError
		limit   *oauth.RateLimitError
	)
	switch {
	case errors.As(err, &limit):
		rec.RetryAt = limit.Until
		r.accounts.note(ctx, rec, StateOffline, phrase.Say("too many requests; the provider accepts none before {clock}", oauth.Clock(limit.Until)))
		return nil, err
	case errors.Is(err, oauth.ErrOffline):
		r.accounts.note(ctx, rec, StateOffline, "the provider could not be reached")
		return nil, err
	case !errors.As(err, &refused) || !r.ask.ended(ctx, rec, refused):
		return nil, err
	}
	// Without a lock over processes another one may have been quicker; its
	// tokens are the good ones then.
	if now, readErr := r.accounts.load(ctx, rec.ID); readErr == nil && now.Tokens.Refresh != rec.Tokens.Refresh && !n(now) {
		return now, nil
	}
	rec.Steps = steps.Events()
	if refused.Guessed && !r.ask.endedByFile(ctx, rec, refused) {
		// The person is told that a sign-in helps. The account is not: somebody
		// between here and the provider may have answered, and the next one who
		// asks tries again.
		r.accounts.note(ctx, rec, StateOffline, rejects(refused.Description))
		return nil, fmt.Errorf("%w: %w", oauth.ErrNeedsSignIn, err)
	}
	var reason phrase.Text = "the provider ended the session"
	if refused.Code != "" {
		reason = phrase.Say("the provider ended the session ({error})", refused.Code)
	}
	r.accounts.note(ctx, rec, StateNeedsSignIn, reason)
	return nil, fmt.Errorf("%w: %w", oauth.ErrNeedsSignIn, err)
}

// rejects says that refreshes are refused, in the provider's words if it has any.
func rejects(why string) string {
	if why == "" {
		return phrase.Say("the provider rejects refreshes without saying why; if it continues, sign in again")
	}
	return phrase.Say("the provider rejects refreshes ({words}); if it continues, sign in again", plain.Short(why))
}

// ended reports whether a refusal means that only a sign-in helps: by its code,
// or because the provider's file says so of its words.
func (a *asker) ended(ctx context.Context, rec *record, refused *oauth.ProviderError) bool {
	return sessionEnded(refused.Code) || refused.Guessed || a.endedByFile(ctx, rec, refused)
}

// endedByFile reports that the provider's file knows the words of a refusal.
func (a *asker) endedByFile(ctx context.Context, rec *record, refused *oauth.ProviderError) bool {
	p, err := a.provider(ctx, rec.Provider)
	if err != nil {
		return false
	}
	help, _, ok := p.Help(refused.Code + ": " + refused.Description)
	return ok && help.SessionEnded
}

// sessionEnded reports whether an OAuth error of a refresh means that only a
// sign-in helps (RFC 6749 §5.2; GitHub; RFC 6750 §3.1, and words of the device
// flow, which some servers use for refresh tokens; OIDC Core §3.1.2.6; Auth0).
func sessionEnded(code string) bool {
	switch code {
	case "invalid_grant", "bad_refresh_token", "invalid_token", "expired_token", "token_expired",
		"interaction_required", "login_required", "consent_required", "mfa_required":
		return true
	}
	return false
}
