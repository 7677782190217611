package ask

import (
	"net"
	"net/url"
	"strings"

	"github.com/claviger/claviger/internal/near"
)

// Secure reports whether u may be asked: https, or http on this computer, with a
// host and without a name and password.
func Secure(u *url.URL) bool { return u.Host != "" && u.User == nil && Encrypted(u) }

// Encrypted reports whether a secret may be sent to u: over https, or to this computer.
func Encrypted(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && Loopback(u.Hostname())
}

// Loopback reports whether a host is this computer.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Origin is the origin of an address (RFC 6454 §4): scheme, host and port, in one
// spelling and in ASCII; "" if it has none.
func Origin(u *url.URL) string {
	if u.Scheme == "" || u.Host == "" {
		return ""
	}
	name := u.Hostname()
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(strings.Replace(u.Host, name, near.Name(name), 1))
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return scheme + "://" + host
}
