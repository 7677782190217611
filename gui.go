//go:build !nogui

package main

import (
	"context"
	"os"
	"runtime"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"github.com/claviger/claviger/assets"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/ui"
)

// appID names the program to the desktop; FyneApp.toml has the same.
const appID = "io.github.claviger.Claviger"

// window opens the window. It must run on the main goroutine.
func (w *wiring) window() func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := checkDisplay(ctx, runtime.GOOS, os.Getenv); err != nil {
			return cli.NoDisplay(err.Error())
		}
		home, err := w.home()
		if err != nil {
			return err
		}
		first, err := claimInstance(ctx, home)
		if err != nil {
			return err
		}
		if first == nil {
			return nil // the other window comes to the front
		}
		w.onClose(first.close)
		return w.runWindow(ctx, home, first.raise)
	}
}

// runWindow opens what the window works with and returns when it is closed.
func (w *wiring) runWindow(ctx context.Context, home string, raise <-chan struct{}) error {
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
	desktop := app.NewWithID(appID)
	desktop.SetIcon(fyne.NewStaticResource("claviger.png", assets.IconPNG()))
	return ui.Run(ctx, desktop, ui.Services{
		Agent: agent, Providers: set, Vault: v,
		Home: home, Version: versionText(),
		OpenURL:          auth.OpenBrowser,
		SaveSecret:       clientSecrets{v, set}.save,
		MoveSecret:       clientSecrets{v, set}.move,
		ImportRules:      w.importRules(),
		SaveRegistration: registrations{v}.save, Registration: registrations{v}.get,
		Raise: raise, Tray: hasTray,
	})
}
