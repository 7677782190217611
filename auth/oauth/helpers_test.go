package oauth

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/providers"
)

const (
	canaryCode = "canary-code-55de"
	// oddSecret has what a base64 secret has, and what form-encoding changes.
	oddSecret = "canary/+c=ret"
)

// clientOf is a client over rt, of which only the provider and the metadata matter: its
// home is the token endpoint's server, and as.example.
func clientOf(rt http.RoundTripper, p *providers.Provider, md *providers.Metadata) *Client {
	home := ServerHome("https://as.example")
	if md != nil {
		home.AddServer(providers.OriginOf(md.TokenEndpoint))
	}
	return NewNetwork(rt, time.Now).Client(p, md, home)
}

// transport answers requests without a socket.
type transport func(r *http.Request, form url.Values) (status int, body string, err error)

// RoundTrip implements [http.RoundTripper].
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	form := url.Values{}
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if form, err = url.ParseQuery(string(b)); err != nil {
			return nil, err
		}
	}
	status, body, err := f(r, form)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}
