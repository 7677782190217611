package auth

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/providers"
)

// Options of an [Agent]. Zero values are usable unless said otherwise.
type Options struct {
	// Lookup finds a provider by id. Required; *providers.Set has it.
	Lookup func(id string) (*providers.Provider, bool)
	// Store keeps remembered accounts; nil keeps them in memory only.
	Store Store
	// Secret, where set, gives a provider's client secret from a safe place;
	// one in the provider itself comes first. It is used only where it belongs:
	// see [KeptSecret]. An error for which errors.Is(err, fs.ErrNotExist) means
	// that there is none.
	Secret func(ctx context.Context, p *providers.Provider) (KeptSecret, error)
	// Prepare, where set, runs before requests to a provider; it may complete
	// p, which is a copy. The demo provider is started here.
	Prepare func(ctx context.Context, p *providers.Provider) error
	// Browser opens an address; nil is [OpenBrowser].
	Browser func(ctx context.Context, url string) error
	// Transport makes all requests, whatever a provider trusts; nil is a
	// transport with time limits.
	Transport http.RoundTripper
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
	// Addresses lists the addresses of this machine's network interfaces, which
	// tells [Agent.KeepFresh] without any traffic that the network is back; nil
	// is [net.InterfaceAddrs].
	Addresses func() ([]net.Addr, error)
	Log       *slog.Logger
}

// Agent signs accounts in, keeps them and hands out their tokens. It is safe
// for concurrent use; several agents, in several processes, can share a store.
type Agent struct {
	*asker
	accounts *accounts
	upkeep   *upkeep
	signIns  *tasks.Shared[*sharedSignIn] // those of known accounts under way
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
	kept := newAccounts(o, ledger.New(o.Store, work), work)
	return &Agent{
		asker: ask, accounts: kept, upkeep: newUpkeep(ask, kept), signIns: tasks.NewShared[*sharedSignIn](work),
	}, nil
}

// Close ends background work and waits for it. A refresh whose request is
// under way is waited for, because its answer may hold the only refresh token.
// The error tells of tokens that the store would not take to the end.
func (a *Agent) Close() error {
	a.tasks.Close()
	err := a.accounts.memory.Flush(context.Background())
	_ = a.upkeep.signOuts.receipts.memory.Flush(context.Background()) // said in the log
	a.accounts.history.flush(context.Background())
	return err
}

// Watch tells when any account changed, by this process or another, until ctx
// or the agent ends; then the channel is closed. Notices are coalesced: list
// again.
func (a *Agent) Watch(ctx context.Context) <-chan struct{} { return a.accounts.store.Watch(ctx) }
