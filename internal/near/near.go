// Package near says how near an address is to this computer: a server far away
// must not name one that is nearer than itself, since that one may trust requests of
// this computer, but not the server's own.
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
	// Inside is a network that the internet does not lead to (RFC 6890).
	Inside
	// Outside is everything else, and every name that is not resolved yet.
	Outside
)

// Host is the distance of a host as written in an address, without its port and
// without a lookup. A number that is not an address in the usual form, such as
// 127.1 or 0x7f000001, is one to many resolvers and counts as this computer.
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
// 5891 §5). Before that, digits of another width look like an address of this computer, and
// letters of another script like a well-known name, but only to people.
func Name(host string) string {
	if strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if ascii, err := idna.Lookup.ToASCII(host); err == nil {
			return ascii
		}
	}
	return host
}

// numeric reports whether a resolver may take s for the end of an IPv4 address.
func numeric(label string) bool {
	hex, isHex := strings.CutPrefix(label, "0x")
	if isHex {
		return !strings.ContainsFunc(hex, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') })
	}
	return !strings.ContainsFunc(label, func(r rune) bool { return r < '0' || r > '9' })
}

// IP is the distance of an IP address. Its zone says how it is reached (RFC
// 4007 §6), not whose it is.
func IP(ip netip.Addr) Distance {
	ip = ip.Unmap().WithZone("")
	switch {
	case ip.IsLoopback(), ip.IsUnspecified():
		return Here
	case ip.IsPrivate(), ip.IsLinkLocalUnicast(), ip.IsMulticast(), special(ip):
		return Inside
	}
	if within, ok := embedded(ip); ok {
		return IP(within)
	}
	return Outside
}

// benchmarks is the block for tests of networks (RFC 2544). Proxies that work with
// server names give each name a stand-in address from it.
const benchmarks = "198.18.0.0/15"

// Resolved is [IP] for an address that a name was resolved to: a stand-in says
// nothing about the place of the server.
func Resolved(ip netip.Addr) Distance {
	if netip.MustParsePrefix(benchmarks).Contains(ip.Unmap()) {
		return Outside
	}
	return IP(ip)
}

// special reports whether an address is in a block for special use that
// [netip.Addr] has no name for.
func special(ip netip.Addr) bool {
	for _, block := range [...]string{
		"0.0.0.0/8",     // this network (RFC 791 §3.2)
		"100.64.0.0/10", // carriers' own networks (RFC 6598)
		"192.0.0.0/24",  // protocol assignments (RFC 6890 §2.1)
		benchmarks,
		"240.0.0.0/4",    // reserved (RFC 1112 §4), and broadcast
		"64:ff9b:1::/48", // a network's own NAT64 (RFC 8215)
		"fec0::/10",      // site-local, as it was (RFC 3879)
	} {
		if netip.MustParsePrefix(block).Contains(ip) {
			return true
		}
	}
	return false
}

// embedded is the IPv4 address that an IPv6 address stands for, to a host or a
// gateway that translates it.
func embedded(ip netip.Addr) (netip.Addr, bool) {
	for block, at := range map[string]int{
		"::/96":        12, // compatible with IPv4 (RFC 4291 §2.5.5.1)
		"64:ff9b::/96": 12, // NAT64 (RFC 6052 §2.1)
		"2002::/16":    2,  // 6to4 (RFC 3056 §2)
	} {
		if netip.MustParsePrefix(block).Contains(ip) {
			return netip.AddrFromSlice(ip.AsSlice()[at : at+4])
		}
	}
	return netip.Addr{}, false
}
