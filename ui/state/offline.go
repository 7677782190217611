package state

import (
	"context"
	"sync"
	"time"

	"github.com/claviger/claviger/auth"
)

// waitsForProvider reports whether the provider asked for no requests yet.
func waitsForProvider(a *auth.Account, now time.Time) bool {
	return a.State == auth.StateOffline && a.RetryAt.After(now)
}

// OfflineText says what can be done with an account while its provider cannot
// be asked; "" where it can.
func OfflineText(a *auth.Account, now time.Time) (title, text string) {
	if a.State != auth.StateOffline {
		return "", ""
	}
	title, again := "The provider could not be reached", "Claviger retries automatically."
	if waitsForProvider(a, now) {
		title = "Too many requests to the provider"
		again = "Claviger retries at " + ClockOnly(now, a.RetryAt) + "."
	}
	return title, "Shown as last seen. " + tokenText(a, now) + " " + again
}

// tokenText says how long the token of an offline account can be used.
func tokenText(a *auth.Account, now time.Time) string {
	switch {
	case a.ExpiresAt.IsZero():
		return "Your token has no known expiry and can still be used."
	case a.ExpiresAt.After(now) && a.CanRefresh:
		return "Your token still works until " + ClockOnly(now, a.ExpiresAt) + "."
	case a.ExpiresAt.After(now):
		return "Your token still works until " + ClockOnly(now, a.ExpiresAt) + ". Then you need to sign in again."
	default:
		return "Your token expired " + Relative(now, a.ExpiresAt) + " and is refreshed as soon as the provider responds."
	}
}

// ClockText says that this computer's clock is off and what helps; "" where it
// is not.
func ClockText(a *auth.Account) (title, text string) {
	warning := a.ClockWarning()
	if warning == "" {
		return "", ""
	}
	return capital(warning),
		"Tokens may be rejected, or seem expired or not yet valid. Turn on automatic time in the date and time settings, then press Refresh."
}

// detailsOf asks for the details of accounts that were offline and are not any
// more: who keeps the tokens fresh does not look at them.
func (s *Store) detailsOf(ids []string) {
	if len(ids) > 0 {
		s.spawn(func(ctx context.Context) { s.checkEach(ctx, ids) })
	}
}

// cameBack reports whether an account was offline, is not any more, and its
// details are those of before.
func (s State) cameBack(now *auth.Account) bool {
	before := s.AccountByID(now.ID)
	return before != nil && before.State == auth.StateOffline && now.State == auth.StateActive &&
		now.VerifiedAt.Equal(before.VerifiedAt)
}

func idsOf(list []*auth.Account, fits func(*auth.Account) bool) []string {
	var ids []string
	for _, a := range list {
		if fits(a) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// checkers bounds how many providers are asked at once.
const checkers = 4

// checkAll asks the providers about all accounts that may still be good.
func (s *Store) checkAll(list []*auth.Account) {
	ids := idsOf(list, func(a *auth.Account) bool { return a.State != auth.StateNeedsSignIn })
	if len(ids) == 0 {
		return
	}
	s.run(slotCheck, func(j *job) {
		s.checkEach(j, ids)
		j.do(func() { s.reload(nil) })
	})
}

// checkEach asks the providers about accounts. The outcome is the accounts'
// state.
func (s *Store) checkEach(ctx context.Context, ids []string) {
	var wg sync.WaitGroup
	free := make(chan struct{}, checkers)
	for _, id := range ids {
		wg.Go(func() {
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				return
			}
			defer func() { <-free }()
			_, _ = s.sv.Renewer.Check(ctx, id)
		})
	}
	wg.Wait()
}
