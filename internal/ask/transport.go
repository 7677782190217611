package ask

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"
)

// NewClient returns a client for requests to providers. One client keeps
// connections alive between the token request and those after it. What it sends goes by
// the [Reach] of the request's context.
func NewClient(rt http.RoundTripper) *http.Client {
	return &http.Client{Transport: guard{rt}, Timeout: 30 * time.Second, CheckRedirect: checkRedirect}
}

// NewTransport is [http.DefaultTransport] with a limit on each part, and room
// for the parallel requests after a sign-in to keep their connections. roots
// are the trusted certificate authorities; nil are the system's.
func NewTransport(roots *x509.CertPool) *http.Transport { return newTransport(roots, newDials()) }

// newTransport is [NewTransport] with the connections of these dials.
func newTransport(roots *x509.CertPool, d *dials) *http.Transport {
	t := &http.Transport{
		Proxy:                  proxyFor,
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            d.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  20 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
	if roots != nil {
		t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return t
}
