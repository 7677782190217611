package idtoken

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/claviger/claviger/providers"
)

const (
	// keysFresh is how long keys are used without asking again at the start
	// of a sign-in.
	keysFresh = 10 * time.Minute
	// keysPause is the least time between fetches because of an unknown key
	// id, so that no stream of tokens can make us hammer a provider (OIDC Core
	// §10.1.1). The first such fetch after a planned one is free of it.
	keysPause = time.Minute
)

// Fetch gets the key set that a provider publishes at an address. Its errors say
// why there is none.
type Fetch func(ctx context.Context, p *providers.Provider, address string) (*KeySet, error)

// keyCache holds the key sets of providers by [keysKey].
type keyCache struct {
	fetch Fetch
	now   func() time.Time

	mu     sync.Mutex
	sets   map[string]*KeySet
	flight singleflight.Group
}

// Prefetch sees to it that the keys at address are here and fairly new; cached says
// that they were.
func (v *Verifier) Prefetch(ctx context.Context, p *providers.Provider, address string) (s *KeySet, cached bool, err error) {
	if s := v.keys.get(keysKey(p, address)); s != nil && v.now().Sub(s.fetched).Abs() < keysFresh {
		return s, true, nil
	}
	s, err = v.keys.request(ctx, p, address)
	return s, false, err
}

// Ready reports whether the keys for a token are here, waiting for them if they are
// not. For one that cannot be read none are needed.
func (v *Verifier) Ready(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw providers.Secret) bool {
	t, err := Parse(raw)
	if err != nil {
		return true // no key makes it good
	}
	_, err = v.keys.keysFor(ctx, p, md.JWKSURI, t.kid)
	return err == nil
}

// Announce asks for the keys at address if there are none, and does not wait.
func (v *Verifier) Announce(ctx context.Context, p *providers.Provider, address string) {
	if v.keys.get(keysKey(p, address)) == nil {
		v.keys.start(ctx, p, address)
	}
}

// keysKey is a key set in the cache: one that was read under the certificate
// authorities of one provider is good for no other.
func keysKey(p *providers.Provider, address string) string { return p.Trust.CAFile + " " + address }

func (c *keyCache) get(key string) *KeySet {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sets[key]
}

// keysFor returns the keys at address, with a key id in them if there is a way.
func (c *keyCache) keysFor(ctx context.Context, p *providers.Provider, address, kid string) (*KeySet, error) {
	now := c.now()
	s, paused := c.known(keysKey(p, address), now)
	if s != nil && (kid == "" || s.has(kid) || paused) {
		return s, nil
	}
	extra := s != nil
	for range 2 {
		var err error
		if s, err = c.request(ctx, p, address); err != nil {
			return nil, err
		}
		// A request that was under way may be older than the token.
		if kid == "" || s.has(kid) || !s.asked.Before(now) {
			break
		}
	}
	if extra {
		c.mu.Lock()
		s.extra = now
		c.mu.Unlock()
	}
	return s, nil
}

// known returns the keys that are here, or nil, and whether it is too soon to
// ask for others.
func (c *keyCache) known(key string, now time.Time) (s *KeySet, paused bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s = c.sets[key]
	return s, s != nil && !s.extra.IsZero() && now.Sub(s.extra).Abs() < keysPause
}

// request gets the keys at address; callers at the same time share one request,
// which outlives each of them.
func (c *keyCache) request(ctx context.Context, p *providers.Provider, address string) (*KeySet, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-c.start(ctx, p, address):
		if r.Err != nil {
			return nil, r.Err
		}
		s, ok := r.Val.(*KeySet)
		if !ok {
			return nil, errors.New("no key set")
		}
		return s, nil
	}
}

// start is request for whoever does not wait, or not yet.
func (c *keyCache) start(ctx context.Context, p *providers.Provider, address string) <-chan singleflight.Result {
	key := keysKey(p, address)
	return c.flight.DoChan(key, func() (any, error) {
		asked := c.now()
		s, err := c.fetch(context.WithoutCancel(ctx), p, address)
		if err != nil {
			return nil, err
		}
		s.asked, s.fetched = asked, c.now()
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.sets == nil {
			c.sets = map[string]*KeySet{}
		}
		c.sets[key] = s
		return s, nil
	})
}
