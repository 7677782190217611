package auth

import (
	"errors"
	"net"
	"net/http"
	"time"
)

// newHTTPClient returns the client for all requests to providers. One client
// keeps connections alive between the token request and those after it.
func newHTTPClient(rt http.RoundTripper) *http.Client {
	if rt == nil {
		rt = newTransport()
	}
	return &http.Client{Transport: rt, Timeout: 30 * time.Second, CheckRedirect: checkRedirect}
}

// checkRedirect follows few redirects, and none from https to http, where
// anybody on the way could put keys or endpoints of their own.
func checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) >= 5 {
		return errors.New("too many redirects")
	}
	if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return errors.New("redirect from https to http")
	}
	return nil
}

// newTransport is [http.DefaultTransport] with a limit on each part, and room
// for the parallel requests after a sign-in to keep their connections.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  20 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}
