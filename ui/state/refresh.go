package state

import (
	"context"
	"errors"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// Refresh renews all that the chosen account has from its provider: the tokens,
// then the details and groups.
func (s *Store) Refresh() {
	a := s.st.Account()
	if a == nil || s.st.Busy[a.ID] != "" {
		return
	}
	id, was, locks := a.ID, a.State, s.locks
	p := s.st.Provider(a.Provider)
	s.update(func(st *State) { st.Busy = with(st.Busy, id, lang.L("Refreshing…")) })
	s.spawn(func(ctx context.Context) {
		done, err := s.renew(ctx, id)
		s.post(func() {
			if s.locks != locks {
				return // locked meanwhile
			}
			s.update(func(st *State) { st.Busy = with(st.Busy, id, "") })
			if isLocked(err) {
				s.update(s.lockedNow)
				return
			}
			s.reload(func(st *State) {
				if err != nil {
					s.failed(st, id, failure{err: err, p: p, was: was, still: lang.L("Nothing has changed.")})
					return
				}
				s.setNotice(st, NoticeGood, st.about(id, done))
			})
		})
	})
}

// failure is what came of something that a person asked for an account.
type failure struct {
	err error
	p   *providers.Provider
	// was is the account's state before; still is the message if that is what the
	// page says of it anyway.
	was   auth.State
	still string
}

// failed says what went wrong, once: what the account's page says in a banner, for as
// long as it is so, no message says again.
func (b *base) failed(st *State, id string, f failure) {
	a := st.AccountByID(id)
	told := st.Route == RouteAccount && st.Selected == id && banner(a)
	switch {
	case told && f.was == a.State:
		b.setNotice(st, NoticeInfo, f.still)
	case told:
	case errors.Is(f.err, auth.ErrOffline):
		b.setNotice(st, NoticeInfo, st.about(id, words.OneLine(b.explain(f.err, f.p, ""))))
	default:
		b.setNotice(st, NoticeWarn, st.about(id, words.OneLine(b.explain(f.err, f.p, ""))))
		if errors.Is(f.err, auth.ErrNotStored) {
			st.Notice.Again = AgainSave
		}
	}
}

// banner reports whether an account's page says what is wrong with it.
func banner(a *auth.Account) bool {
	return a != nil && (a.State == auth.StateOffline || a.State == auth.StateNeedsSignIn && a.Reason != "")
}

// renew gets new tokens and details, and says what came. Without a refresh
// token the details can still be asked for, with the token that there is; and
// with tokens that a full disk did not take, which are good for now.
func (s *Store) renew(ctx context.Context, id string) (done string, err error) {
	_, err = s.sv.Renewer.Refresh(ctx, id)
	switch {
	case err == nil:
		done = lang.L("Tokens and details refreshed.")
	case errors.Is(err, auth.ErrNoRefresh):
		done, err = lang.L("Details refreshed."), nil
	case !errors.Is(err, auth.ErrNotStored):
		return "", err
	}
	if _, checkErr := s.sv.Renewer.Check(ctx, id); err == nil {
		err = checkErr
	}
	return done, err
}
