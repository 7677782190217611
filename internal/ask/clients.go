package ask

import (
	"bytes"
	"crypto/x509"
	"net/http"
	"sync"
)

// Authorities are the certificate authorities of a file.
type Authorities struct {
	// Data is what the file held: the same data are the same authorities.
	Data         []byte
	Certificates []*x509.Certificate
}

// Clients are HTTP clients, one for each set of certificate authorities: requests to
// one provider use each other's connections. It is safe for concurrent use.
type Clients struct {
	read  func(file string) (Authorities, error)
	usual *http.Client
	// fixed reports that the transport was given from outside and is for all.
	fixed bool
	// dials are those of all: how near a server is does not depend on who vouches
	// for it, and is known also once authorities were replaced.
	dials *dials

	mu     sync.Mutex
	byFile map[string]trusting
}

// trusting is the client of those who trust one file's authorities.
type trusting struct {
	data   []byte
	client *http.Client
}

// NewClients returns clients over rt, whatever they trust; nil is a [NewTransport]
// each. A file's authorities are what read returns.
func NewClients(rt http.RoundTripper, read func(file string) (Authorities, error)) *Clients {
	c := &Clients{read: read, fixed: rt != nil, dials: newDials(), byFile: map[string]trusting{}}
	if rt == nil {
		rt = newTransport(nil, c.dials)
	}
	c.usual = NewClient(rt)
	return c
}

// Of is the client of those who trust a file's authorities besides the system's; ""
// is none. The file is read anew each time, so that whoever mends it need start
// nothing again; the client, and its connections, last as long as the file stays the
// same. An error is of reading it.
func (c *Clients) Of(file string) (*http.Client, error) {
	if file == "" || c.fixed {
		return c.usual, nil
	}
	authorities, err := c.read(file)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old, known := c.byFile[file]
	if known && bytes.Equal(old.data, authorities.Data) {
		return old.client, nil
	}
	if known {
		old.client.CloseIdleConnections() // made under other authorities
	}
	client := NewClient(newTransport(rootsWith(authorities.Certificates), c.dials))
	c.byFile[file] = trusting{authorities.Data, client}
	return client, nil
}

// rootsWith are the system's certificate authorities and these. On Windows and macOS
// the system judges first, with all that it knows.
func rootsWith(certificates []*x509.Certificate) *x509.CertPool {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	for _, cert := range certificates {
		pool.AddCert(cert)
	}
	return pool
}
