package auth

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
)

const (
	// revokeFor is how long a revocation that does not get through is tried.
	revokeFor = 30 * 24 * time.Hour
	// revokeMost bounds the wait between two tries, which begins with
	// [retryFirst] and is doubled each time.
	revokeMost = time.Hour
	// attemptPatience bounds one try, its proof included.
	attemptPatience = 50 * time.Second
	// interrupted is how old a sign-out must be whose account is still there to
	// be taken for one that was cut off before it forgot the account.
	interrupted = time.Minute
)

func (o *signOuts) retryAll(ctx context.Context, onlyDue bool) ([]*Receipt, error) {
	list, err := o.receipts.all(ctx)
	var (
		mu    sync.Mutex
		ended []*Receipt
		group errgroup.Group
	)
	group.SetLimit(atOnce)
	for _, s := range list {
		if !s.receipt.Pending() || onlyDue && o.now().Before(s.due(o.now())) {
			continue
		}
		group.Go(func() error {
			if r := o.retry(ctx, s); r != nil && !r.Pending() {
				mu.Lock()
				defer mu.Unlock()
				ended = append(ended, r)
			}
			return nil
		})
	}
	_ = group.Wait() // what went wrong stands in the receipts
	slices.SortFunc(ended, func(x, y *Receipt) int { return x.At.Compare(y.At) })
	return ended, err
}

// retry tries one revocation: lock, read again, try only what no
// other process tried meanwhile, store, release. Nil means that nothing was tried.
func (o *signOuts) retry(ctx context.Context, seen *signOut) *Receipt {
	id := seen.receipt.Account
	wait, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	release, err := o.accounts.hold(wait, id)
	if err != nil {
		return nil // another process is at it, and keeps what comes of it
	}
	defer release()
	s, err := o.receipts.get(ctx, id)
	switch {
	case err != nil, !s.receipt.Pending(), s.receipt.Retry.Tries != seen.receipt.Retry.Tries, s.waits(o.now()):
		return nil
	}
	return o.goOn(ctx, s)
}

// goOn tries a revocation, unless it must not be tried now or any more; nil means that
// nothing was done. The caller holds the account's id.
func (o *signOuts) goOn(ctx context.Context, s *signOut) *Receipt {
	switch {
	case o.cutOff(ctx, s):
		return nil
	case o.overtaken(ctx, s):
		o.receipts.keep(ctx, s)
		o.receipts.dropOld(ctx)
		return s.copied()
	case o.isEntering(s.receipt.Provider), ctx.Err() != nil:
		return nil
	}
	o.attempt(ctx, s, !s.heldBack())
	return s.copied()
}

// due is when it is tried next: at once if the clock was set back since the
// last try.
func (s *signOut) due(now time.Time) time.Time {
	if now.Before(s.receipt.Retry.Last.Add(-setBack)) {
		return now
	}
	return s.receipt.Retry.Next
}

// waits reports whether the provider wants no request yet; more than it can ask
// for means that the clock was set.
func (s *signOut) waits(now time.Time) bool {
	left := s.notBefore.Sub(now)
	return left > 0 && left <= oauth.MaxRetryAfter
}

// cutOff reports whether the account of s is still there. Then the sign-out was
// cut off before it forgot the account, which goes on: its tokens must live.
func (o *signOuts) cutOff(ctx context.Context, s *signOut) bool {
	if _, err := o.accounts.load(ctx, s.receipt.Account); errors.Is(err, ErrNoAccount) {
		return false
	}
	if o.now().Sub(s.receipt.At).Abs() > interrupted {
		_ = o.receipts.drop(ctx, s.receipt.Account) // else the next try does
	}
	return true
}

// overtaken ends what must not or need not be tried any more.
func (o *signOuts) overtaken(ctx context.Context, s *signOut) bool {
	p, known := o.accounts.lookup(s.receipt.Provider)
	now := o.now()
	end := func(outcome string, code factCode) bool {
		s.receipt.Revoked = came(outcome, fact{Code: code, Page: pageOf(p)})
		s.receipt.Proof = Result{Outcome: OutcomeNotAsked}
		s.end(now)
		return true
	}
	newer, err := o.accounts.sameUser(ctx, s.rec)
	switch {
	case err != nil && newer == nil && coded.Of(err) == ledger.CodeLocked:
		return false
	case newer != nil && (s.sharesTokens(newer) || known && endsGrant(p)):
		return end(OutcomeDropped, factSignedInAgain)
	case s.receipt.Revoked.Outcome == OutcomeDone: // what is left is the proof, which has a limit of its own
		return false
	case s.rec.Tokens.Refresh.IsZero() && s.rec.Tokens.Expired(now):
		return end(OutcomeDropped, factExpiredFirst)
	case now.After(s.receipt.Retry.GiveUp):
		return end(OutcomeFailed, factGivenUp)
	}
	return false
}

// endsGrant reports whether a revocation at the provider ends all that the
// person ever allowed this app there, a newer sign-in included. Of ways that are
// not the standard's it is supposed.
func endsGrant(p *providers.Provider) bool {
	return p.SignOut.EndsGrant || p.SignOut.Method != "" && p.SignOut.Method != "rfc7009"
}

// sharesTokens reports whether another sign-in got the same tokens, as some
// providers give them.
func (s *signOut) sharesTokens(other *record) bool {
	return s.rec.Tokens.Access == other.Tokens.Access ||
		!s.rec.Tokens.Refresh.IsZero() && s.rec.Tokens.Refresh == other.Tokens.Refresh
}

// attempt asks the provider to end the tokens of s, looks whether it did, and
// keeps what came of it. again says that it was tried before: then what is not
// set up now was and may be again. The caller holds the account's id.
func (o *signOuts) attempt(ctx context.Context, s *signOut, again bool) {
	trial, cancel := context.WithTimeout(ctx, attemptPatience)
	defer cancel()
	p, err := o.finish(trial, s, again)
	s.receipt.Retry.Tries++
	s.receipt.Retry.Last = o.now()
	if err != nil {
		o.postpone(p, s, err)
	} else {
		s.end(o.now())
	}
	o.receipts.keep(ctx, s)
	if err == nil {
		o.receipts.dropOld(ctx)
	}
}

// finish does what is left to do. An error means that it can be tried again;
// everything else is in the receipt.
func (o *signOuts) finish(ctx context.Context, s *signOut, again bool) (*providers.Provider, error) {
	client, former, err := o.ask.whereToRevoke(ctx, s.rec)
	p := providerOf(client)
	if err != nil {
		if comesBack(err) || again {
			return p, err
		}
		s.receipt.Revoked = came(OutcomeFailed, notAsked(err, p))
		s.receipt.Proof = Result{Outcome: OutcomeNotAsked}
		return p, nil
	}
	if s.receipt.Revoked.Outcome != OutcomeDone {
		err := revokeTokens(ctx, client, s.rec)
		if comesBack(err) {
			return p, err
		}
		if err != nil && again && o.isDead(ctx, client, s.rec) {
			err = nil // the try before got through, and its answer did not
		}
		s.receipt.Revoked = o.revokedResult(p, err)
		if former != "" {
			s.receipt.Revoked.fact.Former = former
			s.receipt.Revoked = s.receipt.Revoked.inWords()
		}
		if err != nil {
			s.receipt.Proof = Result{Outcome: OutcomeNotAsked}
			return p, nil
		}
	}
	return p, o.prove(ctx, client, s)
}

// providerOf is a client's provider; nil of no client.
func providerOf(c *oauth.Client) *providers.Provider {
	if c == nil {
		return nil
	}
	return c.Provider
}

// postpone notes why it did not get through and when it is tried again. p may
// be nil.
func (o *signOuts) postpone(p *providers.Provider, s *signOut, err error) {
	if p == nil {
		p, _ = o.accounts.lookup(s.receipt.Provider)
	}
	now, retry := o.now(), s.receipt.Retry
	retry.Failure, retry.Reason = problem.FailureOf(err), problem.Explain(err, p, "").Title
	switch {
	case errors.Is(err, context.Canceled):
		retry.Failure, retry.Reason = problem.FailureOther, causeInterrupted
	case errors.Is(err, providers.ErrUnknown):
		retry.Reason = strings.ReplaceAll(causeNotSetUp, "{provider}", s.receipt.ProviderName)
	}
	wait := min(retryFirst<<min(max(retry.Tries-1, 0), 20), revokeMost)
	retry.Next = now.Add(wait + rand.N(wait/5)) //nolint:gosec // spreads load, protects nothing
	s.notBefore = time.Time{}
	var limit *oauth.RateLimitError
	if errors.As(err, &limit) {
		s.notBefore = limit.Until
		if limit.Until.After(retry.Next) {
			retry.Next = limit.Until.Add(rand.N(retryFirst / 5)) //nolint:gosec // spreads load, protects nothing
		}
	}
	f := fact{Code: factRetried, Cause: retry.Reason}
	if s.receipt.Stored {
		f.Retried = retry.GiveUp
	}
	s.receipt.Proof = Result{Outcome: OutcomePending}
	if s.receipt.Revoked.Outcome == OutcomeDone {
		s.receipt.Proof = came(OutcomePending, f)
		return
	}
	f.Page = pageOf(p)
	s.receipt.Revoked = came(OutcomePending, f)
}

// comesBack reports whether an error may be gone the next time: the network,
// the server, too many requests, a proxy in between, an interruption.
func comesBack(err error) bool {
	if err == nil {
		return false
	}
	var broken *ask.ConnectionError
	switch problem.FailureOf(err) {
	case problem.FailureOffline, problem.FailureServer, problem.FailureLimited:
		return true
	case problem.FailureRejected, problem.FailureOther:
	}
	return errors.Is(err, oauth.ErrOffline) || errors.As(err, &broken) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// enter notes that a sign-in at a provider is about to get its tokens, until the
// returned function is called: no revocation that waits is tried meanwhile,
// which at some providers would end these too.
func (o *signOuts) enter(provider string) (leave func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.entering[provider]++
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.entering[provider]--; o.entering[provider] == 0 {
			delete(o.entering, provider)
		}
	}
}

func (o *signOuts) isEntering(provider string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.entering[provider] > 0
}
