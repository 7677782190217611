package demo

import (
	"errors"
	"log/slog"
	"time"
)

// ClientID is the public client that Claviger uses at the demo provider. It
// has no secret; any loopback redirect URI is accepted (RFC 8252 §7.3).
const ClientID = "claviger-demo"

// DefaultAccessTTL is the lifetime of access tokens unless set otherwise: short,
// so that a person soon sees one being renewed.
const DefaultAccessTTL = 5 * time.Minute

// Options of [Start].
type Options struct {
	// Dir keeps keys, sessions and the port between starts; "" keeps nothing.
	Dir string
	// Addr is the address to listen on; "" is the remembered one or a free
	// port of 127.0.0.1. Only loopback addresses are accepted.
	Addr string
	// AccessTTL is the lifetime of access tokens; zero is five minutes.
	AccessTTL time.Duration
	// Now is the clock for everything the provider keeps; nil is [time.Now].
	// Signed tokens are stamped with the computer's own clock.
	Now func() time.Time
	// Log gets what happens, never a token; nil is silent.
	Log *slog.Logger
}

// ErrNotLoopback means that the address to listen on can be reached from other
// machines. The demo provider lets anyone in, so it must not be.
var ErrNotLoopback = errors.New("demo provider listens on loopback only")

// ErrBusy means that another process holds the demo provider's folder but
// does not answer.
var ErrBusy = errors.New("demo provider is in use by another process that does not answer")
