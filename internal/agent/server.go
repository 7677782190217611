package agent

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/peer"
	"github.com/claviger/claviger/providers"
)

// Request is a wish for a token, as the commands have it.
type Request struct {
	MinTTL  time.Duration
	Wait    time.Duration
	Force   bool
	IDToken bool
	Header  bool
	// Alone is set if who asked gets nothing but the token that it asked for.
	Alone bool
	// Target is the request that the token is for; its URL is "" if none was named.
	Target auth.ProofRequest
}

// Handout is a token with what the commands would print beside it.
type Handout struct {
	*auth.Token
	Proof providers.Secret
	// Header has the lines of a request's header with this token.
	Header []providers.Secret
	// Warnings are for the person.
	Warnings []string
}

// Source finds accounts and gets their tokens.
type Source interface {
	// Accounts lists them. What cannot be read comes as an error beside the rest, what the
	// person should know of as lines.
	Accounts(ctx context.Context) (list []*auth.Account, warnings []string, err error)
	// Account finds one by any name that commands take; if nobody is signed in there, it
	// waits for that.
	Account(ctx context.Context, name string, wait time.Duration) (*auth.Account, error)
	// Token gets a token of an account, after a sign-in if that is needed and the
	// request waits for one.
	Token(ctx context.Context, a *auth.Account, r Request) (*Handout, error)
	// Handed notes who got it.
	Handed(h *Handout, r Request, to string)
	// Problem puts an error into words.
	Problem(err error) *agentclient.Error
}

// Vault is where accounts are kept.
type Vault interface {
	Locked(ctx context.Context) bool
	Lock(ctx context.Context) error
	Unlock(ctx context.Context, passphrase string) error
	// Used says that the vault is in use, which delays its lock.
	Used()
}

// Options of a [Server]. All but Window, Unlocked and WindowAsker are required.
type Options struct {
	Source Source
	Vault  Vault
	Gate   *consent.Gate
	// Self is this process: another one with the same file is a claviger command.
	Self peer.Process
	// Home is the folder that is served.
	Home    string
	Version string
	// Window means that this is the process of the open window.
	Window bool
	// Unlocked, if set, is called when a command has unlocked the vault of this process.
	Unlocked func()
	// WindowAsker, if set, asks for Gate in a window of another process.
	WindowAsker *WindowAsker
}

// Server answers programs.
type Server struct {
	o      Options
	hashes *hashes
	http   *http.Server
}

// New returns a server.
func New(o Options) *Server {
	s := &Server{o: o, hashes: newHashes()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/status", s.status)
	mux.HandleFunc("GET /v1/accounts", s.accounts)
	mux.HandleFunc("POST /v1/account", s.account)
	mux.HandleFunc("POST /v1/token", s.token)
	mux.HandleFunc("POST /v1/lock", s.lock)
	mux.HandleFunc("POST /v1/unlock", s.unlock)
	mux.HandleFunc("POST /v1/attend", s.attend)
	mux.HandleFunc("POST /v1/answer", s.answer)
	mux.HandleFunc("/", s.unknown)
	s.http = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength == 0 {
				came(r)
			}
			mux.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: headerTime, ReadTimeout: headerTime + bodyTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader,
		ConnContext:    withGuest,
		ConnState: func(c net.Conn, state http.ConnState) {
			if g, ok := c.(*guest); ok && state == http.StateIdle {
				g.idles()
			}
		},
		// What clients do wrong is theirs, and it may quote what they sent.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	return s
}

// Bounds of a request, in bytes.
const (
	maxHeader = 16 << 10
	maxBody   = 64 << 10
)

// stopTime is how long requests under way may take at the end.
const stopTime = 2 * time.Second

// Serve answers on a socket until ctx ends, and closes it.
func (s *Server) Serve(ctx context.Context, l *Socket) error {
	s.http.BaseContext = func(net.Listener) context.Context { return ctx }
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(newDoor(l)) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		if s.http.Shutdown(last) != nil {
			_ = s.http.Close() // whoever still waits is told by the closed connection
		}
		err = <-served
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, l.Close())
}

// guestKey is the context's key of the process at the other end.
type guestKey struct{}

func withGuest(ctx context.Context, c net.Conn) context.Context {
	if g, ok := c.(*guest); ok {
		ctx = context.WithValue(ctx, guestKey{}, g)
	}
	return ctx
}

// came says that a whole request is here.
func came(r *http.Request) {
	if g, ok := r.Context().Value(guestKey{}).(*guest); ok {
		g.asks()
	}
}

// asker is the process that sent a request.
func asker(r *http.Request) peer.Process {
	if g, ok := r.Context().Value(guestKey{}).(*guest); ok {
		return g.who
	}
	return peer.Process{}
}
