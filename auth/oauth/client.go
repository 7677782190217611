package oauth

import (
	"context"
	"net/http"

	"github.com/claviger/claviger/providers"
)

// Client asks one provider as one client (RFC 6749 §1.1). Its secrets and the tokens
// that it is given go to the servers of its home, and to nobody else: other requests
// are refused with a [*MovedError], before anything is sent.
type Client struct {
	net *Network

	Provider *providers.Provider
	// Metadata is what the provider publishes; it may come later than the rest.
	Metadata *providers.Metadata
	Home     Home
}

// Reaching returns a context in which the secrets of the client's home may be sent.
func (c *Client) Reaching(ctx context.Context) context.Context {
	return Reaching(ctx, c.Provider, c.Home, c.Metadata)
}

// HTTP is the client for requests to the provider, which follows redirects.
func (c *Client) HTTP() (*http.Client, error) { return c.net.HTTP(c.Provider) }

// As is a client of the same provider with another identity.
func (c *Client) As(other providers.Client) *Client {
	p := *c.Provider
	p.Client = other
	next := *c
	next.Provider = &p
	return &next
}
