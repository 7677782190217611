package auth

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// memStore is a store in memory that several agents share, as processes share
// a folder. Its locks count for all of them.
type memStore struct {
	mu      sync.Mutex
	records map[string][]byte
	putErr  error
	goodPut int // how many succeed before putErr
	getErr  error
	puts    int
	locked  int
	gates   map[string]chan struct{}
	subs    map[chan struct{}]struct{}
}

func newMemStore() *memStore {
	return &memStore{
		records: map[string][]byte{}, gates: map[string]chan struct{}{},
		subs: map[chan struct{}]struct{}{},
	}
}

func (s *memStore) List(context.Context) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for n := range s.records {
		names = append(names, n)
	}
	return names, nil
}

// all is what is stored.
func (s *memStore) all() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.records)
}

func (s *memStore) Get(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.getErr != nil {
		return nil, s.getErr
	}
	data, ok := s.records[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(data), nil
}

func (s *memStore) Put(_ context.Context, name string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.putErr != nil && s.goodPut == 0 {
		return s.putErr
	}
	s.goodPut = max(s.goodPut-1, 0)
	s.puts++
	s.records[name] = slices.Clone(data)
	s.tell()
	return nil
}

func (s *memStore) Delete(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, name)
	s.tell()
	return nil
}

func (s *memStore) LockRecord(ctx context.Context, name string) (func(), error) {
	s.mu.Lock()
	if IsAccountID(name) {
		s.locked++
	}
	g := s.gates[name]
	if g == nil {
		g = make(chan struct{}, 1)
		s.gates[name] = g
	}
	s.mu.Unlock()
	select {
	case g <- struct{}{}:
		return func() { <-g }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *memStore) Changes(ctx context.Context) <-chan struct{} {
	ch := make(chan struct{}, 1)
	s.mu.Lock()
	s.subs[ch] = struct{}{}
	s.mu.Unlock()
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.subs, ch)
		close(ch)
	})
	return ch
}

func (s *memStore) tell() {
	for ch := range s.subs {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

func (s *memStore) breakPuts(err error) { s.breakPutsAfter(0, err) }

// breakPutsAfter lets n more succeed: one is the trial before a refresh.
func (s *memStore) breakPutsAfter(n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.putErr, s.goodPut = err, n
}

// abandon lets go of a lock, as the system does for a process that died.
func (s *memStore) abandon(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.gates, name)
}

func (s *memStore) lockCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.locked
}

// codedErr is an error of a store with a short name.
type codedErr struct{ code string }

func (e codedErr) Error() string { return "store: " + e.code }
func (e codedErr) Code() string  { return e.code }

// storeAgent returns an agent at a provider.
func storeAgent(t *testing.T, p *authtest.Provider, store Store, change ...func(*Options)) *Agent {
	t.Helper()
	o := Options{Lookup: p.Lookup, Store: store}
	for _, c := range change {
		c(&o)
	}
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// inStore has an agent keep its accounts in a store.
func inStore(store Store) func(*Options) { return func(o *Options) { o.Store = store } }

// enroll signs the provider's person in without a browser, with an access
// token that ends after ttl.
func enroll(t *testing.T, a *Agent, p *authtest.Provider, ttl time.Duration, change ...func(*signInResult, *SignInRequest)) *Account {
	t.Helper()
	scopes := []string{"openid", "profile", "email"}
	tok := p.Issue(ttl, scopes...)
	text := func(claim string) string { s, _ := tok.Claims[claim].(string); return s }
	life := max(ttl, time.Hour)
	res := signInResult{
		Provider: p.Config(), Metadata: &providers.Metadata{Issuer: p.URL},
		Tokens: oauth.Tokens{
			Access: providers.NewSecret(tok.Access), Refresh: providers.NewSecret(tok.Refresh), ID: providers.NewSecret(tok.ID),
			Type: "Bearer", Issued: tok.Expires.Add(-life), Expires: tok.Expires, Scopes: scopes,
		},
		Identity: &identity.Identity{
			User: identity.User{
				ID: text("sub"), Login: text("preferred_username"), Name: text("name"),
				Email: text("email"), EmailVerified: true, Picture: text("picture"), Claims: tok.Claims,
			},
			Groups: []identity.Group{{ID: "platform", Name: "platform", Kind: "team"}},
		},
		Checks: []idtoken.Check{{Name: "iss", Outcome: idtoken.Passed}}, IDTokenClaims: tok.Claims, Requested: scopes,
	}
	r := SignInRequest{Provider: "authtest", Remember: true}
	for _, c := range change {
		c(&res, &r)
	}
	acc, err := a.accounts.adopt(t.Context(), res, r)
	if err != nil {
		t.Fatalf("adopt: %v", err)
	}
	return acc
}
