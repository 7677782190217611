// Package near says how near an address is to this computer: a server far away
// must not name one that is nearer than itself, where requests of this computer
// are trusted that the server's own would not be.
package near

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Distance of a host. The smaller, the nearer.
type Distance int

// The distances.
const (
	// Here is this computer.
	Here Distance = iota
	// Inside is a network that the internet does not lead to (RFC 1918, RFC
	// 4193, RFC 6598, link-local).
	Inside
	// Outside is everything else, and every name that is not known yet.
	Outside
)

// shared is for carriers' own networks (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// Host is the distance of a host as it stands in an address, without its port
// and without asking anybody. A number that is no address in the usual form, such
// as 127.1 or 0x7f000001, is one to many resolvers and counts as this computer.
func Host(host string) Distance {
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(Name(host), "[]")), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return IP(ip)
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "localhost" || last == "" || numeric(last) {
		return Here
	}
	return Outside
}

// Name is the name of a host that is resolved, as net/http does it: in ASCII (RFC
// 5891 §5). Before that, digits of another width are an address of this computer
// and letters of another script a well-known name, to people only.
func Name(host string) string {
	if strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if ascii, err := idna.Lookup.ToASCII(host); err == nil {
			return ascii
		}
	}
	return host
}

// numeric reports what a resolver may take for the end of an IPv4 address.
func numeric(label string) bool {
	hex, isHex := strings.CutPrefix(label, "0x")
	if isHex {
		return !strings.ContainsFunc(hex, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') })
	}
	return !strings.ContainsFunc(label, func(r rune) bool { return r < '0' || r > '9' })
}

// IP is the distance of an IP address.
func IP(ip netip.Addr) Distance {
	ip = ip.Unmap()
	switch {
	case ip.IsLoopback(), ip.IsUnspecified():
		return Here
	case ip.IsPrivate(), ip.IsLinkLocalUnicast(), ip.IsMulticast(), shared.Contains(ip):
		return Inside
	}
	return Outside
}
