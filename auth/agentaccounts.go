package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/internal/plain"
)

// Accounts lists the accounts, by provider name and then user name. It asks no
// network. Damaged records are left out and named in the error, which then
// comes together with the others.
func (a *Agent) Accounts(ctx context.Context) ([]*Account, error) {
	return a.accounts.list(ctx, decodeRecord)
}

// Summaries is [Agent.Accounts] without Checks and Steps, which are half of what
// there is to read: for lists of many accounts.
func (a *Agent) Summaries(ctx context.Context) ([]*Account, error) {
	return a.accounts.list(ctx, decodeSummary)
}

// Account finds one account by id, provider id, login@provider or verified
// email address; "" is the only one. Errors wrap [ErrNoAccount] or [ErrAmbiguous].
func (a *Agent) Account(ctx context.Context, name string) (*Account, error) {
	return a.accounts.find(ctx, name)
}

// Describe changes what the person says of an account; it asks no network. change gets
// what they say now, and may be called while other changes wait. A label is cleaned. The
// error wraps [ErrLabel] if it is too long; nothing is changed then. If only storing
// failed, the account comes together with an error that wraps [ErrNotStored].
func (a *Agent) Describe(ctx context.Context, id string, change func(*Description)) (*Account, error) {
	rec, err := a.accounts.update(ctx, id, func(r *record) (bool, error) {
		next := r.Description
		change(&next)
		if !next.clean() {
			return false, ErrLabel
		}
		if next == r.Description {
			return false, nil
		}
		r.Description, r.DescribedAt = next, a.now().Round(0)
		return true, nil
	})
	if err != nil && !errors.Is(err, ErrNotStored) {
		return nil, err
	}
	return a.accounts.view(rec, a.now()), err
}

// Check asks the provider for the user's details again, refreshing the token
// if needed, and stores what it says. If the provider cannot be reached the
// account keeps everything and is marked offline, and the error wraps
// [oauth.ErrOffline]; if only storing failed, the account comes together with an
// error that wraps [ErrNotStored].
func (a *Agent) Check(ctx context.Context, id string) (*Account, error) {
	return a.upkeep.refreshes.check(ctx, id)
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

// History is what happened with an account, the newest first: of each kind the
// last 50. It asks no network.
func (a *Agent) History(ctx context.Context, id string) ([]history.Entry, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := a.accounts.history.List(ctx, id, rec.session)
	slices.Reverse(list)
	return list, err
}

// ClearHistory forgets what happened with an account, and keeps the account.
func (a *Agent) ClearHistory(ctx context.Context, id string) error {
	if _, err := a.accounts.load(ctx, id); err != nil {
		return err
	}
	return a.accounts.history.Forget(ctx, id)
}

// TakeHistory is [Agent.ClearHistory] that returns what was there, for
// [Agent.RestoreHistory].
func (a *Agent) TakeHistory(ctx context.Context, id string) ([]history.Entry, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return a.accounts.history.Take(ctx, id, rec.session)
}

// RestoreHistory adds entries to what happened with an account, such as those that
// [Agent.TakeHistory] took. They are stored soon after, at the latest by [Agent.Close].
func (a *Agent) RestoreHistory(ctx context.Context, id string, entries []history.Entry) error {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return err
	}
	for _, e := range entries {
		a.accounts.history.Add(id, e, rec.session || !a.accounts.store.Stores())
	}
	return nil
}

// Handed notes that a token was handed out: to a program, to the clipboard.
// The same token to the same receiver is noted once. It is stored soon after,
// at the latest by [Agent.Close].
func (a *Agent) Handed(t *Token, kind history.TokenKind, to string) {
	token := t.AccessToken
	if kind == history.IDToken {
		token = t.IDToken
	}
	if token.IsZero() {
		return
	}
	a.accounts.happened(t.AccountID, history.Entry{
		Kind: history.HandedOut, At: a.now(), To: plain.Short(to), TokenKind: kind, Token: history.Fingerprint(token),
	})
}
