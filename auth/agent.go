package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync"
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
	o       Options
	clients *clients // for every request to a provider
	keys    keyCache
	// origins is what servers told for proofs.
	origins origins

	tasks    *tasks.Tasks
	accounts *accounts
	receipts *receipts
	flights  *tasks.Shared[*flight]       // refreshes under way, by account
	signIns  *tasks.Shared[*sharedSignIn] // sign-ins of known accounts under way

	mu       sync.Mutex
	keepers  map[*keeper]struct{} // KeepFresh at work
	entering map[string]int       // sign-ins that get their tokens, by provider
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
	kept := newAccounts(o, ledger.New(o.Store, work), work)
	return &Agent{
		o: o, clients: newClients(o.Transport), tasks: work,
		accounts: kept, receipts: newReceipts(kept, work),
		flights: tasks.NewShared[*flight](work), signIns: tasks.NewShared[*sharedSignIn](work),
		keepers:  map[*keeper]struct{}{},
		entering: map[string]int{},
	}, nil
}

// Close ends background work and waits for it. A refresh whose request is
// under way is waited for, because its answer may hold the only refresh token.
// The error tells of tokens that the store would not take to the end.
func (a *Agent) Close() error {
	a.tasks.Close()
	err := a.accounts.memory.Flush(context.Background())
	_ = a.receipts.memory.Flush(context.Background()) // said in the log
	a.accounts.history.flush(context.Background())
	return err
}

// Watch tells when any account changed, by this process or another, until ctx
// or the agent ends; then the channel is closed. Notices are coalesced: list
// again.
func (a *Agent) Watch(ctx context.Context) <-chan struct{} { return a.accounts.store.Watch(ctx) }

// now is the wall clock.
func (a *Agent) now() time.Time { return a.o.wallClock() }

// wallClock is the time without the monotonic reading: that stands still
// while the machine sleeps, and a token does not.
func (o Options) wallClock() time.Time { return o.Now().Round(0) }

// provider returns a provider ready for requests, with its client secret.
func (a *Agent) provider(ctx context.Context, id string) (*providers.Provider, error) {
	found, ok := a.o.Lookup(id)
	if !ok {
		return nil, fmt.Errorf("%q: %w", id, providers.ErrUnknown)
	}
	p := *found
	if err := a.addSecret(ctx, &p); err != nil {
		return nil, err
	}
	if a.o.Prepare != nil {
		if err := a.o.Prepare(ctx, &p); err != nil {
			return nil, fmt.Errorf("preparing %s: %w", id, err)
		}
	}
	if err := p.Ready(); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	if _, err := a.client(&p); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	return &p, nil
}

// addSecret completes a provider with its client secret, where there is one. One
// that its file rules out is an error: whoever configured it thinks that it is sent.
func (a *Agent) addSecret(ctx context.Context, p *providers.Provider) error {
	ruledOut := p.Client.NoSecret()
	switch {
	case !p.Client.Secret.IsZero() && ruledOut != "":
		return &secretUnusedError{setting: ruledOut}
	case a.o.Secret == nil || !p.Client.Secret.IsZero():
		return nil
	}
	s, err := a.o.Secret(ctx, p)
	switch {
	case err != nil && (ruledOut != "" || p.Client.SecretUse != "required" && errCode(err) == "damaged"):
		// A secret that may not exist stops nobody who has none.
		a.o.Log.Warn("client secrets could not be read", "provider", p.ID, "error", err)
		return nil
	case ruledOut != "" && !s.Secret.IsZero():
		return &secretUnusedError{setting: ruledOut, kept: true}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("client secret of %s: %w", p.ID, err)
	}
	if moved := s.Home.moved(p); moved != nil && !s.Secret.IsZero() {
		moved.Secret = true
		return moved
	}
	p.Client.Secret = s.Secret
	return nil
}

// KeptSecret is a client secret with its home: it is sent to nobody else. A zero
// home is good wherever the provider is.
type KeptSecret struct {
	Secret Secret
	Home   Home
}

// homeOf returns the provider of an account, what it publishes, and a context in
// which the account's secrets may be sent. There is none where the provider is
// not where they belong: a [*MovedError].
func (a *Agent) homeOf(ctx context.Context, rec *record) (context.Context, *providers.Provider, *providers.Metadata, error) {
	if moved := a.moved(rec); moved != nil { // before a client secret is, which says less
		return ctx, nil, nil, moved
	}
	p, err := a.provider(ctx, rec.Provider)
	if err != nil {
		return ctx, nil, nil, err
	}
	if moved := rec.movedFrom(p); moved != nil {
		return ctx, p, nil, moved
	}
	md, err := a.metadata(ctx, p)
	if err != nil {
		return ctx, p, nil, unreachable(err)
	}
	return reaching(ctx, p, rec.home(p), md), p, md, nil
}

// moved says that the provider of an account is not where the account is from,
// as far as that can be told without asking anybody.
func (a *Agent) moved(rec *record) *MovedError {
	p, ok := a.o.Lookup(rec.Provider)
	if !ok {
		return nil
	}
	return rec.movedFrom(p)
}
