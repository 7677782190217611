//go:build !nogui

package app

import (
	"context"
	"os"
	"slices"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/internal/doctor"
	"github.com/claviger/claviger/internal/unit"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// reporter makes the doctor's report about an account, with what the window has open.
func (w *wiring) reporter(home string, agent *auth.Agent, set *providers.Set, v *vault.Vault) func(ctx context.Context, account string) (string, error) {
	return func(ctx context.Context, account string) (string, error) {
		program, err := os.Executable()
		if err != nil {
			program = "" // it is compared with where the agent is started from
		}
		o := doctor.Options{
			Version: w.version, Program: program, Home: home, Getenv: os.Getenv,
			Vault:    func() (*vault.Vault, error) { return v, nil },
			Accounts: agent.Accounts, History: agent.History, Account: account,
			Providers:   func() (*providers.Set, error) { return set, nil },
			AgentSocket: os.Getenv(agentclient.EnvSocket), Manager: unit.Here,
			Window: true, Tray: tray(),
			Tester: func() (*probe.Tester, error) { return agent.Tester(), nil },
		}
		found := slices.Collect(doctor.Examine(ctx, o))
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return doctor.Report(ctx, o, found, time.Now())
	}
}
