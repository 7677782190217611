package receive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/claviger/claviger/providers"
)

// sockets is the set of listeners of one redirect URI.
type sockets struct {
	listeners []net.Listener
	// host is that of the redirect URI, port included.
	host string
	port int
}

// listenSockets binds the redirect URI's address (RFC 8252 §7.3): the provider's
// ports in order or, if it has none, any free one. Errors wrap
// [ErrPortBusy] or [ErrPortForbidden] and name the ports.
func listenSockets(ctx context.Context, r providers.Redirect) (*sockets, error) {
	if len(r.Ports) == 0 {
		return listenAnywhere(ctx, r.Host)
	}
	var forbidden []string
	for _, port := range r.Ports {
		l, err := listenPort(ctx, r.Host, port)
		switch {
		case err == nil:
			return l, nil
		case isForbidden(err):
			forbidden = append(forbidden, strconv.Itoa(port))
		case !isBusy(err):
			return nil, fmt.Errorf("listening for the browser: %w", err)
		}
	}
	if len(forbidden) == len(r.Ports) {
		return nil, &PortError{forbidden, ErrPortForbidden}
	}
	ports := make([]string, len(r.Ports))
	for i, p := range r.Ports {
		ports[i] = strconv.Itoa(p)
	}
	return nil, &PortError{ports, ErrPortBusy}
}

// ErrPortBusy means that every allowed redirect port is taken, ErrPortForbidden that
// the system forbids it; the error is a [*PortError].
var (
	ErrPortBusy      = errors.New("redirect port in use")
	ErrPortForbidden = errors.New("redirect port not permitted")
)

// PortError says which ports could not be had, none for any at all, and why.
type PortError struct {
	Ports []string
	why   error
}

// Error implements error.
func (e *PortError) Error() string {
	return e.why.Error() + ": " + cmp.Or(strings.Join(e.Ports, ", "), "any")
}

// Unwrap returns [ErrPortBusy] or [ErrPortForbidden].
func (e *PortError) Unwrap() error { return e.why }

// listenAnywhere takes a free port. For localhost it has to be free in both
// families, which takes a few tries in bad luck.
func listenAnywhere(ctx context.Context, host string) (*sockets, error) {
	var err error
	for range 8 {
		var l *sockets
		if l, err = listenPort(ctx, host, 0); err == nil {
			return l, nil
		}
		if !isBusy(err) {
			break
		}
	}
	switch {
	case isForbidden(err):
		return nil, &PortError{nil, ErrPortForbidden}
	case isBusy(err):
		return nil, &PortError{nil, ErrPortBusy}
	}
	return nil, fmt.Errorf("listening for the browser: %w", err)
}

// listenPort binds one port. If the redirect says localhost the browser may
// come over IPv6: the same port of ::1 is bound too, and one that another
// program holds there counts as busy, since the code would go to that program.
// A computer without IPv6 does without. If the literal's own family is absent,
// the other literal is used: RFC 8252 §7.3 recommends that a client tries both.
func listenPort(ctx context.Context, host string, port int) (*sockets, error) {
	address, other := "127.0.0.1", "::1"
	if isIPv6(host) {
		address, other = other, address
	}
	lc := net.ListenConfig{KeepAlive: -1} // connections are short and local
	first, err := lc.Listen(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(port)))
	if isAbsent(err) {
		address = other
		first, err = lc.Listen(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(port)))
	}
	if err != nil {
		return nil, err
	}
	tcp, ok := first.Addr().(*net.TCPAddr)
	if !ok {
		_ = first.Close()
		return nil, errors.New("not a TCP listener")
	}
	l := &sockets{listeners: []net.Listener{newCrowd(first)}, port: tcp.Port}
	text := strconv.Itoa(l.port)
	l.host = net.JoinHostPort(address, text)
	if host != "localhost" {
		return l, nil
	}
	l.host = "localhost:" + text
	if address == "::1" {
		return l, nil
	}
	second, err := lc.Listen(ctx, "tcp6", net.JoinHostPort("::1", text))
	switch {
	case err == nil:
		l.listeners = append(l.listeners, newCrowd(second))
	case isBusy(err):
		l.close()
		return nil, err
	}
	return l, nil
}

func isIPv6(host string) bool { return strings.Trim(host, "[]") == "::1" }

// accepts reports whether a Host header is ours: the redirect URI's own, or a
// loopback literal. Any other name that leads here is DNS rebinding.
func (l *sockets) accepts(host string) bool { return accepts(l.host, host) }

// accepts is [sockets.accepts] for the host of a redirect URI, its port included.
func accepts(own, host string) bool {
	_, port, err := net.SplitHostPort(own)
	if err != nil {
		return strings.EqualFold(own, host)
	}
	all := []string{own, "127.0.0.1:" + port, "[::1]:" + port}
	if port == "80" {
		all = append(all, strings.TrimSuffix(own, ":80"))
	}
	return slices.Contains(all, strings.ToLower(host))
}

func (l *sockets) close() {
	for _, ln := range l.listeners {
		_ = ln.Close()
	}
}

// Those of Windows are the same errors, of which syscall has other numbers there.
const (
	wsaEACCES        = syscall.Errno(10013)
	wsaEAFNOSUPPORT  = syscall.Errno(10047)
	wsaEADDRINUSE    = syscall.Errno(10048)
	wsaEADDRNOTAVAIL = syscall.Errno(10049)
)

// isAbsent reports that this computer does not have an address, or its family.
func isAbsent(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT) ||
		errors.Is(err, wsaEADDRNOTAVAIL) || errors.Is(err, wsaEAFNOSUPPORT)
}

func isBusy(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaEADDRINUSE)
}

func isForbidden(err error) bool {
	return errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM) || errors.Is(err, wsaEACCES)
}
