package ui

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/vault"
)

// Services are what the window works with. They are open before Run is called
// and closed by the caller after it returned.
type Services struct {
	Agent     *auth.Agent
	Providers *providers.Set
	Vault     *vault.Vault
	// Home is the configuration folder; settings.toml lies there.
	Home    string
	Version string
	// OpenURL opens a page in the browser (help and registration pages).
	OpenURL func(ctx context.Context, url string) error
	// SaveSecret keeps a provider's client secret in the vault.
	SaveSecret func(ctx context.Context, providerID string, secret providers.Secret) error
	// ImportRules say what of an export may be stored.
	ImportRules vault.ImportRules
	// MoveSecret makes the provider's current servers the home of its client secret.
	MoveSecret func(ctx context.Context, providerID string) error
	// SaveRegistration keeps the access to a provider's registration in the
	// vault, an empty one removes it; Registration reads it.
	SaveRegistration func(ctx context.Context, providerID string, access auth.RegistrationAccess) error
	Registration     func(ctx context.Context, providerID string) (auth.RegistrationAccess, error)
	// Raise receives when another start of the program wants this window in
	// front.
	Raise <-chan struct{}
	// Tray reports whether the desktop has a tray. It may take a moment.
	Tray func(ctx context.Context) bool
}

// Run opens the window and returns when it is closed or ctx ends. It must be
// called on the main goroutine, once for an app.
func Run(ctx context.Context, app fyne.App, s Services) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Once the window is gone, Fyne runs what it is given on the caller's
	// goroutine: by then nothing may change the state any more.
	var gone atomic.Bool
	post := func(f func()) {
		fyne.Do(func() {
			if !gone.Load() {
				f()
			}
		})
	}
	w := newWindow(ctx, app, s.state(app.Clipboard()), post)
	var wg sync.WaitGroup
	app.Lifecycle().SetOnStarted(func() {
		w.store.Start()
		wg.Go(func() { w.raiseOn(ctx, s.Raise, post) })
		wg.Go(func() {
			<-ctx.Done()
			post(func() {
				w.store.ClearClipboard()
				app.Quit()
			})
		})
	})
	app.Lifecycle().SetOnStopped(func() { gone.Store(true) })
	w.window.ShowAndRun()
	cancel()
	w.store.Close()
	wg.Wait()
	return nil
}

// state are the services in the form that the store asks for.
func (s Services) state(clipboard state.Clipboard) state.Services {
	sv := state.Services{
		Accounts:    s.Agent,
		Tokens:      s.Agent,
		Renewer:     s.Agent,
		History:     s.Agent,
		Queue:       s.Agent,
		Catalog:     s.Providers,
		Own:         s.Providers,
		Vault:       s.Vault,
		Guard:       s.Vault,
		Mover:       s.Vault,
		Clipboard:   clipboard,
		SignIn:      state.SignInWith(s.Agent),
		Metadata:    s.Agent.Metadata,
		Discover:    s.Agent.Discover,
		Explain:     auth.Explain,
		ExplainPage: auth.ExplainPage,
		OpenURL:     s.OpenURL,
		Tray:        s.Tray,
		SaveSecret:  s.SaveSecret,
		MoveSecret:  s.MoveSecret,

		ImportRules: s.ImportRules,
		Register:    s.Agent.Register, Deregister: s.Agent.Deregister,
		SaveRegistration: s.SaveRegistration, Registration: s.Registration,
		Probe: func(ctx context.Context, providerID string, observe func(auth.ProbeCheck)) (*auth.Probe, error) {
			return s.Agent.Probe(ctx, auth.ProbeRequest{Provider: providerID, Problems: s.Providers.ProblemsOf(providerID), Observe: observe})
		},
	}
	if s.Home != "" {
		sv.SettingsPath = filepath.Join(s.Home, "settings.toml")
		sv.LastPath = filepath.Join(s.Home, "last-account")
	}
	return sv
}
