package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/sync/singleflight"

	"github.com/claviger/claviger/providers"
)

const (
	// maxKeys bounds a key set document.
	maxKeys = 512 << 10
	// keysFresh is how long keys are used without asking again at the start
	// of a sign-in.
	keysFresh = 10 * time.Minute
	// keysPause is the least time between fetches because of an unknown key
	// id, so that no stream of tokens can make us hammer a provider (OIDC Core
	// §10.1.1). The first such fetch after a planned one is free of it.
	keysPause = time.Minute
	// minRSA is the least RSA key size in bits (RFC 8725 §3.2, RFC 7518 §3.3).
	minRSA = 2048
)

// keyCache holds the key sets of providers by [keysKey]. The zero value is
// ready for use.
type keyCache struct {
	mu     sync.Mutex
	sets   map[string]*keySet
	flight singleflight.Group
}

// keySet is one fetched key set (RFC 7517 §5).
type keySet struct {
	document []byte
	keys     []keyInfo
	asked    time.Time
	fetched  time.Time
	// extra is when it was last fetched for an unknown key id.
	extra time.Time
	// odd is how many keys cannot be read, or not in whole.
	odd int
}

// leftOut says what of the set cannot be used; "" is nothing.
func (s *keySet) leftOut() string {
	switch s.odd {
	case 0:
		return ""
	case 1:
		return "1 key is not readable as published"
	}
	return fmt.Sprintf("%d keys are not readable as published", s.odd)
}

// keyInfo is what a verification must know of a key beside its value.
type keyInfo struct {
	ID     string `json:"kid"`
	Type   string `json:"kty"`
	Use    string `json:"use"`
	Alg    string `json:"alg"`
	weak   int    // bits of an RSA key that is too short
	broken bool   // no public key can be read of it
	unused bool   // left out of the document
}

// prefetch sees to it that the keys at address are here and fairly new.
func (a *Agent) prefetchKeys(ctx context.Context, p *providers.Provider, address string) (s *keySet, cached bool, err error) {
	if s := a.keys.get(keysKey(p, address)); s != nil && a.o.Now().Sub(s.fetched).Abs() < keysFresh {
		return s, true, nil
	}
	s, err = a.fetchKeys(ctx, p, address)
	return s, false, err
}

// keysKey is a key set in the cache: one that was read under the certificate
// authorities of one provider is good for no other.
func keysKey(p *providers.Provider, address string) string { return p.Trust.CAFile + " " + address }

func (c *keyCache) get(key string) *keySet {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sets[key]
}

// keysFor returns the keys at address, with a key id in them if there is a way.
func (a *Agent) keysFor(ctx context.Context, p *providers.Provider, address, kid string) (*keySet, error) {
	now := a.o.Now()
	s, paused := a.keys.known(keysKey(p, address), now)
	if s != nil && (kid == "" || s.has(kid) || paused) {
		return s, nil
	}
	extra := s != nil
	for range 2 {
		var err error
		if s, err = a.fetchKeys(ctx, p, address); err != nil {
			return nil, err
		}
		// A request that was under way may be older than the token.
		if kid == "" || s.has(kid) || !s.asked.Before(now) {
			break
		}
	}
	if extra {
		a.keys.mu.Lock()
		s.extra = now
		a.keys.mu.Unlock()
	}
	return s, nil
}

// known returns the keys that are here, or nil, and whether it is too soon to
// ask for others.
func (c *keyCache) known(key string, now time.Time) (s *keySet, paused bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s = c.sets[key]
	return s, s != nil && !s.extra.IsZero() && now.Sub(s.extra).Abs() < keysPause
}

// fetchKeys gets the keys at address; callers at the same time share one
// request, which outlives each of them but not the agent.
func (a *Agent) fetchKeys(ctx context.Context, p *providers.Provider, address string) (*keySet, error) {
	ch := a.startKeys(ctx, p, address)
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-ch:
		if r.Err != nil {
			return nil, r.Err
		}
		s, ok := r.Val.(*keySet)
		if !ok {
			return nil, errors.New("no key set")
		}
		return s, nil
	}
}

// startKeys is fetchKeys for whoever does not wait, or not yet.
func (a *Agent) startKeys(ctx context.Context, p *providers.Provider, address string) <-chan singleflight.Result {
	key := keysKey(p, address)
	return a.keys.flight.DoChan(key, func() (any, error) {
		work, cancel := a.tasks.Within(context.WithoutCancel(ctx))
		defer cancel()
		s, err := a.requestKeys(work, p, address)
		if err != nil {
			return nil, err
		}
		a.keys.mu.Lock()
		defer a.keys.mu.Unlock()
		if a.keys.sets == nil {
			a.keys.sets = map[string]*keySet{}
		}
		a.keys.sets[key] = s
		return s, nil
	})
}

func (a *Agent) requestKeys(ctx context.Context, p *providers.Provider, address string) (*keySet, error) {
	ctx = reaching(ctx, p, HomeOf(p), nil) // no secret goes there, but the issuer may have named it
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || !safeForToken(req.URL) {
		// Whoever can put keys on the way can sign identities.
		return nil, &AnswerError{Step: StepVerify, Reason: "the address of the keys cannot be used"}
	}
	req.Header.Set("Accept", "application/json, application/jwk-set+json")
	client, err := a.client(p)
	if err != nil {
		return nil, err
	}
	asked := a.o.Now()
	resp, err := client.Do(req)
	if err != nil {
		return nil, requestError(StepVerify, err)
	}
	defer func() { _ = resp.Body.Close() }()
	a.origins.learn(serverOf(req.URL, false), resp.Header, a.o.Now())
	if resp.StatusCode != http.StatusOK {
		return nil, &AnswerError{Step: StepVerify, Status: resp.StatusCode, Reason: statusReason(resp.StatusCode, "no keys")}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeys+1))
	if err != nil {
		return nil, &AnswerError{Step: StepVerify, Status: resp.StatusCode, Reason: "the keys were cut off", Err: withoutURL(err)}
	}
	if len(body) > maxKeys {
		return nil, &AnswerError{Step: StepVerify, Status: resp.StatusCode, Reason: "the key set is larger than 512 KiB"}
	}
	s, err := readKeys(body)
	if err != nil {
		return nil, &AnswerError{Step: StepVerify, Status: resp.StatusCode, Reason: "the keys are not a key set", Err: err}
	}
	s.asked, s.fetched = asked, a.o.Now()
	return s, nil
}

// verifier is go-oidc's key set over the keys that are here already: its
// request is answered from s and never reaches a network.
func (s *keySet) verifier(ctx context.Context, address string) oidc.KeySet {
	client := &http.Client{Transport: heldDocument(s.document)}
	return oidc.NewRemoteKeySet(oidc.ClientContext(ctx, client), address)
}

// heldDocument answers every request with itself.
type heldDocument []byte

// RoundTrip implements [http.RoundTripper].
func (d heldDocument) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		Body:          io.NopCloser(bytes.NewReader(d)),
		ContentLength: int64(len(d)),
		Request:       r,
	}, nil
}
