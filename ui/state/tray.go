package state

import (
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/internal/settings"
	"github.com/claviger/claviger/ui/words"
)

// Tray is the program in the desktop's tray.
type Tray struct {
	*base
	tokens *Tokens
	// show shows an account, if it can be.
	show func(id string) bool
	// menu is what is there, nil before there is one; asked is whether the desktop was
	// asked for a tray to be in from the start.
	menu  *TrayMenu
	asked bool
}

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

// With asks whether the desktop has a tray, and goes on with the answer on
// the UI goroutine. The desktop may take a moment.
func (x *Tray) With(then func(there bool)) {
	if x.sv.Tray == nil {
		then(false)
		return
	}
	x.run(slotTray, func(j *job) {
		there := x.sv.Tray(j)
		j.do(func() {
			if x.st.NoTray == there {
				x.update(func(st *State) { st.NoTray = !there })
			}
			then(there)
		})
	})
}

// Show puts the program into the tray, for good: from now on the menu there follows
// what changes.
func (x *Tray) Show() {
	if x.menu == nil && x.sv.ShowTray != nil {
		x.menu = &TrayMenu{More: -1} // like none
		x.tell()
	}
}

// tell brings the menu in the tray up to date. The icon is there from the start if
// closing the window keeps the program running.
func (x *Tray) tell() {
	if x.st.Settings.CloseToTray && !x.asked && x.st.Route != RouteStart {
		x.asked = true
		x.With(func(there bool) {
			if there {
				x.Show()
			}
		})
	}
	if x.menu == nil {
		return
	}
	if m := x.st.TrayMenu(); !m.equal(*x.menu) {
		x.menu = &m
		x.sv.ShowTray(m)
	}
}

// CopyToken is [Tokens.CopyOf] for who does not see the window: the desktop says what
// came of it.
func (x *Tray) CopyToken(id string) {
	x.tokens.copy(id, func(err error) {
		switch {
		case err != nil:
			x.show(id)
			x.callBack(lang.L("No token was copied"), lang.L("Claviger says why."))
		case x.st.Hidden && x.st.Settings.Notifications != settings.Off && x.sv.Notify != nil:
			x.sv.Notify(lang.L("Access token copied"), x.st.copied(lang.L("Access token"))) // which names no one
		}
	})
}
