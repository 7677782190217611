package main

import (
	"context"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// screen is the content of the window: how to sign in, or who is signed in.
type screen struct {
	ctx   context.Context // of the window
	agent *auth.Agent
	// post runs a function on the UI goroutine, the only one that touches widgets.
	post func(func())
	work sync.WaitGroup

	content  *fyne.Container
	signIn   *fyne.Container
	signOut  *fyne.Container
	buttons  map[string]*widget.Button // "Sign in with…", by provider
	remember *widget.Check
	leave    *widget.Button
	text     *widget.Label
	account  *auth.Account // who is signed in; nil is nobody
}

func newScreen(ctx context.Context, agent *auth.Agent, all []*providers.Provider, post func(func())) *screen {
	s := &screen{ctx: ctx, agent: agent, post: post, buttons: map[string]*widget.Button{}}
	s.text = widget.NewLabel("")
	s.text.Wrapping = fyne.TextWrapWord
	s.remember = widget.NewCheck("Remember me", nil)
	s.remember.Checked = true
	s.leave = widget.NewButton("Sign out", s.tapSignOut)
	s.signIn, s.signOut = container.NewVBox(), container.NewVBox(s.leave)
	for _, p := range all {
		if p.Ready() != nil {
			continue // such as one without a client ID: this app is not registered there
		}
		s.buttons[p.ID] = widget.NewButton("Sign in with "+p.Name, func() { s.tapSignIn(p.ID) })
		s.signIn.Add(s.buttons[p.ID])
	}
	s.signIn.Add(s.remember)
	s.content = container.NewVBox(s.text, s.signIn, s.signOut)
	s.show(nil, nil)
	return s
}

// do runs what takes time away from the UI goroutine, and then shows its outcome.
func (s *screen) do(what func() (*auth.Account, error)) {
	s.work.Go(func() {
		account, err := what()
		s.post(func() { s.show(account, err) })
	})
}

// restore shows who is remembered, without a network.
func (s *screen) restore() {
	s.do(func() (*auth.Account, error) {
		accounts, err := s.agent.Accounts(s.ctx)
		if len(accounts) == 0 {
			return nil, err
		}
		return accounts[0], err
	})
}

func (s *screen) tapSignIn(provider string) {
	s.text.SetText("Continue in your browser.")
	request := auth.SignInRequest{Provider: provider, Remember: s.remember.Checked}
	s.do(func() (*auth.Account, error) { return s.agent.SignIn(s.ctx, request) })
}

func (s *screen) tapSignOut() {
	id := s.account.ID
	s.do(func() (*auth.Account, error) {
		_, err := s.agent.SignOut(s.ctx, id, auth.SignOutOptions{Revoke: true})
		return nil, err
	})
}

// show is the outcome of what was done. It runs on the UI goroutine.
func (s *screen) show(account *auth.Account, err error) {
	s.account = account
	text := "Not signed in."
	if account != nil {
		text = "Signed in as " + account.User.Name + "."
		s.signIn.Hide()
		s.signOut.Show()
	} else {
		s.signIn.Show()
		s.signOut.Hide()
	}
	if err != nil {
		found := problem.Explain(err, nil, "")
		text = found.Title + ". " + found.Next
	}
	s.text.SetText(text)
}
