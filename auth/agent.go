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
type Agent struct{ o Options }

// New returns an agent. Close it to end its background work.
func New(o Options) (*Agent, error) { return &Agent{o: o}, nil }

// Close ends background work and waits for it.
func (a *Agent) Close() error { return nil }

// SignInRequest says who should sign in and for what.
type SignInRequest struct {
	// Provider is a provider id.
	Provider string
	// Scopes replaces the default ones where not nil.
	Scopes []string
	// ExtraScopes are added.
	ExtraScopes []string
	Groups      bool
	// Remember keeps the account in the store.
	Remember  bool
	LoginHint string
	// Account, where set, is the account that signs in again: a sign-in as
	// somebody else makes a second account and leaves this one.
	Account string
	// Device uses the device flow (RFC 8628).
	Device bool
	// NoBrowser does not open a browser.
	NoBrowser bool
	// Timeout bounds the wait for the person; zero is five minutes.
	Timeout time.Duration
	// Observe is told of each event, one at a time, in order.
	Observe func(Event)
}

// SignIn is [Agent.Start] and [Flow.Wait].
func (a *Agent) SignIn(ctx context.Context, r SignInRequest) (*Account, error) {
	f, err := a.Start(ctx, r)
	if err != nil {
		return nil, err
	}
	return f.Wait(ctx)
}

// Start binds the listener, builds the authorization request and opens the
// browser; it returns when the link is known, before the browser is. Cancelling
// ctx cancels the flow.
func (a *Agent) Start(ctx context.Context, r SignInRequest) (*Flow, error) {
	return nil, errors.ErrUnsupported
}

// Flow is a sign-in under way.
type Flow struct{}

// URL is the authorization request, to open in a browser. It holds state and
// code challenge, no secret.
func (f *Flow) URL() string { return "" }

// RedirectURI is the address the browser will come back to.
func (f *Flow) RedirectURI() string { return "" }

// Device is the code to type in, for a device flow; else nil.
func (f *Flow) Device() *DeviceCode { return nil }

// Deadline is when the flow gives up.
func (f *Flow) Deadline() time.Time { return time.Time{} }

// OpenBrowser opens the browser again.
func (f *Flow) OpenBrowser(ctx context.Context) error { return errors.ErrUnsupported }

// Paste takes the address that a browser on another machine ended on. A wrong
// one is an error wrapping [ErrPasted] and the flow goes on.
func (f *Flow) Paste(address string) error { return errors.ErrUnsupported }

// Cancel ends the flow at once; Wait returns [ErrCanceled].
func (f *Flow) Cancel() {}

// Wait returns the account, or why there is none. Every caller gets the same.
func (f *Flow) Wait(ctx context.Context) (*Account, error) { return nil, errors.ErrUnsupported }

// DeviceCode is a device authorization answer (RFC 8628 §3.2).
type DeviceCode struct {
	UserCode                string
	VerificationURI         string
	VerificationURIComplete string
	ExpiresAt               time.Time
}

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

// Inspect decodes a token and, for an ID token of a known provider, checks it.
func (a *Agent) Inspect(ctx context.Context, id string, token Secret) (*Inspection, error) {
	return nil, errors.ErrUnsupported
}

// Inspection is a decoded token.
type Inspection struct {
	// Format is "jwt" or "opaque".
	Format string         `json:"format"`
	Header map[string]any `json:"header,omitempty"`
	Claims map[string]any `json:"claims,omitempty"`
	Checks []Check        `json:"checks,omitempty"`
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
