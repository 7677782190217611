package state

import (
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// SignOutQuestion is the panel before a sign-out.
type SignOutQuestion struct {
	Account string
	// CanRevoke and CanEndSession say what the provider offers.
	CanRevoke     bool
	CanEndSession bool
	Revoke        bool
	EndSession    bool
	// Waits says that the access is taken back later, in words; "" if it is
	// taken back at once.
	Waits string
	Busy  bool
	Error string
}

// SignedOut is what a sign-out did.
type SignedOut struct {
	Name     string
	Provider string
	// Page is where access can be taken back by hand; "" if not known.
	Page    string
	Receipt auth.Receipt
}

// AskSignOut opens the panel before a sign-out.
func (s *Store) AskSignOut() {
	a := s.st.Account()
	if a == nil {
		return
	}
	q := &SignOutQuestion{Account: a.ID, CanRevoke: true}
	if p := s.st.Provider(a.Provider); p != nil {
		q.CanRevoke = p.SignOut.Method != ""
		q.CanEndSession = p.SignOut.EndSession != ""
	}
	q.Revoke = q.CanRevoke
	if a.State == auth.StateOffline {
		q.Waits = lang.L("The provider cannot be reached now. Access is revoked as soon as it can be.")
		if !a.Remembered {
			q.Waits = lang.L("The provider cannot be reached now. Access is revoked if it can be while Claviger still runs.")
		}
	}
	s.update(func(st *State) {
		st.SignOut, st.Describe = q, nil
		s.goTo(st, RouteAccount)
	})
}

// SetSignOut switches what else a sign-out does.
func (s *Store) SetSignOut(revoke, endSession bool) {
	s.update(func(st *State) {
		if st.SignOut == nil {
			return
		}
		q := *st.SignOut
		q.Revoke, q.EndSession = revoke && q.CanRevoke, endSession && q.CanEndSession
		st.SignOut = &q
	})
}

// SignOut signs the account of the open panel out and shows what that did.
func (s *Store) SignOut() {
	if s.st.SignOut == nil || s.st.SignOut.Busy {
		return
	}
	q := *s.st.SignOut
	a := s.st.AccountByID(q.Account)
	if a == nil {
		return
	}
	p := s.st.Provider(a.Provider)
	s.update(func(st *State) {
		busy := q
		busy.Busy, busy.Error = true, ""
		st.SignOut = &busy
	})
	o := auth.SignOutOptions{Revoke: q.Revoke, EndSession: q.EndSession}
	if !q.EndSession {
		o.Undo = s.st.undoTime()
	}
	s.run(slotSignOut, func(j *job) {
		receipt, err := s.sv.Accounts.SignOut(j, q.Account, o)
		if err == nil && receipt.Undo.IsZero() {
			s.forbid(j, q.Account)
		}
		j.do(func() { s.signedOut(q, a, p, receipt, err) })
	})
}

// signedOut shows the receipt, or why forgetting failed.
func (s *Store) signedOut(q SignOutQuestion, a *auth.Account, p *providers.Provider, r *auth.Receipt, err error) {
	if isLocked(err) {
		s.update(s.lockedNow)
		return
	}
	if err != nil || r == nil {
		s.update(func(st *State) {
			q.Busy, q.Error = false, words.OneLine(s.explain(err, p, ""))
			st.SignOut = &q
		})
		return
	}
	done := &SignedOut{Name: words.DisplayName(a), Provider: words.ProviderName(a, p), Receipt: *r}
	if p != nil {
		done.Page = p.SignOutPage()
	}
	s.clearCopied()
	s.Tokens.signedOut(a.ID)
	s.reload(func(st *State) {
		st.SignOut = nil
		st.Receipt = done
		if !r.Undo.IsZero() {
			s.offerUndo(st, &Undo{
				Text:  lang.L("{{.Name}} was signed out.", map[string]any{"Name": done.Name}),
				Until: r.Undo, account: a.ID, signOut: true,
			})
		}
		st.Selected = ""
		st.TokenPage = TokenPage{}
		st.History = HistoryPage{}
		st.Pictures = without(st.Pictures, a.ID)
		s.goTo(st, RouteReceipt)
	})
}

// leftSignOut takes the question before a sign-out back.
func (s *Store) leftSignOut() {
	s.drop(slotSignOut)
	s.st.SignOut = nil
}
