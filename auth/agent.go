package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"claviger/providers"
)

// Options of an [Agent]. Zero values are usable unless said otherwise.
type Options struct {
	// Lookup finds a provider by id. Required; *providers.Set has it.
	Lookup func(id string) (*providers.Provider, bool)
	// Store keeps remembered accounts; nil keeps them in memory only.
	Store Store
	// Secret, where set, gives a provider's client secret from a safe place;
	// one in the provider itself comes first.
	Secret func(ctx context.Context, providerID string) (Secret, error)
	// Prepare, where set, runs before requests to a provider. The demo
	// provider is started here.
	Prepare func(ctx context.Context, p *providers.Provider) error
	// Browser opens an address; nil is [OpenBrowser].
	Browser func(ctx context.Context, url string) error
	// Transport makes all requests; nil is a transport with time limits.
	Transport http.RoundTripper
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
	Log *slog.Logger
}

// Agent signs accounts in, keeps them and hands out their tokens. It is safe
// for concurrent use; several agents, in several processes, can share a store.
type Agent struct {
	o    Options
	http *http.Client // for every request to a provider
	keys keyCache
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
	return &Agent{o: o, http: newHTTPClient(o.Transport)}, nil
}

// Close ends background work and waits for it.
func (a *Agent) Close() error { return nil }

// Accounts lists the accounts, by provider name and then user name. It asks no
// network. Damaged records are left out and told in the error, which then
// comes together with the others.
func (a *Agent) Accounts(ctx context.Context) ([]*Account, error) {
	return nil, errors.ErrUnsupported
}

// Account finds one account by id, provider id, or login@provider; "" is the
// only one. Errors wrap [ErrNoAccount] or [ErrAmbiguous].
func (a *Agent) Account(ctx context.Context, name string) (*Account, error) {
	return nil, errors.ErrUnsupported
}

// Token returns a token that is good for at least minTTL (zero: one minute;
// less than the whole lifetime), refreshing it if needed. A token that is
// still good is returned without lock and without network.
func (a *Agent) Token(ctx context.Context, id string, minTTL time.Duration) (*Token, error) {
	return nil, errors.ErrUnsupported
}

// Stored returns the tokens as they are, expired or not, for showing them.
func (a *Agent) Stored(ctx context.Context, id string) (*Token, error) {
	return nil, errors.ErrUnsupported
}

// Client returns a client whose requests carry the account's token. On a 401
// it refreshes once (RFC 6750 §3.1).
func (a *Agent) Client(ctx context.Context, id string) (*http.Client, error) {
	return nil, errors.ErrUnsupported
}

// Refresh gets new tokens now, whatever the old ones' age.
func (a *Agent) Refresh(ctx context.Context, id string) (*Account, error) {
	return nil, errors.ErrUnsupported
}

// Check asks the provider for the user's details again, refreshing the token
// if needed, and stores what it says.
func (a *Agent) Check(ctx context.Context, id string) (*Account, error) {
	return nil, errors.ErrUnsupported
}

// Picture returns the user's picture, from the store where it has one.
// At most 1 MiB; nil where the provider gave none.
func (a *Agent) Picture(ctx context.Context, id string) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// SignOutOptions choose what else happens beside forgetting here.
type SignOutOptions struct {
	// Revoke the tokens at the provider.
	Revoke bool
	// EndSession opens the browser to end its session.
	EndSession bool
}

// Receipt says what a sign-out did; each part has its result.
type Receipt struct {
	Forgotten Result `json:"forgotten"`
	Revoked   Result `json:"revoked"`
	Session   Result `json:"session"`
}

// Result of one part of a sign-out.
type Result struct {
	// Outcome is "done", "failed", "not_asked" or "not_offered".
	Outcome string `json:"outcome"`
	// Detail is a plain sentence.
	Detail string `json:"detail,omitempty"`
}

// SignOut forgets the account here, always, and does the rest as asked. Only
// failing to forget is an error.
func (a *Agent) SignOut(ctx context.Context, id string, o SignOutOptions) (*Receipt, error) {
	return nil, errors.ErrUnsupported
}

// Watch tells when any account changed, by this process or another, until ctx
// ends; then the channel is closed. Notices are coalesced: list again.
func (a *Agent) Watch(ctx context.Context) <-chan struct{} { return nil }
