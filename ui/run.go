package ui

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/internal/appearance"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/choosefile"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/tongue"
	"github.com/claviger/claviger/ui/words"
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
	// Report makes a text for a bug report about an account.
	Report func(ctx context.Context, account string) (string, error)
	// SaveSecret keeps a provider's client secret in the vault.
	SaveSecret func(ctx context.Context, providerID string, secret providers.Secret) error
	// ImportRules say what of an export may be stored.
	ImportRules vault.ImportRules
	// MoveSecret makes the provider's current servers the home of its client secret.
	MoveSecret func(ctx context.Context, providerID string) error
	// SaveRegistration keeps the access to a provider's registration in the
	// vault, an empty one removes it; Registration reads it.
	SaveRegistration func(ctx context.Context, providerID string, access register.Access) error
	Registration     func(ctx context.Context, providerID string) (register.Access, error)
	// Build says which program this is.
	Build state.Build
	// Raise receives when another start of the program wants this window in
	// front.
	Raise <-chan struct{}
	// Minimised, if it is set, calls changed on the main goroutine whenever the
	// window is minimised or no longer. The result ends that.
	Minimised func(window fyne.Window, changed func(minimised bool)) (restore func())
	// Frame, if set, is what the system knows of a window that is there.
	Frame func(window fyne.Window) Frame
	// LogIn, if set, starts the program when the person logs in.
	LogIn state.LogIn
	// Hidden starts without the window, in the tray, if there is one.
	Hidden bool
	// Tray reports whether the desktop has a tray. It may take a moment.
	Tray func(ctx context.Context) bool
	// Appearance calls changed with how the desktop wants programs to look, until ctx ends.
	Appearance func(ctx context.Context, changed func(appearance.Wishes))
	// Serve makes this process the agent until ctx ends; gate decides which programs
	// may have tokens, serving is called with the path of the socket, and unlocked when
	// a command unlocked the vault. If another agent serves programs, the error wraps
	// [agent.ErrRunning].
	Serve func(ctx context.Context, gate *consent.Gate, serving func(socket string), unlocked func()) error
	// AskFor has asker answer the questions of the agent that serves programs in this
	// one's place, until ctx or that agent ends. begun is called once it does.
	AskFor func(ctx context.Context, asker consent.Asker, begun func()) error
	// Attend returns what says when a person is needed; acts are what they can do then.
	Attend func(acts attention.Acts) (attention.Attendant, error)
}

// Run opens the window and returns when it is closed or ctx ends. It must be
// called on the main goroutine, once for an app.
func Run(ctx context.Context, app fyne.App, s Services) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Once the window is gone, Fyne runs what it is given on the caller's
	// goroutine: by then nothing may change the state any more, nor ask the system
	// about a window that is no more.
	var gone atomic.Bool
	post := func(f func()) {
		fyne.Do(func() {
			if !gone.Load() {
				f()
			}
		})
	}
	var w *window
	sv := s.state(app.Clipboard())
	sv.OpenFolder = func(path string) error { return openFolder(app, path) }
	if _, err := tongue.Speak(state.Language(sv.SettingsPath)); err != nil {
		return err
	}
	attendant, err := s.Attend(actsOf(&w, post))
	if err != nil {
		return err
	}
	sv.Announce = attendant.Ask
	w = newWindow(ctx, app, sv, post)
	w.files.choose = choosefile.Ask
	w.window.SetOnClosed(func() { gone.Store(true) })
	w.attach = func() {
		if s.Frame != nil {
			w.size.opened(w.window, s.Frame(w.window))
		}
		if s.Minimised != nil {
			w.restore = s.Minimised(w.window, w.setMinimised)
		}
	}
	if s.Hidden {
		w.inTray = true
		w.setHidden()
	}
	var wg sync.WaitGroup
	app.Lifecycle().SetOnStarted(func() {
		w.store.Start()
		if s.Hidden {
			wg.Go(func() { w.hideOrShow(ctx, s.Tray) })
		} else {
			w.wasShown()
		}
		wg.Go(func() { w.raiseOn(ctx, s.Raise, post) })
		wg.Go(func() { w.serve(ctx, s) })
		wg.Go(func() { attendant.Run(ctx) })
		wg.Go(func() { giveBack(ctx) })
		wg.Go(func() {
			s.Appearance(ctx, func(wishes appearance.Wishes) { post(func() { w.store.SetDesktop(wishes) }) })
		})
		wg.Go(func() {
			<-ctx.Done()
			post(func() {
				w.noteSize()
				w.store.ClearClipboard()
				app.Quit()
			})
		})
	})
	app.Lifecycle().SetOnStopped(func() { gone.Store(true) })
	if !s.Hidden {
		w.window.Show()
	}
	app.Run()
	cancel()
	w.icon.Close()
	w.size.save()
	w.store.Close()
	wg.Wait()
	return nil
}

// state are the services in the form that the store asks for.
func (s Services) state(clipboard state.Clipboard) state.Services {
	registrar := register.New(s.Agent.Tester())
	sv := state.Services{
		Accounts:    s.Agent,
		Tokens:      s.Agent,
		Examiner:    s.Agent,
		Renewer:     s.Agent,
		History:     s.Agent,
		Queue:       s.Agent,
		Undoer:      s.Agent,
		Describer:   s.Agent,
		Catalog:     spoken{s.Providers},
		Try:         auth.TryIt(s.Agent),
		Own:         s.Providers,
		Vault:       s.Vault,
		Guard:       s.Vault,
		Consent:     s.Vault,
		Mover:       s.Vault,
		Clipboard:   clipboard,
		SignIn:      state.SignInWith(s.Agent),
		Metadata:    s.Agent.Metadata,
		Discover:    s.Agent.Discover,
		Explain:     problem.Tongue(words.Said).Explain,
		ExplainPage: problem.Tongue(words.Said).Page,
		OpenURL:     s.OpenURL,
		Report:      s.Report,
		Tray:        s.Tray,
		LogIn:       s.LogIn,
		Build:       s.Build,
		SaveSecret:  s.SaveSecret,
		MoveSecret:  s.MoveSecret,

		ImportRules: s.ImportRules,
		Register:    registrar.Register, Deregister: registrar.Deregister,
		SaveRegistration: s.SaveRegistration, Registration: s.Registration,
		Probe: func(ctx context.Context, providerID string, observe func(probe.Check)) (*probe.Result, error) {
			tester := s.Agent.Tester()
			tester.Tongue = words.Said
			return tester.Test(ctx, probe.Request{Provider: providerID, Problems: s.Providers.ProblemsOf(providerID), Observe: observe})
		},
	}
	if s.Home != "" {
		sv.SettingsPath = filepath.Join(s.Home, "settings.toml")
		sv.WindowPath = filepath.Join(s.Home, "last-window")
		sv.LastPath = filepath.Join(s.Home, "last-account")
	}
	return sv
}
