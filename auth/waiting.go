package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/coded"
)

// WaitingKind names what waits for the network.
type WaitingKind string

// The kinds.
const (
	// WaitingRefresh is an account that is offline: its tokens are to be
	// refreshed or, if they cannot be, to be tried.
	WaitingRefresh WaitingKind = "refresh"
	// WaitingRevocation is a sign-out whose tokens are still to be revoked, or
	// to be proved revoked.
	WaitingRevocation WaitingKind = "revocation"
)

// Waiting is something that waits for the network or a provider.
type Waiting struct {
	Kind WaitingKind `json:"kind"`
	// Account is its id; of a revocation the one that the account had.
	Account string `json:"account"`
	// Provider is its id, ProviderName its name for people.
	Provider     string `json:"provider"`
	ProviderName string `json:"provider_name"`
	// Who is the best name of the person.
	Who string `json:"who"`
	// Since is when it began to wait; zero for a refresh of which an older
	// version did not keep it.
	Since time.Time `json:"since,omitzero"`
	// Next is when it is tried again; zero if nobody keeps this account fresh
	// ([Agent.KeepFresh]) and the provider named no time.
	Next time.Time `json:"next,omitzero"`
	// Failure is the class of the last failure, Reason the same in words.
	Failure problem.Failure `json:"failure,omitempty"`
	Reason  string          `json:"reason"`
	// Stored reports whether it goes on after this program ends.
	Stored bool `json:"stored"`
}

// Waiting lists what waits for the network, what began first first. It asks no
// network. [Agent.Watch] reports changes. What cannot be read is named in the
// error, which then comes together with the others.
func (a *Agent) Waiting(ctx context.Context) ([]Waiting, error) {
	accounts, accountsErr := a.Accounts(ctx)
	list, outsErr := a.WaitingOf(ctx, accounts)
	if accountsErr != nil && coded.Of(outsErr) == ledger.CodeLocked {
		outsErr = nil // one reason for both
	}
	return list, errors.Join(accountsErr, outsErr)
}

// WaitingOf is [Agent.Waiting] for a caller that has listed the accounts already:
// they are not read again.
func (a *Agent) WaitingOf(ctx context.Context, accounts []*Account) ([]Waiting, error) {
	var list []Waiting
	for _, acc := range accounts {
		if acc.State == StateOffline {
			list = append(list, a.upkeep.waiting(acc))
		}
	}
	outs, err := a.upkeep.signOuts.receipts.all(ctx)
	for _, s := range outs {
		if r := s.receipt; r.Pending() && (!s.heldBack() || !s.waits(a.now())) {
			reason := r.Retry.Reason
			if reason == "" {
				reason = causeNotTried // cut off before it was
			}
			list = append(list, Waiting{
				Kind: WaitingRevocation, Account: r.Account, Provider: r.Provider, ProviderName: r.ProviderName, Who: r.Who,
				Since: r.At, Next: r.Retry.Next, Failure: r.Retry.Failure, Reason: reason, Stored: r.Stored,
			})
		}
	}
	slices.SortStableFunc(list, func(x, y Waiting) int { return x.Since.Compare(y.Since) })
	return list, err
}

// waiting is an account that waits for the network.
func (u *upkeep) waiting(acc *Account) Waiting {
	w := Waiting{
		Kind: WaitingRefresh, Account: acc.ID, Provider: acc.Provider, ProviderName: acc.ProviderName, Who: acc.title(),
		Since: acc.OfflineSince, Next: u.next(acc.ID), Failure: problem.FailureOffline, Reason: acc.Reason, Stored: acc.Remembered,
	}
	if acc.RetryAt.After(u.now()) {
		w.Failure = problem.FailureLimited
		if acc.RetryAt.After(w.Next) {
			w.Next = acc.RetryAt
		}
	}
	return w
}

// RetryNow tries everything that waits ([Agent.Waiting]) at once, whenever it
// was to be tried next, and returns when that is done; only what a provider
// itself asked for (Retry-After) is waited for. What still waits then stands in
// [Agent.Waiting]. What the store did not take is stored first; the error wraps
// [ErrNotStored] if it still does not take it, and is about reading what waits.
func (a *Agent) RetryNow(ctx context.Context) error {
	saveErr := a.accounts.memory.Flush(ctx)
	accounts, err := a.Accounts(ctx)
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, acc := range accounts {
		if acc.State == StateOffline {
			group.Go(func() error { a.upkeep.retry(ctx, acc); return nil })
		}
	}
	_, outsErr := a.RetrySignOuts(ctx)
	_ = group.Wait() // what went wrong stands in the accounts
	return errors.Join(saveErr, err, outsErr)
}

// retry asks the provider for what makes an offline account active: new
// tokens or, if there can be none, whether the old ones are good.
func (u *upkeep) retry(ctx context.Context, acc *Account) {
	var err error
	if acc.CanRefresh {
		_, err = u.refreshes.refresh(ctx, acc.ID)
	} else {
		_, err = u.refreshes.check(ctx, acc.ID)
	}
	if err != nil {
		u.log.Debug("still offline", "account", acc.ID, "error", err)
	}
}
