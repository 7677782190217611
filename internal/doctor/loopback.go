package doctor

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// ipv4 and ipv6 connect to a listener of their own: a firewall or a sandbox can let a
// program listen and still keep the browser away.
func ipv4(ctx context.Context) finding {
	if err := answers(ctx, "127.0.0.1"); err != nil {
		return bad("A browser on this computer could not return to Claviger at 127.0.0.1: %s.", reason(err)).
			mend("Check the firewall and the sandbox of this session: connections of this computer to itself must be possible. Until then, sign in with a code or a link.",
				"claviger login PROVIDER --device", "claviger login PROVIDER --no-browser")
	}
	return good("Programs on this computer can connect to 127.0.0.1.")
}

func ipv6(ctx context.Context) finding {
	err := answers(ctx, "::1")
	switch {
	case err == nil:
		return good("Programs on this computer can connect to [::1].")
	case absent(err):
		return good("This computer has no IPv6 loopback address. It is not needed: sign-ins use 127.0.0.1.")
	}
	return odd("Connections to [::1] fail: %s. Browsers may try it first for providers that return to localhost.", reason(err)).
		mend("Check the firewall for IPv6 on the loopback interface.")
}

// answers listens at an address and connects to itself.
func answers(ctx context.Context, address string) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // nothing was written
	accepted := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			err = conn.Close()
		}
		accepted <- err
	}()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", l.Addr().String())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the same
	select {
	case err := <-accepted:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// absent reports that this computer does not have an address, or its family.
func absent(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT)
}

// localhost looks where the name leads: RFC 6761 §6.3 lets it lead to this computer
// only.
func localhost(ctx context.Context) finding {
	list, err := net.DefaultResolver.LookupNetIP(ctx, "ip", "localhost")
	if err != nil {
		return odd("The name localhost cannot be resolved: %s. Some providers return to it.", reason(err)).
			mend("Add this line to /etc/hosts: 127.0.0.1 localhost")
	}
	var here, elsewhere []string
	for _, ip := range list {
		if ip = ip.Unmap(); ip.IsLoopback() {
			here = append(here, ip.String())
		} else {
			elsewhere = append(elsewhere, ip.String())
		}
	}
	switch {
	case len(elsewhere) > 0:
		return bad("The name localhost leads to another computer (%s), which would get sign-in codes.", strings.Join(elsewhere, ", ")).
			mend("Correct the line for localhost in /etc/hosts: 127.0.0.1 localhost")
	case len(here) == 1 && netip.MustParseAddr(here[0]).Is6() && absent(answers(ctx, "::1")):
		return odd("The name localhost leads to [::1] only, which this computer does not have.").
			mend("Add this line to /etc/hosts: 127.0.0.1 localhost")
	}
	return good("The name leads to %s.", strings.Join(here, " and "))
}
