package auth

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

// loopback is the set of listeners of one redirect URI.
type loopback struct {
	listeners []net.Listener
	// host is that of the redirect URI, port included.
	host string
	port int
}

// listenLoopback binds the redirect URI's address (RFC 8252 §7.3): the provider's
// ports in order or, where it has none, any free one. Errors wrap
// [ErrPortBusy] or [ErrPortForbidden] and name the ports.
func listenLoopback(ctx context.Context, r providers.Redirect) (*loopback, error) {
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
		return nil, &portError{ErrPortForbidden, forbidden}
	}
	ports := make([]string, len(r.Ports))
	for i, p := range r.Ports {
		ports[i] = strconv.Itoa(p)
	}
	return nil, &portError{ErrPortBusy, ports}
}

// portError says which ports could not be had, none for any at all, and why.
type portError struct {
	why   error
	ports []string
}

// Error implements error.
func (e *portError) Error() string {
	return e.why.Error() + ": " + cmp.Or(strings.Join(e.ports, ", "), "any")
}

// Unwrap returns [ErrPortBusy] or [ErrPortForbidden].
func (e *portError) Unwrap() error { return e.why }

// listenAnywhere takes a free port. For localhost it has to be free in both
// families, which takes a few tries in bad luck.
func listenAnywhere(ctx context.Context, host string) (*loopback, error) {
	var err error
	for range 8 {
		var l *loopback
		if l, err = listenPort(ctx, host, 0); err == nil {
			return l, nil
		}
		if !isBusy(err) {
			break
		}
	}
	switch {
	case isForbidden(err):
		return nil, &portError{ErrPortForbidden, nil}
	case isBusy(err):
		return nil, &portError{ErrPortBusy, nil}
	}
	return nil, fmt.Errorf("listening for the browser: %w", err)
}

// listenPort binds one port. Where the redirect says localhost the browser may
// come over IPv6: the same port of ::1 is bound too, and one that another
// program holds there counts as busy, since the code would go to that program.
// A computer without IPv6 does without. Where the literal's own family is absent,
// the other literal is used: RFC 8252 §7.3 recommends that a client tries both.
func listenPort(ctx context.Context, host string, port int) (*loopback, error) {
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
	l := &loopback{listeners: []net.Listener{newCrowd(first)}, port: tcp.Port}
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
// loopback literal. Any other name that leads here is somebody's DNS rebinding.
func (l *loopback) accepts(host string) bool {
	port := strconv.Itoa(l.port)
	own := []string{l.host, "127.0.0.1:" + port, "[::1]:" + port}
	if l.port == 80 {
		own = append(own, strings.TrimSuffix(l.host, ":80"))
	}
	return slices.Contains(own, strings.ToLower(host))
}

func (l *loopback) close() {
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
