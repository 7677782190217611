package oauth

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// Network is what all clients of a program share: their connections, the clock, and
// what servers want in proofs. It is safe for concurrent use.
type Network struct {
	connections *ask.Clients
	clock       func() time.Time
	origins     origins
}

// NewNetwork returns a network whose requests rt makes; nil is a transport with time
// limits for each set of certificate authorities.
func NewNetwork(rt http.RoundTripper, clock func() time.Time) *Network {
	return &Network{connections: ask.NewClients(rt, readAuthorities), clock: clock}
}

// readAuthorities reads a provider's [providers.Trust.CAFile]. Validity goes by the
// clock that TLS goes by.
func readAuthorities(file string) (ask.Authorities, error) {
	cas, err := providers.ReadCAs(file)
	if err == nil {
		err = cas.Valid(time.Now())
	}
	if err != nil {
		return ask.Authorities{}, err
	}
	return ask.Authorities{Data: cas.Data, Certificates: cas.Certificates}, nil
}

// Trusting is a provider of which only the certificate authorities are known, as
// [providers.Trust] has them.
func Trusting(caFile string) *providers.Provider {
	return &providers.Provider{Trust: providers.Trust{CAFile: caFile}}
}

// HTTP is the client for every request to a provider. Errors are
// [*providers.CAFileError].
func (n *Network) HTTP(p *providers.Provider) (*http.Client, error) {
	return n.connections.Of(p.Trust.CAFile)
}

// Strict is [Network.HTTP] that follows no redirect: one would carry code or token
// elsewhere.
func (n *Network) Strict(p *providers.Provider) (*http.Client, error) {
	client, err := n.HTTP(p)
	if err != nil {
		return nil, err
	}
	return ask.Strict(client), nil
}

// Metadata reads what a provider publishes of itself, from the cache if it is fresh.
func (n *Network) Metadata(ctx context.Context, p *providers.Provider) (*providers.Metadata, error) {
	client, err := n.HTTP(p)
	if err != nil {
		return nil, err
	}
	return p.Metadata(ctx, client)
}

// FreshMetadata is [Network.Metadata] past the cache.
func (n *Network) FreshMetadata(ctx context.Context, p *providers.Provider) (*providers.Metadata, error) {
	client, err := n.HTTP(p)
	if err != nil {
		return nil, err
	}
	return p.FreshMetadata(ctx, client)
}

// Discover reads what an issuer publishes of itself (OIDC Discovery 1.0 §4, RFC 8414
// §3); "https://" may be left out. Errors wrap [ErrOffline] or
// [providers.ErrDiscovery].
func Discover(ctx context.Context, client *http.Client, issuer string) (*providers.Metadata, error) {
	if !strings.Contains(issuer, "://") {
		issuer = "https://" + issuer
	}
	m, err := providers.Discover(ctx, client, issuer)
	if err != nil {
		return nil, Offline(err)
	}
	return m, nil
}

// Client returns the client of a provider: md is what the provider publishes, home
// where the secrets that it sends belong.
func (n *Network) Client(p *providers.Provider, md *providers.Metadata, home Home) *Client {
	return &Client{net: n, Provider: p, Metadata: md, Home: home}
}
