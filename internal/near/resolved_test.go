package near

import (
	"net/netip"
	"testing"
)

// A proxy that gives names stand-in addresses brings no server nearer; what else a
// name leads to is as near as its address.
func TestResolved(t *testing.T) {
	for ip, want := range map[string]Distance{
		"198.18.0.1": Outside, "198.19.255.255": Outside, "::ffff:198.18.3.4": Outside,
		"127.0.0.1": Here, "10.0.0.1": Inside, "192.168.1.1": Inside, "100.64.0.1": Inside, "8.8.8.8": Outside, "::1": Here,
	} {
		if got := Resolved(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %v, want %v", ip, got, want)
		}
	}
}
