package state

import (
	"time"

	"github.com/claviger/claviger/ui/words"
)

// The clock of the window ticks when the words of the page change next, and not
// at all while they do not or no one can see them: each tick that changes a word
// draws the whole window again.

// schedule waits for the next change of what is shown.
func (s *Store) schedule() {
	at := nextTick(s.st)
	if at.Equal(s.tickAt) {
		return
	}
	s.tickAt = at
	if at.IsZero() {
		s.drop(slotTick)
		return
	}
	after := at.Sub(s.st.Now)
	s.later(slotTick, after, func() {
		s.tickAt = time.Time{}
		s.update(nil)
	})
}

// SetHidden says whether the window is in the tray or minimised, where no clock
// ticks and nothing is drawn. Whenever it comes to the front, it is not: its cards are
// then as the providers' files are, which an editor may have changed.
func (s *Store) SetHidden(hidden bool) {
	again := !hidden && s.st.Route == RouteWelcome
	if s.st.Hidden != hidden || again {
		s.update(func(st *State) {
			st.Hidden = hidden
			if again {
				s.loadProviders()
			}
		})
	}
}

// nextTick is when a word on the page changes next; zero is never.
func nextTick(st State) time.Time {
	if st.Hidden {
		return time.Time{}
	}
	next := nextOfPage(st)
	if st.Undo != nil {
		next = sooner(next, st.Now, st.Undo.Until)
	}
	return next
}

func nextOfPage(st State) time.Time {
	if st.AsksConsent() {
		next := st.Now.Add(time.Second).Truncate(time.Second)
		if at := st.Consent.ReadyAt; at.After(st.Now) && at.Before(next) {
			return at
		}
		return next
	}
	switch st.Route {
	case RouteWaiting, RouteDevice:
		return st.Now.Add(time.Second).Truncate(time.Second)
	case RoutePrograms:
		return nextOfPrograms(st)
	case RouteInspector:
		return nextOfInspected(st)
	case RouteQueue, RouteReceipt:
		return nextOfTries(st)
	default:
		return nextOfAccounts(st)
	}
}

// nextOfTries is when a word about a next try changes next.
func nextOfTries(st State) time.Time {
	var next time.Time
	for _, w := range st.Waiting {
		next = sooner(next, st.Now, w.Next)
	}
	receipts := st.Receipts
	if st.Receipt != nil {
		receipts = append(receipts[:len(receipts):len(receipts)], &st.Receipt.Receipt)
	}
	for _, r := range receipts {
		if r.Retry != nil {
			next = sooner(next, st.Now, r.Retry.Next)
		}
	}
	return next
}

// nextOfAccounts is when a word about an account changes next: in the list, which
// stands beside most pages, or on its own page.
func nextOfAccounts(st State) time.Time {
	var next time.Time
	for _, a := range st.Accounts {
		if !a.CanRefresh && a.ExpiresAt.After(st.Now) || words.WaitsForProvider(a, st.Now) {
			next = sooner(next, st.Now, a.ExpiresAt, a.RetryAt)
		}
	}
	a := st.Account()
	if st.Route != RouteAccount || a == nil {
		return next
	}
	next = sooner(next, st.Now, a.ExpiresAt, a.VerifiedAt, a.GroupsAt)
	if c := a.GroupsChanged; c != nil {
		next = sooner(next, st.Now, c.At)
	}
	if at := nextOfPrograms(st); st.Tab == TabPrograms && !at.IsZero() {
		next = sooner(next, st.Now, at)
	}
	if st.Tab == TabTokens {
		for _, v := range []*TokenView{st.TokenPage.ID, st.TokenPage.Access} {
			if v != nil {
				next = sooner(next, st.Now, v.ExpiresAt, v.IssuedAt)
			}
		}
	}
	return next
}

// sooner is the earliest change of the words for some moments, and next.
func sooner(next, now time.Time, moments ...time.Time) time.Time {
	for _, m := range moments {
		if m.IsZero() {
			continue
		}
		if at := nextChange(now, m); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}

// nextChange is when "in 5 minutes" or "3 minutes ago" changes: each minute, and
// each second of the last minute before. Days and hours change with a minute.
func nextChange(now, m time.Time) time.Time {
	left := m.Sub(now)
	if left < 0 {
		return now.Add(time.Minute - -left%time.Minute + tickLag)
	}
	unit := time.Minute
	if left < time.Minute {
		unit = time.Second
	}
	return now.Add(left%unit + tickLag)
}

// tickLag puts a tick behind the change of a word, not before it.
const tickLag = time.Millisecond
