package oauth

import (
	"net/url"
)

// SameRedirect compares redirect URIs; a registered one without a port stands
// for every port of the loopback interface (RFC 8252 §7.3).
func SameRedirect(got, registered string) bool {
	g, err1 := url.Parse(got)
	w, err2 := url.Parse(registered)
	if err1 != nil || err2 != nil {
		return false
	}
	return g.Scheme == w.Scheme && g.Hostname() == w.Hostname() && g.Path == w.Path && (g.Port() == w.Port() || w.Port() == "")
}
