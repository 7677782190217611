package ask

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// ProxyError is a proxy that cannot be used.
type ProxyError struct {
	// Host is the proxy's; "" if the setting itself is wrong.
	Host string
	// Status is what it answered to CONNECT (RFC 9110 §9.3.6).
	Status int
}

// Error implements error.
func (e *ProxyError) Error() string {
	switch {
	case e.Host == "":
		return "HTTPS_PROXY or HTTP_PROXY is not a valid address"
	case e.Status == http.StatusProxyAuthRequired:
		return "the proxy " + e.Host + " requires a user name and password"
	}
	return "the proxy " + e.Host + " refused: " + plain.Status(e.Status)
}

// ProxyFor is the proxy that a request to an address goes by; nil is none. The error
// is a [*ProxyError] if the environment names none that can be used.
func ProxyFor(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, nil //nolint:nilnil // no address, no proxy
	}
	return proxyFor(&http.Request{URL: u})
}

// proxyFor is the proxy that the environment names for a request; this
// machine is never asked through one. The environment's words are not repeated:
// a password can stand in them.
func proxyFor(r *http.Request) (*url.URL, error) {
	if Loopback(r.URL.Hostname()) {
		return nil, nil
	}
	u, err := http.ProxyFromEnvironment(r)
	if err != nil || u == nil && !usableProxy(cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"))) {
		return nil, &ProxyError{}
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
	return &ProxyError{Host: proxy.Host, Status: resp.StatusCode}
}
