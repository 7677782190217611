package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/sync/errgroup"

	"claviger/providers"
)

// atOnce bounds the accounts that are refreshed or checked at the same time.
const atOnce = 4

// Check asks the provider for the user's details again, refreshing the token
// if needed, and stores what it says. Where the provider cannot be reached the
// account keeps everything and is marked offline, and the error wraps
// [ErrOffline]; where only storing failed, the account comes together with an
// error that wraps [ErrNotStored].
func (a *Agent) Check(ctx context.Context, id string) (*Account, error) {
	rec, err := a.valid(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	seen, err := a.identity(ctx, rec)
	if refusedToken(err) {
		// RFC 6750 §3.1: the token ended before its time; once is enough.
		used := rec.Tokens.Access
		rec, err = a.refreshed(ctx, id, func(r *record) bool { return r.Tokens.Access == used }, false)
		if err != nil && !errors.Is(err, ErrNotStored) {
			return nil, err
		}
		seen, err = a.identity(ctx, rec)
	}
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	next, updateErr := a.update(ctx, id, func(r *record) (bool, error) { return a.seen(r, seen, err) })
	if err != nil {
		return nil, err
	}
	if next == nil || updateErr != nil && !errors.Is(updateErr, ErrNotStored) {
		return nil, updateErr
	}
	return a.told(next, a.now()), updateErr
}

// identity asks the provider who the account is.
func (a *Agent) identity(ctx context.Context, rec *record) (*providers.Identity, error) {
	p, err := a.provider(ctx, rec.Provider)
	if err != nil {
		return nil, err
	}
	md, err := p.Metadata(ctx, a.http)
	if err != nil {
		return nil, unreachable(err)
	}
	seen, err := p.Identity(ctx, providers.IdentityRequest{
		HTTP: a.http, Metadata: md, AccessToken: rec.Tokens.Access,
		IDTokenClaims: rec.IDClaims, Scopes: rec.Tokens.Scopes, Groups: rec.GroupsAsked,
	})
	if err != nil {
		return nil, unreachable(err)
	}
	if rec.IDClaims != nil && seen.Userinfo != nil {
		if _, err := withUserinfo(nil, rec.IDClaims, seen.Userinfo); err != nil {
			return nil, err // OIDC Core §5.3.2
		}
	}
	return seen, nil
}

// refusedToken reports whether a resource answered 401 (RFC 6750 §3.1).
func refusedToken(err error) bool {
	var status interface{ StatusCode() int }
	return errors.As(err, &status) && status.StatusCode() == http.StatusUnauthorized
}

// seen takes over what a check found, on a record that may have changed since.
func (a *Agent) seen(r *record, seen *providers.Identity, err error) (bool, error) {
	if err != nil {
		if !errors.Is(err, ErrOffline) || r.State != StateActive {
			return false, nil
		}
		r.State, r.Reason = StateOffline, "the provider could not be reached"
		return true, nil
	}
	if r.User.ID != "" && seen.User.ID != "" && seen.User.ID != r.User.ID {
		return false, &AnswerError{Step: StepProfile, Reason: "the answer is about another user"}
	}
	id := r.User.ID
	r.User, r.Missing = seen.User, seen.Missing
	if r.User.ID == "" {
		r.User.ID = id
	}
	// A refused groups request is no proof that there are none any more.
	if r.GroupsAsked && (len(seen.Groups) > 0 || len(seen.Missing) == 0) {
		r.Groups = seen.Groups
	}
	r.VerifiedAt = a.now()
	if r.State == StateOffline {
		r.State, r.Reason = StateActive, ""
	}
	return true, nil
}

// CheckAll checks every account, a few at a time: the look at the network that
// follows a start from the store. The error joins those of the accounts.
func (a *Agent) CheckAll(ctx context.Context) error {
	list, listErr := a.Accounts(ctx)
	errs := make([]error, len(list))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, acc := range list {
		group.Go(func() error {
			if _, err := a.Check(ctx, acc.ID); err != nil {
				errs[i] = fmt.Errorf("%s: %w", acc.ID, err)
			}
			return nil
		})
	}
	_ = group.Wait() // collected one by one
	return errors.Join(append(errs, listErr)...)
}
