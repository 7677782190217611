package auth

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// adoption is the name that is held while a sign-in looks for its account, so
// that two sign-ins of one user at once make one account.
const adoption = "adoption"

// adopt makes an account of a finished sign-in, or updates the one it belongs
// to, and stores it if it is to be remembered. If only storing failed,
// the account comes together with an error that wraps [ErrNotStored].
func (a *accounts) adopt(ctx context.Context, res signInResult, r SignInRequest) (*Account, error) {
	next, err := newRecord(res)
	if err != nil {
		return nil, err
	}
	next.GroupsAsked = r.Groups
	next.SignedInAt, next.VerifiedAt = a.now(), a.now()
	if next.GroupsAsked {
		next.GroupsAt = a.now()
	}
	// From here on it is a matter of milliseconds, and the tokens are real:
	// a caller that stops waiting does not lose them.
	waits, stop := context.WithTimeout(ctx, adoptPatience)
	defer stop()
	ctx = context.WithoutCancel(ctx)
	defer a.holdOrGoOn(waits, adoption)()
	old, err := a.sameUser(ctx, next)
	if old == nil && r.Moved {
		old = a.movedUser(ctx, next, r.Account)
	}
	if err != nil {
		a.log.Warn("looking for an earlier account of this user", "error", err)
	}
	if old == nil {
		next.ID = newAccountID()
		next.session = !r.Remember
		err := a.save(ctx, next, false)
		a.happened(next.ID, signedInEntry(nil, next))
		return a.view(next, a.now()), err
	}
	next.ID = old.ID
	next.extra = old.extra
	next.describedBy(old)
	if next.GroupsAsked && old.GroupsAsked {
		next.Changed = old.Changed
		next.regroup(res.Identity, old.Groups, old.groupsAt(), a.now())
	}
	// Signing in again does not forget an account that is remembered, neither
	// the one that was meant nor another that signed in by mistake; a sign-in
	// of its own that says so does.
	next.session = !r.Remember && (old.session || r.Account == "")
	return a.replace(ctx, waits, old, next)
}

// adoptPatience bounds the wait for others who hold the account of a sign-in.
const adoptPatience = 5 * time.Second

// replace stores next in place of old, which is the same user. waits bounds the
// wait for whoever holds it.
func (a *accounts) replace(ctx, waits context.Context, old, next *record) (*Account, error) {
	defer a.holdOrGoOn(waits, old.ID)()
	if now, err := a.load(ctx, old.ID); err == nil {
		next.describedBy(now) // renamed while the person was at the provider
	}
	if next.Tokens.Refresh.IsZero() && old.State != StateNeedsSignIn && sameGrant(old, next) {
		// Some providers give a refresh token at the first consent only. One of
		// a wider grant is not kept: it would give more than was just asked.
		next.Tokens = next.Tokens.WithRefresh(oauth.Tokens{Refresh: old.Tokens.Refresh, RefreshExpires: old.Tokens.RefreshExpires})
	}
	next.Former = old.before(next)
	if next.session && !old.session {
		if err := a.forget(ctx, old.ID); err != nil {
			a.log.Warn("forgetting a stored account", "account", old.ID, "error", err)
		}
	}
	err := a.save(ctx, next, !old.session)
	a.happened(next.ID, signedInEntry(old, next))
	return a.view(next, a.now()), err
}

// sameGrant reports whether the refresh token of old may stand in for the one
// that a sign-in did not give.
func sameGrant(old, next *record) bool {
	return covers(next.Tokens.Scopes, old.Tokens.Scopes) && slices.Equal(next.Asked.Resources, old.Asked.Resources) &&
		old.Home.Issuer == next.Home.Issuer && old.Home.Covers(next.Home) &&
		next.Tokens.Key == old.Tokens.Key // both without: each sign-in has its own
}

// covers reports whether have holds all of want.
func covers(have, want []string) bool {
	set := map[string]bool{}
	for _, s := range have {
		set[s] = true
	}
	for _, s := range want {
		if !set[s] {
			return false
		}
	}
	return true
}

// sameUser finds the account of the same (provider, issuer, subject). Subjects
// of plain OAuth 2.0 have no issuer: there it is also the same place.
func (a *accounts) sameUser(ctx context.Context, next *record) (*record, error) {
	recs, err := a.records(ctx, decodeRecord)
	for _, r := range recs {
		if r.Provider == next.Provider && r.Issuer == next.Issuer && r.Subject == next.Subject && a.samePlace(r, next) {
			return r, nil
		}
	}
	return nil, err
}

// movedUser is the account that signs in again at a provider that moved, if the
// same subject did.
func (a *accounts) movedUser(ctx context.Context, next *record, id string) *record {
	old, err := a.load(ctx, id)
	if id == "" || err != nil || old.Provider != next.Provider || old.Subject != next.Subject {
		return nil
	}
	return old
}

// samePlace reports whether two records of one provider have the same home.
func (a *accounts) samePlace(old, next *record) bool {
	p, ok := a.lookup(old.Provider)
	if !ok || old.Home.IsZero() && next.Home.IsZero() {
		return true
	}
	was, now := old.home(p), next.home(p)
	return was.Issuer == now.Issuer && (was.Issuer != "" || was.Covers(now) && now.Covers(was))
}

// newRecord makes a record, without an id, of a sign-in. Issuer and subject
// come from the ID token if there is one (OIDC Core §5.7), else from the
// user details that the provider gave for the access token.
func newRecord(res signInResult) (*record, error) {
	if res.Identity == nil {
		return nil, &oauth.AnswerError{Step: trace.StepProfile, Reason: "no user details"}
	}
	p := res.Provider
	rec := &record{
		Provider: p.ID, ProviderName: cmp.Or(p.Name, p.ID), State: StateActive,
		User: res.Identity.User, Groups: res.Identity.Groups, Missing: res.Identity.Missing,
		Unread: res.Identity.Unread, Requested: res.Requested, Asked: res.Asked, Tokens: res.Tokens, IDClaims: res.IDTokenClaims,
		Checks: res.Checks, Steps: res.Events, ClockSkew: res.Skew, Home: oauth.HomeOf(p).With(res.Metadata),
	}
	rec.Tokens.Issued, rec.Tokens.Expires = rec.Tokens.Issued.Round(0), rec.Tokens.Expires.Round(0)
	rec.Tokens.RefreshExpires = rec.Tokens.RefreshExpires.Round(0)
	if res.IDTokenClaims != nil {
		rec.Issuer, _ = res.IDTokenClaims["iss"].(string)
		rec.Subject = subject(p.IDToken.Subject, res.IDTokenClaims)
	}
	if rec.Issuer == "" && p.Issuer != "" && res.Metadata != nil {
		rec.Issuer = res.Metadata.Issuer
	}
	rec.Subject = cmp.Or(rec.Subject, rec.User.ID)
	if rec.Subject == "" {
		return nil, identity.ErrNoUser
	}
	rec.User.ID = cmp.Or(rec.User.ID, rec.Subject)
	return rec, nil
}

// subject is the claim that keys the account: the named one, else sub.
func subject(claim string, claims map[string]any) string {
	return cmp.Or(idtoken.Identifier(claims[claim]), idtoken.Identifier(claims["sub"]))
}

// known are the claims that say who signed in: those of the ID token, or what
// else the provider said of the user if none came. It is nil if neither
// has a claim that an ID token can be compared by.
func (r *record) known(claim string) map[string]any {
	for _, claims := range []map[string]any{r.IDClaims, r.User.Claims} {
		if subject(claim, claims) != "" {
			return claims
		}
	}
	return nil
}

// signInResult is a finished, verified sign-in; [accounts.adopt] makes an account
// of it.
type signInResult struct {
	Provider      *providers.Provider
	Metadata      *providers.Metadata
	Tokens        oauth.Tokens
	Skew          time.Duration // how far this clock is ahead of the provider's
	Identity      *identity.Identity
	Checks        []idtoken.Check
	IDTokenClaims map[string]any
	Requested     []string
	Asked         oauth.Grant
	// Events are those so far, the last of them the start of [trace.StepStore].
	Events []trace.Event
}
