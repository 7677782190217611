package state

import (
	"context"
	"sync"

	"github.com/claviger/claviger/auth"
)

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
