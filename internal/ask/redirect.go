package ask

import (
	"net/http"
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
