//go:build !nogui

package app

import (
	"context"
	"os"
	"runtime"
	"sync"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"github.com/claviger/claviger/assets"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/internal/appearance"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/desktop"
	"github.com/claviger/claviger/ui"
)

// window opens the window. It must run on the main goroutine.
func (w *wiring) window() func(ctx context.Context, hidden bool) error {
	return func(ctx context.Context, hidden bool) error {
		if err := desktop.CheckDisplay(ctx, runtime.GOOS, os.Getenv); err != nil {
			return cli.NoDisplay(err.Error())
		}
		home, err := w.home()
		if err != nil {
			return err
		}
		first, err := desktop.Claim(ctx, home, hidden)
		if err != nil {
			return err
		}
		if first == nil {
			return nil // the other window comes to the front
		}
		w.closers.add(first.Close)
		return w.runWindow(ctx, home, first.Raise(), hidden)
	}
}

// runWindow opens what the window works with and returns when it is closed.
func (w *wiring) runWindow(ctx context.Context, home string, raise <-chan struct{}, hidden bool) error {
	w.unattended = true
	agent, err := w.openAgent()
	if err != nil {
		return err
	}
	set, err := w.openSet()
	if err != nil {
		return err
	}
	v, err := w.openVault()
	if err != nil {
		return err
	}
	fresh, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() { agent.KeepFresh(fresh) })
	defer work.Wait()
	defer stop()
	makeCache()
	program := fyneapp.NewWithID(appID)
	program.SetIcon(fyne.NewStaticResource("claviger.png", assets.IconPNG()))
	services := ui.Services{
		Agent: agent, Providers: set, Vault: v,
		Home: home, Version: w.version,
		OpenURL:          auth.OpenBrowser,
		Report:           w.reporter(home, agent, set, v),
		SaveSecret:       clientSecrets{v, set}.save,
		MoveSecret:       clientSecrets{v, set}.move,
		ImportRules:      w.importRules(),
		SaveRegistration: registrations{v}.save, Registration: registrations{v}.get,
		Raise: raise, Hidden: hidden, Frame: frameOf, Build: buildOf(w.version, home), Tray: hasTray, Appearance: appearance.Watch, Minimised: onMinimised,
		Serve: w.serve,
		AskFor: func(ctx context.Context, asker consent.Asker, begun func()) error {
			return cli.AskInWindow(ctx, w.services(), asker, begun)
		},
		Attend: func(acts attention.Acts) (attention.Attendant, error) { return w.attend(agent, acts) },
	}
	if l := newLogIn(); l != nil {
		services.LogIn = l
	}
	return ui.Run(ctx, program, services)
}

// serve makes the window the agent.
func (w *wiring) serve(ctx context.Context, gate *consent.Gate, serving func(socket string), unlocked func()) error {
	return cli.ServeFromWindow(ctx, w.services(), gate, serving, unlocked)
}

// makeCache makes the user's cache folder, which a new home lacks: Fyne only makes
// its own inside it. If that fails, Fyne reports what is missing.
func makeCache() {
	if dir, err := os.UserCacheDir(); err == nil {
		_ = os.MkdirAll(dir, 0o700) // the XDG base directory specification's mode
	}
}

// tray looks for a place for the tray icon.
func tray() func(ctx context.Context) bool { return hasTray }
