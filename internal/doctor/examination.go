package doctor

import (
	"context"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/internal/unit"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// Options say what is examined. Version, Getenv, Vault, Accounts, Providers, Tester and
// Manager are required.
type Options struct {
	Version string
	// Program is the path of this program, "" if unknown.
	Program string
	// Home is the folder of everything that Claviger keeps; HomeErr is why it cannot be
	// used.
	Home    string
	HomeErr error
	Getenv  func(string) string
	// Vault is the vault, opened with [vault.Options.ReadOnly] or by a program that uses
	// it anyway.
	Vault func() (*vault.Vault, error)
	// PassphraseAtHand means that the vault gets its passphrase without asking a person.
	PassphraseAtHand bool
	// Accounts lists the accounts of the vault. It is called only if that asks no person.
	Accounts func(ctx context.Context) ([]*auth.Account, error)
	// History lists what happened with an account, for a report; nil is nothing.
	History func(ctx context.Context, id string) ([]history.Entry, error)
	// Account, if it is set, is the only account that a report is about.
	Account   string
	Providers func() (*providers.Set, error)
	Tester    func() (*probe.Tester, error)
	// AgentSocket is the path of the agent's socket; "" is the usual one.
	AgentSocket string
	// Unknown are the names of the variables because of which commands ask no agent.
	Unknown []string
	// Manager finds the service manager; its errors are those of [unit.Of].
	Manager func() (*unit.Manager, error)
	// Window is set if this program can open one; Tray reports whether the desktop shows
	// tray icons, and is nil without a window.
	Window bool
	Tray   func(ctx context.Context) bool
	// Terminal is the terminal of a command; nil for a window.
	Terminal *Terminal
	// Offline leaves out what needs a network.
	Offline bool
	// Patience bounds each check; 0 is ten seconds.
	Patience time.Duration
}

// Terminal is the terminal of a command.
type Terminal struct {
	// In and Out say whether standard input and output are one.
	In, Out bool
}

// examination is one examination of this computer.
type examination struct {
	Options
	// use is what is in use; it is looked up once, for all checks.
	use func() use
	// ways are those to the providers in use; each is gone once, for all checks.
	ways func() []way
}

// use is what this person uses Claviger with.
type use struct {
	accounts []*auth.Account
	// closed says why the accounts were not looked at, "" if they were; failed is what
	// went wrong with looking.
	closed string
	failed error
	// reported are those of accounts that a report is about.
	reported []*auth.Account
	// providers are those that an account is from or that have a file of the person's
	// own, without the demo, which starts by itself.
	providers []*providers.Provider
	// problems are files of providers that cannot be used.
	problems []error
}

// way is what was found on the way to a provider that is in use.
type way struct {
	provider *providers.Provider
	took     time.Duration
	*probe.Reached
}
