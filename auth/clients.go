package auth

import (
	"bytes"
	"context"
	"crypto/x509"
	"net/http"
	"sync"
	"time"

	"github.com/claviger/claviger/providers"
)

// clients are an agent's HTTP clients, one for each set of certificate
// authorities: requests to one provider use each other's connections.
type clients struct {
	usual *http.Client
	// fixed reports that the transport was given from outside and is for all.
	fixed bool
	// dials are those of all: how near a server is does not depend on who vouches
	// for it, and is known also once authorities were replaced.
	dials *dials

	mu     sync.Mutex
	byFile map[string]*trusting
}

// trusting is the client of the providers that trust one file's authorities.
type trusting struct {
	cas    *providers.CAs
	client *http.Client
}

func newClients(rt http.RoundTripper) *clients {
	c := &clients{fixed: rt != nil, dials: newDials(), byFile: map[string]*trusting{}}
	if rt == nil {
		rt = newTransport(nil, c.dials)
	}
	c.usual = newHTTPClient(rt)
	return c
}

// client is the client for every request to a provider. Errors are
// [*providers.CAFileError].
func (a *asker) client(p *providers.Provider) (*http.Client, error) {
	return a.clients.of(p.Trust.CAFile)
}

// of is the client of those who trust a file's authorities; "" is none.
func (c *clients) of(caFile string) (*http.Client, error) {
	if caFile == "" || c.fixed {
		return c.usual, nil
	}
	return c.trusting(caFile)
}

// strictClient follows no redirect: one would carry code or token elsewhere.
func (a *asker) strictClient(p *providers.Provider) (*http.Client, error) {
	client, err := a.client(p)
	if err != nil {
		return nil, err
	}
	c := *client
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c, nil
}

// metadata reads what a provider publishes of itself.
func (a *asker) metadata(ctx context.Context, p *providers.Provider) (*providers.Metadata, error) {
	client, err := a.client(p)
	if err != nil {
		return nil, err
	}
	return p.Metadata(ctx, client)
}

// freshMetadata is [asker.metadata] past the cache.
func (a *asker) freshMetadata(ctx context.Context, p *providers.Provider) (*providers.Metadata, error) {
	client, err := a.client(p)
	if err != nil {
		return nil, err
	}
	return p.FreshMetadata(ctx, client)
}

// trusting returns the client of a file's authorities. The file is read anew
// each time, so that whoever mends it need start nothing again; the client, and
// its connections, last as long as the file stays the same. Validity goes by
// the clock that TLS goes by.
func (c *clients) trusting(file string) (*http.Client, error) {
	cas, err := providers.ReadCAs(file)
	if err == nil {
		err = cas.Valid(time.Now())
	}
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.byFile[file]
	if old != nil && bytes.Equal(old.cas.Data, cas.Data) {
		return old.client, nil
	}
	if old != nil {
		old.client.CloseIdleConnections() // made under other authorities
	}
	next := &trusting{cas: cas, client: newHTTPClient(newTransport(rootsWith(cas), c.dials))}
	c.byFile[file] = next
	return next.client, nil
}

// rootsWith are the system's certificate authorities and those of a file. On
// Windows and macOS the system judges first, with all that it knows.
func rootsWith(cas *providers.CAs) *x509.CertPool {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	for _, cert := range cas.Certificates {
		pool.AddCert(cert)
	}
	return pool
}
