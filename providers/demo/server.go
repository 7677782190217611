package demo

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"claviger/providers"
)

// ClientID is the public client that Claviger uses at the demo provider. It
// has no secret; any loopback redirect URI is accepted (RFC 8252 §7.3).
const ClientID = "claviger-demo"

// Options of [Start].
type Options struct {
	// Dir keeps keys, sessions and the port between starts; "" keeps nothing.
	Dir string
	// Addr is the address to listen on; "" is the remembered one or a free
	// port of 127.0.0.1. Only loopback addresses are accepted.
	Addr string
	// AccessTTL is the lifetime of access tokens; zero is five minutes.
	AccessTTL time.Duration
	Now       func() time.Time
	Log       *slog.Logger
}

// Server is a running demo provider.
type Server struct{}

// Start starts the demo provider and returns when it answers. Where another
// process already serves the demo of the same Dir, the returned server stands
// for that one and Close leaves it running.
func Start(ctx context.Context, o Options) (*Server, error) { return nil, errors.ErrUnsupported }

// Issuer is the issuer identifier, "http://127.0.0.1:PORT".
func (s *Server) Issuer() string { return "" }

// Foreign reports whether another process serves it.
func (s *Server) Foreign() bool { return false }

// Handler serves the provider, for tests that bring their own listener.
func (s *Server) Handler() http.Handler { return nil }

// Misbehave changes how the server answers from now on.
func (s *Server) Misbehave(m Misbehaviour) {}

// Close stops it, with a short grace for requests under way.
func (s *Server) Close() error { return nil }

// Provider completes the built-in "demo" provider with this server's issuer.
func (s *Server) Provider(p *providers.Provider) *providers.Provider { return p }

// Misbehaviour says what the provider does wrong. The zero value behaves. The
// same switches are on the provider's page /lab, for learning.
type Misbehaviour struct {
	ExpireNow    bool // all access tokens end now; refresh tokens stay
	RevokeAll    bool // all refresh tokens are dead
	Delay        time.Duration
	Status       int    // every token, userinfo and keys answer has this status
	Body         string // with this body: "html", "empty", "huge", "cut"
	WrongNonce   bool
	WrongIssuer  bool // in the ID token
	WrongAud     bool
	WrongIss     bool // in the redirect (RFC 9207)
	WrongSubject bool // in userinfo
	AlgNone      bool
	BadSignature bool
	NoRefresh    bool // no refresh token is given
	Error        string
}
