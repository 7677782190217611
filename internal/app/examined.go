package app

import (
	"context"
	"os"

	"golang.org/x/term"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/internal/doctor"
	"github.com/claviger/claviger/internal/unit"
)

// examined is what claviger doctor looks at. It asks no one for a passphrase and writes
// nothing to the vault.
func (w *wiring) examined() doctor.Options {
	w.unattended, w.lookOnly = true, true
	home, homeErr := w.home()
	program, err := os.Executable()
	if err != nil {
		program = "" // it is compared with where the agent is started from
	}
	return doctor.Options{
		Version: w.version, Program: program, Home: home, HomeErr: homeErr, Getenv: os.Getenv,
		Vault: w.openVault, PassphraseAtHand: w.prompt.File != "",
		Accounts: func(ctx context.Context) ([]*auth.Account, error) {
			a, err := w.openAgent()
			if err != nil {
				return nil, err
			}
			return a.Accounts(ctx)
		},
		History: func(ctx context.Context, id string) ([]history.Entry, error) {
			a, err := w.openAgent()
			if err != nil {
				return nil, err
			}
			return a.History(ctx, id)
		},
		Providers:   w.openSet,
		AgentSocket: os.Getenv(agentclient.EnvSocket), Manager: unit.Here,
		Window: w.window() != nil, Tray: tray(),
		Terminal: &doctor.Terminal{In: term.IsTerminal(int(os.Stdin.Fd())), Out: term.IsTerminal(int(os.Stdout.Fd()))},
		Tester: func() (*probe.Tester, error) {
			a, err := w.openAgent()
			if err != nil {
				return nil, err
			}
			return a.Tester(), nil
		},
	}
}
