package authtest

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// Proxy is an HTTP proxy that connects (RFC 9110 §9.3.6) everybody who asks to
// one server, whatever host they name.
type Proxy struct {
	// URL is its address, "http://127.0.0.1:PORT".
	URL string

	to     string
	server *httptest.Server

	mu     sync.Mutex
	asked  []string
	login  string
	status int
}

// NewProxy starts a proxy that leads to the address "host:port" and ends with
// the test.
func NewProxy(tb testing.TB, to string) *Proxy {
	tb.Helper()
	p := &Proxy{to: to}
	p.server = httptest.NewServer(p)
	p.URL = p.server.URL
	tb.Cleanup(func() {
		p.server.CloseClientConnections()
		p.server.Close()
	})
	return p
}

// Demand sets the "name:password" that the proxy wants, "" for none, and the
// status with which it refuses everybody, 0 for nobody.
func (p *Proxy) Demand(login string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.login, p.status = login, status
}

// Asked lists the hosts that somebody wanted to be connected with.
func (p *Proxy) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// ServeHTTP implements [http.Handler].
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Host)
	login, status := p.login, p.status
	p.mu.Unlock()
	switch {
	case r.Method != http.MethodConnect:
		http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
	case login != "" && r.Header.Get("Proxy-Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte(login)):
		w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
		w.WriteHeader(http.StatusProxyAuthRequired)
	case status != 0:
		w.WriteHeader(status)
	default:
		p.connect(r.Context(), w)
	}
}

// connect hands bytes on in both directions until one side ends.
func (p *Proxy) connect(ctx context.Context, w http.ResponseWriter) {
	there, err := new(net.Dialer).DialContext(ctx, "tcp", p.to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer func() { _ = there.Close() }()
	w.WriteHeader(http.StatusOK)
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(there, buffered)
		_ = there.Close()
	}()
	_, _ = io.Copy(here, there)
	_ = here.Close()
}
