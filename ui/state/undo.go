package state

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

// Undo is what was just done and can be undone for a moment: a sign-out, of which nothing
// was sent to the provider yet, or a history or receipts that were cleared.
type Undo struct {
	// Text says what was done, Until for how long it can be undone.
	Text  string
	Until time.Time
	Busy  bool

	account string
	signOut bool
	restore func(context.Context) error // what was cleared
}

// How long something can be undone; if messages stay, ten times as long (WCAG 2.2.1).
const (
	undoFor     = 10 * time.Second
	undoForLong = 10 * undoFor
)

// finishPatience is how long the lock and the end of the program wait for a sign-out that
// could still be undone. What is not sent by then waits in the vault.
const finishPatience = 2 * time.Second

// undoTime is how long something that is done now can be undone.
func (s State) undoTime() time.Duration {
	if s.Settings.KeepMessages {
		return undoForLong
	}
	return undoFor
}

// UndoText says whether the sign-out of the open panel can be undone.
func (s State) UndoText() string {
	if s.SignOut != nil && s.SignOut.EndSession {
		return lang.L("This cannot be undone.")
	}
	return lang.L("You can undo this for {{.Seconds}} seconds.",
		map[string]any{"Seconds": int(s.undoTime() / time.Second)})
}

// Undoable reports whether the sign-out of an account can still be undone.
func (s State) Undoable(account string) bool {
	return s.Undo != nil && s.Undo.signOut && s.Undo.account == account
}

// offerUndo offers to undo what was just done. What was offered before is done with, and the
// person is told so; an undo that is under way goes on.
func (s *Store) offerUndo(st *State, u *Undo) {
	if before := st.Undo; before != nil && !before.Busy {
		u.Text += " " + lang.L("What you did before can no longer be undone.")
	}
	if finish := s.takeUndo(st); finish != nil {
		s.spawn(finish)
	}
	st.Undo = u
	s.later(slotUndo, u.Until.Sub(s.now()), s.FinishUndo)
}

// takeUndo takes the offer back and returns what is left to do then, which may take a
// while; nil if nothing is.
func (s *Store) takeUndo(st *State) (finish func(context.Context)) {
	u := st.Undo
	st.Undo = nil
	s.drop(slotUndo)
	if u == nil || u.Busy || !u.signOut {
		return nil
	}
	return func(ctx context.Context) { s.finish(ctx, u.account) }
}

// finish does what a sign-out has put off.
func (s *Store) finish(ctx context.Context, account string) {
	s.forbid(ctx, account)
	_, _ = s.sv.Undoer.FinishSignOut(ctx, account) // what comes of it stands in the receipt
}

// forbid takes back what programs were allowed of an account that is gone for good.
func (s *Store) forbid(ctx context.Context, account string) {
	if s.sv.Consent != nil {
		_ = s.Programs.book.SignedOut(ctx, account) // no program gets anything of it any more
	}
}

// FinishUndo does at once what waits because it could be undone.
func (s *Store) FinishUndo() {
	if s.st.Undo == nil || s.st.Undo.Busy {
		return
	}
	s.update(func(st *State) {
		if finish := s.takeUndo(st); finish != nil {
			s.spawn(finish)
		}
	})
}

// finishUndoWithin is [Store.FinishUndo] before the vault is locked or the program ends: the
// result does it and returns soon.
func (s *Store) finishUndoWithin() (finish func(context.Context)) {
	do := s.takeUndo(&s.st)
	return func(ctx context.Context) {
		if do == nil {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, finishPatience)
		defer cancel()
		do(ctx)
	}
}

// Undo undoes what can be undone.
func (s *Store) Undo() {
	u := s.st.Undo
	if u == nil || u.Busy {
		return
	}
	busy := *u
	busy.Busy = true
	s.drop(slotUndo)
	s.update(func(st *State) { st.Undo = &busy })
	s.run(slotUndoing, func(j *job) {
		err := s.undo(j, u)
		j.do(func() { s.undone(u, &busy, err) })
	})
}

func (s *Store) undo(ctx context.Context, u *Undo) error {
	if !u.signOut {
		return u.restore(ctx)
	}
	_, err := s.sv.Undoer.UndoSignOut(ctx, u.account)
	return err
}

// undone shows what came of it, also if something else can be undone by now. What only could
// not be done now can be tried again while there is time.
func (s *Store) undone(u, busy *Undo, err error) {
	switch {
	case isLocked(err):
		s.update(func(st *State) { s.lockedNow(st) })
		return
	case err != nil:
		s.update(func(st *State) {
			newer := st.Undo != busy
			if !newer {
				st.Undo = nil
			}
			switch {
			case errors.Is(err, auth.ErrTooLate):
			case !newer:
				s.offerUndo(st, u)
			case u.signOut:
				s.spawn(func(ctx context.Context) { s.finish(ctx, u.account) })
			}
			s.setNotice(st, NoticeWarn, words.OneLine(s.explain(err, nil, "")))
		})
		return
	}
	s.reload(func(st *State) {
		newer := st.Undo != busy
		if !newer {
			st.Undo = nil
		}
		if !u.signOut {
			s.History.load(st, st.Selected)
			return
		}
		a := st.AccountByID(u.account)
		if a == nil {
			return
		}
		if !newer {
			st.Receipt = nil
			if st.Route == RouteReceipt || st.Route == RouteWelcome || st.Route == RouteAccount {
				s.selectAccount(st, a.ID)
			}
		}
		s.setNotice(st, NoticeGood, lang.L("{{.Name}} is signed in as before.", map[string]any{"Name": words.DisplayName(a)}))
	})
}
