package auth

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/near"
)

// newHTTPClient returns a client for requests to providers. One client keeps
// connections alive between the token request and those after it.
func newHTTPClient(rt http.RoundTripper) *http.Client {
	return &http.Client{Transport: guard{rt}, Timeout: 30 * time.Second, CheckRedirect: checkRedirect}
}

// checkRedirect follows few redirects, and none from https to http or, from this
// machine, to http over a network, where anybody on the way could put keys or
// endpoints of their own.
func checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) >= 5 {
		return errors.New("too many redirects")
	}
	if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return errors.New("redirect from https to http")
	}
	if !safeForToken(r.URL) {
		return errors.New("redirect to unencrypted http")
	}
	if near.Host(r.URL.Hostname()) < near.Host(via[0].URL.Hostname()) {
		return errors.New("redirect to this computer or a closed network")
	}
	return nil
}

// newTransport is [http.DefaultTransport] with a limit on each part, and room
// for the parallel requests after a sign-in to keep their connections. roots
// are the trusted certificate authorities; nil are the system's.
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

// proxyError is a proxy that cannot be used.
type proxyError struct {
	// host is the proxy's; "" where the setting itself is wrong.
	host string
	// status is what it answered to CONNECT (RFC 9110 §9.3.6).
	status int
}

// Error implements error.
func (e *proxyError) Error() string {
	switch {
	case e.host == "":
		return "HTTPS_PROXY or HTTP_PROXY is not a valid address"
	case e.status == http.StatusProxyAuthRequired:
		return "the proxy " + e.host + " requires a user name and password"
	}
	return "the proxy " + e.host + " refused: " + statusText(e.status)
}

// proxyFor is the proxy that the environment names for a request; this
// machine is never asked through one. The environment's words are not repeated:
// a password can stand in them.
func proxyFor(r *http.Request) (*url.URL, error) {
	if isLoopback(r.URL.Hostname()) {
		return nil, nil
	}
	u, err := http.ProxyFromEnvironment(r)
	if err != nil || u == nil && !usableProxy(cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"))) {
		return nil, &proxyError{}
	}
	return u, nil
}

// usableProxy reports whether a setting is an address, or empty. net/http passes
// over one that is not, and connects directly: whoever set it did not mean that.
func usableProxy(setting string) bool {
	if setting == "" {
		return true
	}
	if !strings.Contains(setting, "://") {
		setting = "http://" + setting
	}
	u, err := url.Parse(setting)
	return err == nil && u.Host != "" && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}

// proxyAnswer turns a refused CONNECT into an error that says which proxy
// refused and why; net/http keeps the status line's words only.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{host: proxy.Host, status: resp.StatusCode}
}
