package ask

import (
	"errors"
	"net/http"

	"github.com/claviger/claviger/internal/near"
)

// UserAgent is sent with every request: some providers refuse requests without it.
const UserAgent = "claviger"

// SameHost returns a client that follows at most three redirects, all on the
// host that was asked, and keeps no cookies. A redirect elsewhere is returned
// as the answer.
func SameHost(c *http.Client) *http.Client {
	if c == nil {
		c = &http.Client{}
	}
	out := *c
	out.Jar = nil
	out.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		from := via[0].URL
		if len(via) > 3 || req.URL.Host != from.Host || req.URL.Scheme != from.Scheme {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &out
}

// checkRedirect follows few redirects, and none from https to http or, from this
// machine, to http over a network, where anyone on the way could put keys or
// endpoints of their own.
func checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) >= 5 {
		return errors.New("too many redirects")
	}
	if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return errors.New("redirect from https to http")
	}
	if !Encrypted(r.URL) {
		return errors.New("redirect to unencrypted http")
	}
	if near.Host(r.URL.Hostname()) < near.Host(via[0].URL.Hostname()) {
		return errors.New("redirect to this computer or a closed network")
	}
	return nil
}

// Strict is a client that follows no redirect: one would carry a code or a token
// elsewhere. The redirect is returned as the answer.
func Strict(c *http.Client) *http.Client {
	out := *c
	out.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &out
}
