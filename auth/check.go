package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers/identity"
)

// atOnce bounds the accounts that are refreshed or checked at the same time.
const atOnce = 4

func (r *refreshes) check(ctx context.Context, id string) (*Account, error) {
	rec, err := r.valid(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	asked := &inquiry{}
	seen, err := r.ask.identity(ctx, rec, asked)
	if asked.refused() {
		// RFC 6750 §3.1: the token ended before its time; once is enough.
		used := rec.Tokens.Access
		rec, err = r.refreshed(ctx, id, func(rec *record) bool { return rec.Tokens.Access == used }, false)
		if err != nil && !errors.Is(err, ErrNotStored) {
			return nil, err
		}
		asked = &inquiry{}
		seen, err = r.ask.identity(ctx, rec, asked)
	}
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	next, updateErr := r.accounts.update(ctx, id, func(rec *record) (bool, error) { return rec.see(seen, asked, r.now(), err) })
	if err != nil {
		return nil, err
	}
	if next == nil || updateErr != nil && !errors.Is(updateErr, ErrNotStored) {
		return nil, updateErr
	}
	return r.accounts.view(next, r.now()), updateErr
}

// identity asks the provider who the account is.
func (a *asker) identity(ctx context.Context, rec *record, asked *inquiry) (*identity.Identity, error) {
	c, err := a.clientFor(ctx, rec)
	if err != nil {
		return nil, err
	}
	client, err := c.HTTP()
	if err != nil {
		return nil, err
	}
	r := identity.Request{
		HTTP: client, Metadata: c.Metadata,
		IDTokenClaims: rec.IDClaims, Scopes: rec.Tokens.Scopes, Groups: rec.GroupsAsked,
		Observe: asked.add, Verify: a.idTokens.Userinfo(c.Provider, c.Metadata),
	}
	present(&r, c, rec.Tokens)
	seen, err := identity.Ask(c.Reaching(ctx), c.Provider, r)
	switch {
	case err != nil:
		return nil, oauth.Unreachable(err)
	case asked.unanswered():
		// Every source may fail by itself; all of them failing is no answer.
		return nil, fmt.Errorf("%s: %w", trace.StepProfile, oauth.ErrOffline)
	}
	if rec.IDClaims != nil && seen.Userinfo != nil {
		if _, err := idtoken.WithUserinfo(nil, rec.IDClaims, seen.Userinfo); err != nil {
			return nil, err // OIDC Core §5.3.2
		}
	}
	return seen, nil
}

// present gives requests for user details the token: as it is, or, if it is bound to a
// key, the client of r with a proof in each request.
func present(r *identity.Request, c *oauth.Client, t oauth.Tokens) {
	if t.Type != oauth.TypeDPoP {
		r.AccessToken = t.Access
		return
	}
	with := *r.HTTP
	with.Transport = c.Presenting(with.Transport, t)
	r.Authorized = &with
}

// inquiry is how the requests for user details went.
type inquiry struct {
	mu       sync.Mutex
	statuses []int // 0 if there was no answer
}

func (q *inquiry) add(r identity.Exchange) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.statuses = append(q.statuses, r.Status)
}

// refused reports whether one was answered 401: the token ended before its
// time (RFC 6750 §3.1).
func (q *inquiry) refused() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Contains(q.statuses, http.StatusUnauthorized)
}

// unanswered reports whether none of them got an answer of use.
func (q *inquiry) unanswered() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.statuses) > 0 && !slices.ContainsFunc(q.statuses, func(s int) bool { return s != 0 && !oauth.Busy(s) })
}

// answered reports whether any was made and got one.
func (q *inquiry) answered() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.ContainsFunc(q.statuses, func(s int) bool { return s >= 200 && s < 300 })
}

// see takes over what a check found, on a record that may have changed since.
func (r *record) see(seen *identity.Identity, asked *inquiry, now time.Time, err error) (bool, error) {
	if err != nil {
		if !errors.Is(err, oauth.ErrOffline) || r.State != StateActive {
			return false, nil
		}
		r.turn(StateOffline, "the provider could not be reached", now)
		return true, nil
	}
	if r.User.ID != "" && seen.User.ID != "" && seen.User.ID != r.User.ID {
		return false, &oauth.AnswerError{Step: trace.StepProfile, Reason: "the response is about another user"}
	}
	old := r.User
	r.User, r.Missing = seen.User, seen.Missing
	r.User.ID = cmp.Or(r.User.ID, old.ID)
	if len(seen.Missing) > 0 { // what did not come this time is as last seen
		if r.User.Email == "" {
			r.User.Email, r.User.EmailVerified = old.Email, old.EmailVerified
		}
		r.User.Login, r.User.Name = cmp.Or(r.User.Login, old.Login), cmp.Or(r.User.Name, old.Name)
		r.User.Picture = cmp.Or(r.User.Picture, old.Picture)
	}
	if r.GroupsAsked {
		r.regroup(seen, r.Groups, r.groupsAt(), now)
	}
	if asked.answered() {
		r.VerifiedAt = now
	}
	if r.State == StateOffline {
		r.turn(StateActive, "", now)
	}
	return true, nil
}
