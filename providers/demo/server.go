package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/claviger/claviger/providers"
)

// ClientID is the public client that Claviger uses at the demo provider. It
// has no secret; any loopback redirect URI is accepted (RFC 8252 §7.3).
const ClientID = "claviger-demo"

// DefaultAccessTTL is the lifetime of access tokens unless told otherwise:
// short, so that a person soon sees one being renewed.
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
	// Log is told what happens, never a token; nil is silent.
	Log *slog.Logger
}

// Server is a running demo provider. It is safe for concurrent use.
type Server struct {
	issuer  string
	foreign bool
	moved   string

	store   *store
	handler http.Handler
	http    *http.Server
	lock    *flock.Flock
	log     *slog.Logger
	// labToken guards the forms of /lab in this process.
	labToken string
	served   chan struct{}

	mu  sync.Mutex
	bad Misbehaviour
}

// ErrNotLoopback means that the address to listen on can be reached from other
// machines. The demo provider lets anybody in, so it must not be.
var ErrNotLoopback = errors.New("demo provider listens on loopback only")

// ErrBusy means that another process holds the demo provider's folder but
// does not answer.
var ErrBusy = errors.New("demo provider is in use by another process that does not answer")

// Start starts the demo provider and returns when it answers. Where another
// process already serves the demo of the same Dir, the returned server stands
// for that one and Close leaves it running. ctx bounds the start, not the life
// of the server.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.AccessTTL <= 0 {
		o.AccessTTL = DefaultAccessTTL
	}
	addr, err := loopbackAddr(o.Addr)
	if err != nil {
		return nil, err
	}
	lock, foreign, err := claim(ctx, o)
	if err != nil || foreign != nil {
		return foreign, err
	}
	s, ln, err := prepare(ctx, o, addr)
	if err != nil {
		return nil, errors.Join(err, release(lock))
	}
	s.lock = lock
	go func() {
		defer close(s.served)
		if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("demo provider stopped", "error", err)
		}
	}()
	s.log.Info("demo provider answers", "issuer", s.issuer)
	return s, nil
}

// prepare makes everything that a server needs but the serving goroutine.
func prepare(ctx context.Context, o Options, addr string) (*Server, net.Listener, error) {
	st, err := loadState(o.Dir, o.Now, o.Log)
	if err != nil {
		return nil, nil, err
	}
	ln, moved, err := listen(ctx, addr, st.Addr)
	if err != nil {
		return nil, nil, err
	}
	if moved != "" {
		o.Log.Warn("demo provider's port is taken by another program; its accounts need a new sign-in",
			"was", moved, "now", ln.Addr().String())
	}
	st.Addr = ln.Addr().String()
	s := &Server{
		issuer:   "http://" + st.Addr,
		moved:    moved,
		log:      o.Log,
		labToken: randomString(),
		served:   make(chan struct{}),
	}
	s.store = newStore(o, st)
	if err := s.build(); err != nil {
		return nil, nil, errors.Join(err, ln.Close())
	}
	if err := s.store.saveNow(); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("demo provider's folder: %w", err), ln.Close())
	}
	s.http = &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	return s, ln, nil
}

// Issuer is the issuer identifier, "http://127.0.0.1:PORT".
func (s *Server) Issuer() string { return s.issuer }

// Foreign reports whether another process serves it.
func (s *Server) Foreign() bool { return s.foreign }

// Moved is the address, "127.0.0.1:PORT", that the provider had before and
// could not have again because another program holds it; else "". Its issuer
// is then a new one, and accounts of the old one need a new sign-in.
func (s *Server) Moved() string { return s.moved }

// Misbehave changes how the server answers from now on. It does nothing to a
// [Server.Foreign] one.
func (s *Server) Misbehave(m Misbehaviour) {
	if s.foreign {
		return
	}
	s.mu.Lock()
	s.bad = m
	s.mu.Unlock()
	if m.ExpireNow {
		s.store.expireAccess()
	}
	if m.RevokeAll {
		s.store.revokeAll()
	}
}

// misbehaviour is what [Server.Misbehave] was last told.
func (s *Server) misbehaviour() Misbehaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bad
}

// SetAccessTTL changes the lifetime of access tokens that are issued from now
// on; zero is five minutes. It does nothing to a [Server.Foreign] one.
func (s *Server) SetAccessTTL(d time.Duration) {
	if s.foreign {
		return
	}
	if d <= 0 {
		d = DefaultAccessTTL
	}
	s.store.setAccessTTL(d)
}

// Close stops it, with a short grace for requests under way.
func (s *Server) Close() error {
	if s.foreign {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		// A request that was told to be slow, or never to end.
		err = s.http.Close()
	}
	<-s.served
	return errors.Join(err, release(s.lock))
}

// Provider completes the built-in "demo" provider with this server's issuer.
// It returns a copy; p stays as it is.
func (s *Server) Provider(p *providers.Provider) *providers.Provider {
	c := *p
	c.Issuer = s.issuer
	if c.Client.ID == "" {
		c.Client.ID = ClientID
	}
	return &c
}

// release frees the folder for another process.
func release(lock *flock.Flock) error {
	if lock == nil {
		return nil
	}
	return lock.Close()
}
