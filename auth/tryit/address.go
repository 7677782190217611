package tryit

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/near"
)

// target reads an address so that there is one way only to understand it: whoever shows
// it, judges it and connects to it sees the same host.
func target(address string) (*url.URL, *Mistake) {
	address = strings.TrimSpace(address)
	if address == "" {
		return nil, &Mistake{Code: NoURL}
	}
	bad := &Mistake{Code: BadURL}
	if len(address) > maxURL || strings.ContainsFunc(address, readTwoWays) {
		return nil, bad
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Opaque != "" {
		return nil, bad
	}
	if u.User != nil {
		return nil, &Mistake{Code: URLUser}
	}
	name := strings.ToLower(near.Name(u.Hostname()))
	if !hostName(name) || !portNumber(u) {
		return nil, bad
	}
	if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	if port := u.Port(); port != "" {
		name += ":" + port
	}
	u.Host, u.Fragment, u.RawFragment = name, "", ""
	return u, nil
}

// readTwoWays reports whether programs differ in how they read a letter of an address: a
// browser takes a backslash for a slash, and leaves line breaks out (WHATWG URL).
func readTwoWays(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }

// hostName reports whether a name is made of what the names and addresses of servers
// are made of. A zone (RFC 6874) is good on one computer only.
func hostName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_' && r != ':'
	})
}

func portNumber(u *url.URL) bool {
	port := u.Port()
	if port == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n < 1<<16 && strconv.Itoa(n) == port
}

// Place says where a server is, by its name.
type Place string

// The places.
const (
	Here    Place = "here"    // this computer
	Inside  Place = "inside"  // a network that the internet does not lead to
	Outside Place = "outside" // anywhere else
)

func placeOf(u *url.URL) Place {
	switch near.Host(u.Hostname()) {
	case near.Here:
		return Here
	case near.Inside:
		return Inside
	case near.Outside:
	}
	return Outside
}
