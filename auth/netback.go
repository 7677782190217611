package auth

import (
	"net"
	"slices"
	"strings"
	"time"
)

// network notices that this machine is on another network, or on one again, by
// the addresses of its interfaces: nothing is sent for it.
type network struct {
	addresses func() ([]net.Addr, error)
	last      string
}

// changed reports whether there are addresses and they are others than at the
// last look. That a network went is nothing to wait for.
func (n *network) changed() bool {
	now := n.look()
	before := n.last
	n.last = now
	return now != before && now != ""
}

// look is the addresses as one text; "" if there are none by which anything
// could be reached.
func (n *network) look() string {
	list, err := n.addresses()
	if err != nil {
		return ""
	}
	var out []string
	for _, a := range list {
		ip, ok := a.(*net.IPNet)
		if ok && ip.IP.IsGlobalUnicast() { // neither loopback nor link-local; private ones too
			out = append(out, ip.String())
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// leap is how far the clock and the timers may part, or a timer may be late,
// before it is supposed that the machine slept.
const leap = 5 * time.Second

// startNap begins a wait of d. The returned function says whether the machine
// slept during it, or its clock was set: the wall clock went on while timers, or
// on some systems nothing but this program, stood still.
func startNap(now func() time.Time, d time.Duration) func() bool {
	wall, begun := now(), time.Now()
	return func() bool {
		took := time.Since(begun)
		return (now().Sub(wall)-took).Abs() > leap || took > d+leap
	}
}
