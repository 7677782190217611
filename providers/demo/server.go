package demo

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/claviger/claviger/providers"
)

// Server is a running demo provider. It is safe for concurrent use.
type Server struct {
	issuer  string
	foreign bool

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

// Issuer is the issuer identifier, "http://127.0.0.1:PORT".
func (s *Server) Issuer() string { return s.issuer }

// Foreign reports whether another process serves it.
func (s *Server) Foreign() bool { return s.foreign }

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

// misbehaviour is what [Server.Misbehave] last set.
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
		// A request that was made slow, or never to end.
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
