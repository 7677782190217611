package auth

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// Options of an [Agent]. Zero values are usable unless said otherwise.
type Options struct {
	// Lookup finds a provider by id. Required; *providers.Set has it.
	Lookup func(id string) (*providers.Provider, bool)
	// Problems, if set, says why Lookup does not find a provider, such as the mistakes
	// in its file; ProblemsOf of *providers.Set is one.
	Problems func(id string) []error
	// Store keeps remembered accounts; nil keeps them in memory only.
	Store Store
	// Secret, if set, gives a provider's client secret from a safe place;
	// one in the provider itself comes first. It is used only where it belongs:
	// see [KeptSecret]. An error for which errors.Is(err, fs.ErrNotExist) means
	// that there is none.
	Secret func(ctx context.Context, p *providers.Provider) (KeptSecret, error)
	// Prepare, if set, runs before requests to a provider; it may complete
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

// KeptSecret is a client secret with its home: it is sent to nobody else. A zero
// home is good wherever the provider is.
type KeptSecret struct {
	Secret providers.Secret
	Home   oauth.Home
}
