package auth

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/auth/probe"
)

// Agent signs accounts in, keeps them and hands out their tokens. It is safe
// for concurrent use; several agents, in several processes, can share a store.
type Agent struct {
	*asker
	accounts *accounts
	upkeep   *upkeep
	signIns  *signIns
}

// New returns an agent. Close it to end its background work.
func New(o Options) (*Agent, error) {
	if o.Lookup == nil {
		return nil, errors.New("no provider lookup given")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Browser == nil {
		o.Browser = OpenBrowser
	}
	if o.Addresses == nil {
		o.Addresses = net.InterfaceAddrs
	}
	work := tasks.New()
	ask := newAsker(o, work)
	kept := newAccounts(ask, ledger.New(o.Store, work))
	upkeep := newUpkeep(o, ask, kept)
	return &Agent{asker: ask, accounts: kept, upkeep: upkeep, signIns: newSignIns(ask, kept, upkeep.signOuts)}, nil
}

// Tester tests providers with the agent's connections, client secrets and clock.
func (a *Agent) Tester() *probe.Tester {
	return &probe.Tester{Network: a.net, Lookup: a.lookup, Prepare: a.prepare, Secret: a.addSecret, Now: a.clock, Log: a.log}
}

// Close ends background work and waits for it. A refresh whose request is
// under way is waited for, because its answer may hold the only refresh token.
// The error is about tokens that the store would not take to the end.
func (a *Agent) Close() error {
	a.tasks.Close()
	err := a.accounts.memory.Flush(context.Background())
	_ = a.upkeep.signOuts.receipts.memory.Flush(context.Background()) // said in the log
	a.accounts.history.Flush(context.Background())
	return err
}

// Watch sends a notice when any account changed, by this process or another, until ctx
// or the agent ends; then the channel is closed. Notices are coalesced: list
// again.
func (a *Agent) Watch(ctx context.Context) <-chan struct{} { return a.accounts.store.Watch(ctx) }
