package main

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// start is a start of the app; what it posts comes over the channel.
func start(t *testing.T, store auth.Store, p *authtest.Provider, b *authtest.Browser) (*screen, chan func()) {
	t.Helper()
	agent, err := auth.New(auth.Options{Lookup: p.Lookup, Store: store, Browser: b.Open})
	if err != nil {
		t.Fatal(err)
	}
	posted := make(chan func(), 1)
	s := newScreen(t.Context(), agent, []*providers.Provider{p.Config()}, func(update func()) { posted <- update })
	test.NewTempWindow(t, s.content)
	t.Cleanup(func() {
		if err := agent.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, posted
}

func TestSignInRememberAndSignOut(t *testing.T) {
	test.NewTempApp(t)
	provider := authtest.NewProvider(t)
	v, err := vault.Open(t.TempDir(), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	if err := v.Setup(t.Context(), "correct horse battery"); err != nil {
		t.Fatal(err)
	}

	s, posted := start(t, v, provider, &authtest.Browser{})
	test.Tap(s.buttons["authtest"])
	if s.text.Text != "Continue in your browser." {
		t.Errorf("while the person signs in: %q", s.text.Text)
	}
	(<-posted)()
	if want := "Signed in as Mira Okonkwo."; s.text.Text != want || s.signIn.Visible() || !s.signOut.Visible() {
		t.Fatalf("%q, want %q", s.text.Text, want)
	}

	// The next start needs no browser, and no network.
	provider.Forget()
	s, posted = start(t, v, provider, nil)
	s.restore()
	(<-posted)()
	if s.account == nil || s.account.User.Name != authtest.Mira.Name || len(provider.Requests()) > 0 {
		t.Fatalf("%q after %d requests", s.text.Text, len(provider.Requests()))
	}
	test.Tap(s.leave)
	(<-posted)()
	if s.account != nil || provider.Count(authtest.Revoke) == 0 || !s.signIn.Visible() {
		t.Errorf("%q", s.text.Text)
	}
}

func TestARefusalIsExplained(t *testing.T) {
	test.NewTempApp(t)
	s, posted := start(t, nil, authtest.NewProvider(t), &authtest.Browser{Deny: true})
	s.remember.SetChecked(false)
	test.Tap(s.buttons["authtest"])
	(<-posted)()
	if s.account != nil || s.text.Text == "" || s.text.Text == "Not signed in." || !s.signIn.Visible() {
		t.Errorf("%q", s.text.Text)
	}
}
