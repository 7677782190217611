// Command window is an app with "Sign in with…" and "Remember me":
//
//	go run -tags migrated_fynedo ./examples/window
//
// It has a demo provider to try. Others appear once they know this app, such as with
// CLAVIGER_GITHUB_CLIENT_ID=… before the command.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/vault"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(problem.Explain(err, nil, "").Title)
	}
}

func run(ctx context.Context) error {
	config, err := os.UserConfigDir()
	if err != nil {
		return err
	}
	dir := filepath.Join(config, "claviger-example")
	set, err := providers.Load(dir, os.Environ()) // built in, and yours in dir/providers.d
	if err != nil {
		return err
	}
	v, err := vault.Open(filepath.Join(dir, "vault"), vault.Options{}) // its key is in the keyring
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	server, err := demo.Start(ctx, demo.Options{Dir: filepath.Join(dir, "demo")}) // a provider to try it with
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	if p, ok := set.Lookup("demo"); ok {
		set.Put(server.Provider(p))
	}
	agent, err := auth.New(auth.Options{Lookup: set.Lookup, Store: v})
	if err != nil {
		return err
	}
	defer func() { _ = agent.Close() }()

	ctx, stop := context.WithCancel(ctx)
	w := app.NewWithID("org.example.signin").NewWindow("Example")
	s := newScreen(ctx, agent, set.All(), fyne.Do)
	w.SetContent(s.content)
	w.Resize(fyne.NewSize(420, 320))
	s.restore()
	w.ShowAndRun()
	stop()
	s.work.Wait() // nothing is cut off that is being stored
	return nil
}
