package state

import (
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/internal/settings"
	"github.com/claviger/claviger/ui/words"
)

// TrayMenu is what the tray shows.
type TrayMenu struct {
	Accounts []TrayAccount
	// More is how many accounts have no room.
	More int
	// Locked and CanLock are of the vault.
	Locked, CanLock bool
}

// TrayAccount is an account in the tray.
type TrayAccount struct {
	ID string
	// Text names it and its state.
	Text string
	// SignIn means that it needs a sign-in, and has no token to copy.
	SignIn bool
}

// trayMost is how many accounts the tray shows, trayName how long a name is there.
const trayMost, trayName = 12, 40

// TrayMenu is what the tray shows of a state.
func (s State) TrayMenu() TrayMenu {
	m := TrayMenu{Locked: s.Locked(), CanLock: s.CanLock() && !s.Locked(), More: max(0, len(s.Accounts)-trayMost)}
	for _, a := range s.Accounts[:min(len(s.Accounts), trayMost)] {
		m.Accounts = append(m.Accounts, TrayAccount{
			ID: a.ID, SignIn: a.State == auth.StateNeedsSignIn,
			Text: lang.L("{{.Account}}, {{.Provider}}: {{.State}}", map[string]any{
				"Account": plain.Phrase(words.DisplayName(a), trayName), "Provider": plain.Phrase(s.RailLine(a), trayName), "State": s.trayState(a),
			}),
		})
	}
	return m
}

// trayState is an account's state without a time, which would have to be kept up to date.
func (s State) trayState(a *auth.Account) string {
	switch a.State {
	case auth.StateNeedsSignIn:
		return lang.L("sign-in needed")
	case auth.StateOffline:
		return lang.L("offline")
	case auth.StateActive:
	}
	if !a.CanRefresh && !a.ExpiresAt.IsZero() && !a.ExpiresAt.After(s.Now) {
		return lang.L("expired")
	}
	return lang.L("active")
}

func (m TrayMenu) equal(o TrayMenu) bool {
	return m.More == o.More && m.Locked == o.Locked && m.CanLock == o.CanLock && slices.Equal(m.Accounts, o.Accounts)
}

// WithTray asks whether the desktop has a tray, and goes on with the answer on
// the UI goroutine. The desktop may take a moment.
func (s *Store) WithTray(then func(there bool)) {
	if s.sv.Tray == nil {
		then(false)
		return
	}
	s.run(slotTray, func(j *job) {
		there := s.sv.Tray(j)
		j.do(func() {
			if s.st.NoTray == there {
				s.update(func(st *State) { st.NoTray = !there })
			}
			then(there)
		})
	})
}

// ShowTray puts the program into the tray, for good: from now on the menu there follows
// what changes.
func (s *Store) ShowTray() {
	if s.tray == nil && s.sv.ShowTray != nil {
		s.tray = &TrayMenu{More: -1} // like none
		s.tellTray()
	}
}

// tellTray brings the menu in the tray up to date. The icon is there from the start if
// closing the window keeps the program running.
func (s *Store) tellTray() {
	if s.st.Settings.CloseToTray && !s.askedTray && s.st.Route != RouteStart {
		s.askedTray = true
		s.WithTray(func(there bool) {
			if there {
				s.ShowTray()
			}
		})
	}
	if s.tray == nil {
		return
	}
	if m := s.st.TrayMenu(); !m.equal(*s.tray) {
		s.tray = &m
		s.sv.ShowTray(m)
	}
}

// CopyTokenFromTray is CopyTokenOf for who does not see the window: the desktop says what
// came of it.
func (s *Store) CopyTokenFromTray(id string) {
	s.copyToken(id, func(err error) {
		switch {
		case err != nil:
			s.ShowAccount(id)
			s.callBack(lang.L("No token was copied"), lang.L("Claviger says why."))
		case s.st.Hidden && s.st.Settings.Notifications != settings.Off && s.sv.Notify != nil:
			s.sv.Notify(lang.L("Access token copied"), s.st.Notice.Text)
		}
	})
}
