package state

import (
	"context"
	"maps"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/asking"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// Start reads settings, vault and accounts, without the network, shows what is
// there and then asks the providers in the background whether it still holds.
func (s *Store) Start() {
	s.loadProviders()
	s.run(slotSettings, func(j *job) {
		settings, notice := s.file.load()
		j.commit(func(st *State) {
			st.Settings = settings
			if notice != "" {
				s.setNotice(st, NoticeWarn, notice)
			}
		})
		s.last.load()
		status, _ := s.sv.Vault.Status(j)
		j.do(func() {
			s.st.Vault = status
			s.opened(status)
			s.noteMoved()
		})
	})
}

// opened goes on after the vault's state is known.
func (s *Store) opened(status vault.Status) {
	if status.Locked {
		s.update(func(st *State) { s.showLocked(st) })
		return
	}
	s.watch()
	s.opening = true
	s.reload(func(st *State) {
		if st.Route != RouteStart && st.Route != RouteLocked {
			return
		}
		if len(st.Accounts) > 0 {
			s.selectAccount(st, st.lastOr(s.last.id()))
		} else {
			notice := st.Notice
			s.goTo(st, RouteWelcome)
			st.Notice = notice
		}
		s.checkAll(st.Accounts)
	})
}

// watch lists the accounts again whenever one changed.
func (s *Store) watch() {
	s.run(slotWatch, func(j *job) {
		for range s.sv.Accounts.Watch(j) {
			j.do(func() { s.reload(nil) })
		}
	})
}

// watchUnlock opens the window when another program unlocks a vault that takes no
// passphrase.
func (s *Store) watchUnlock() {
	s.run(slotWatch, func(j *job) {
		for range s.sv.Accounts.Watch(j) {
			s.lookUnlocked(j, j.do)
		}
	})
}

// Unlocked says that a command unlocked the vault of this process. It may be called on
// any goroutine.
func (s *Store) Unlocked() {
	s.post(func() {
		s.spawn(func(ctx context.Context) { s.lookUnlocked(ctx, s.post) })
	})
}

// lookUnlocked opens the window if the vault is open and it does not do so itself.
func (s *Store) lookUnlocked(ctx context.Context, post func(func())) {
	status, err := s.sv.Vault.Status(ctx)
	if err != nil || status.Locked {
		return
	}
	post(func() {
		if s.st.Locked() && !s.st.VaultForm.Busy {
			s.opened(status)
		}
	})
}

// reload lists the accounts; then runs in the same commit, also if another
// reload overtakes this one. Behind the lock, it does nothing: the vault may be open for a
// moment longer.
func (s *Store) reload(then func(*State)) {
	if s.st.Locked() && !s.opening {
		return
	}
	if then != nil {
		s.after = append(s.after, then)
	}
	again := s.st.Unread && s.posted // nobody waits for it
	s.run(slotAccounts, func(j *job) {
		ctx := context.Context(j)
		if again {
			ctx = asking.Quiet(ctx)
		}
		var l listing
		l.accounts, l.err = s.sv.Accounts.Accounts(ctx)
		if j.Err() != nil {
			return
		}
		l.waiting = s.Queue.read(ctx, l.accounts)
		l.status, l.statusErr = s.sv.Vault.Status(j)
		j.commit(func(st *State) {
			s.opening = false
			if st.VaultForm.Busy {
				// This window is about to open the vault itself: until it has,
				// the key is made and not open, which is no lock.
				return
			}
			if l.take(st); l.locked() {
				s.lockedNow(st)
				return
			}
			s.setAccounts(st, l.accounts)
			st.Unread = l.err != nil && len(l.accounts) == 0
			s.Queue.set(st, l.waiting)
			if l.err != nil {
				s.unread(st, l.err)
			}
			after := s.after
			s.after = nil
			for _, then := range after {
				then(st)
			}
			if st.Route == RoutePrograms {
				s.Programs.load() // another program may have changed them
			}
		})
	})
}

// listing is what reload reads.
type listing struct {
	accounts  []*auth.Account
	err       error
	waiting   aftermath
	status    vault.Status
	statusErr error
}

// take takes the vault's status over.
func (l *listing) take(st *State) {
	if l.statusErr != nil {
		return
	}
	if l.err == nil && l.status.SetAside > st.Vault.SetAside && len(l.accounts) < len(st.Accounts) {
		l.err = vault.ErrDamaged // another process read the record first
	}
	st.Vault = l.status
}

// locked reports whether the vault was locked.
func (l *listing) locked() bool { return isLocked(l.err) || l.statusErr == nil && l.status.Locked }

// unread says why accounts could not be read.
func (b *base) unread(st *State, err error) {
	b.setNotice(st, NoticeWarn, words.OneLine(b.explain(err, nil, "")))
	if st.Unread {
		st.Notice.Again = AgainRead
	}
}

// ReadAccounts tries again to list the accounts, which could not be read.
func (s *Store) ReadAccounts() {
	s.DismissNotice()
	s.reload(nil)
}

// setAccounts takes a new list and leaves the page of an account that is gone.
func (s *Store) setAccounts(st *State, list []*auth.Account) {
	back := idsOf(list, func(a *auth.Account) bool { return st.cameBack(a) })
	st.Accounts = s.Order.placed(list)
	if st.Selected != "" && st.Account() == nil {
		st.Selected = ""
		s.Try.forget(st)
		if st.Route == RouteAccount {
			s.goTo(st, RouteWelcome)
		}
	}
	s.fetchPictures(st)
	s.detailsOf(back)
	if a := st.Account(); a != nil && st.Route == RouteAccount {
		s.loadTab(st, a.ID)
	}
}

// loadTab reads what the tab that is shown needs beside the account.
func (s *Store) loadTab(st *State, id string) {
	switch st.Tab {
	case TabTokens:
		s.Tokens.load(st, id)
	case TabActivity:
		s.History.load(st, id)
	case TabTry:
		s.Try.load(st, id)
	case TabPrograms:
		s.Programs.load()
	case TabProfile, TabGroups:
	}
}

// fetchPictures gets the pictures that are not there yet, in the background.
func (s *Store) fetchPictures(st *State) {
	for _, a := range st.Accounts {
		if _, known := st.Pictures[a.ID]; known {
			continue
		}
		id := a.ID
		st.Pictures = maps.Clone(st.Pictures)
		st.Pictures[id] = nil
		s.spawn(func(ctx context.Context) {
			data, err := s.sv.Accounts.Picture(ctx, id)
			if err != nil || len(data) == 0 {
				return // the initials stand in for it
			}
			s.post(func() {
				if s.st.AccountByID(id) == nil {
					return
				}
				s.update(func(st *State) {
					st.Pictures = maps.Clone(st.Pictures)
					st.Pictures[id] = data
				})
			})
		})
	}
}

// SelectAccount shows an account.
func (s *Store) SelectAccount(id string) {
	if s.st.AccountByID(id) == nil {
		return
	}
	s.leave()
	s.update(func(st *State) { s.selectAccount(st, id) })
}

// ShowAccount is [Store.SelectAccount] for somebody who was asked to from outside of the
// window. It reports whether the account is shown: it may be gone, the vault locked, or
// a sign-in under way that must not be left.
func (s *Store) ShowAccount(id string) bool {
	if s.st.AccountByID(id) == nil || s.st.Locked() || s.st.Route == RouteStart || s.SignIn.attempt != nil {
		return false
	}
	s.SelectAccount(id)
	return s.st.Route == RouteAccount
}

func (s *Store) selectAccount(st *State, id string) {
	s.goTo(st, RouteAccount)
	s.noteLast(id)
	if st.Selected != id {
		st.Selected = id
		st.GroupFilter, st.GroupView = "", words.GroupsAll
		st.AllFields = false
		st.SignOut, st.Describe = nil, nil
		st.TokenPage = TokenPage{}
		s.Try.forget(st)
	}
	s.loadTab(st, id)
}

// SelectTab shows a part of the account page.
func (s *Store) SelectTab(tab Tab) {
	s.update(func(st *State) {
		st.Tab = tab
		s.loadTab(st, st.Selected)
	})
}

// SetSearch narrows the accounts on the left.
func (s *Store) SetSearch(text string) {
	s.update(func(st *State) { st.Search = text })
}

// ToggleAllFields folds or unfolds everything that the provider sent.
func (s *Store) ToggleAllFields() {
	s.update(func(st *State) { st.AllFields = !st.AllFields })
}
