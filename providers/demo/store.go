package demo

import (
	"crypto/subtle"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Lifetimes of what the provider keeps.
const (
	sessionTTL = 30 * 24 * time.Hour
	refreshTTL = 180 * 24 * time.Hour // since its last use
	requestTTL = 15 * time.Minute     // a person in front of the login page
	codeTTL    = time.Minute          // RFC 6749 §4.1.2: short
	maxPending = 1000
)

// errGone means that a request, code or token is unknown, over or used.
var errGone = errors.New("not known, expired or already used")

// store keeps the provider's state. What should survive a restart is in
// state, which is saved before a change is answered.
type store struct {
	dir string
	now func() time.Time
	log *slog.Logger

	mu        sync.Mutex
	accessTTL time.Duration
	state     *state
	requests  map[string]*request
	codes     map[string]*code
	devices   map[string]*device // by user code
}

// code is an authorization code that was handed out.
type code struct {
	request string
	expires time.Time
	// family and access were made with it: a second use ends them
	// (RFC 6749 §4.1.2).
	family string
	access string
	used   bool
}

func newStore(o Options, st *state) *store {
	return &store{
		dir:       o.Dir,
		now:       o.Now,
		log:       o.Log,
		accessTTL: o.AccessTTL,
		state:     st,
		requests:  map[string]*request{},
		codes:     map[string]*code{},
		devices:   map[string]*device{},
	}
}

func (s *store) instance() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.Instance
}

func (s *store) setAccessTTL(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accessTTL = d
}

func (s *store) accessLifetime() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accessTTL
}

// saveNow saves the state.
func (s *store) saveNow() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune()
	return s.state.save(s.dir)
}

// save is called with the lock held, after a change. A full disk does not end
// sign-ins: they work until the process ends.
func (s *store) save() {
	s.prune()
	if err := s.state.save(s.dir); err != nil {
		s.log.Error("demo provider could not save its state", "error", err)
	}
}

// prune removes what is over. It is called with the lock held.
func (s *store) prune() {
	now := s.now()
	maps.DeleteFunc(s.state.Access, func(_ string, a *access) bool { return now.After(a.Expires) })
	maps.DeleteFunc(s.state.Sessions, func(_ string, b *session) bool { return now.Sub(b.AuthTime) > sessionTTL })
	maps.DeleteFunc(s.state.Families, func(_ string, f *family) bool { return now.Sub(f.Used) > refreshTTL })
	maps.DeleteFunc(s.requests, func(_ string, r *request) bool { return now.Sub(r.created) > requestTTL })
	maps.DeleteFunc(s.codes, func(_ string, c *code) bool { return now.Sub(c.expires) > requestTTL })
	maps.DeleteFunc(s.devices, func(_ string, d *device) bool { return now.After(d.state.Expires.Add(requestTTL)) })
}

// signIn remembers that this browser belongs to a person and returns the
// cookie's value.
func (s *store) signIn(user string) (cookie string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cookie, at = randomString(), s.now()
	s.state.Sessions[hashed(cookie)] = &session{User: user, AuthTime: at}
	s.save()
	return cookie, at
}

// browser returns the session of a cookie.
func (s *store) browser(cookie string) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.state.Sessions[hashed(cookie)]
	if b == nil || s.now().Sub(b.AuthTime) > sessionTTL {
		return session{}, false
	}
	return *b, true
}

// signOut forgets a browser's sign-in. Refresh tokens stay: they were asked
// for with offline_access, "also when I am not present".
func (s *store) signOut(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.state.Sessions, hashed(cookie))
	s.save()
}

// agreed reports whether a person has agreed to all scopes before.
func (s *store) agreed(user string, scopes []string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, scope := range scopes {
		if !slices.Contains(s.state.Grants[user], scope) {
			return false
		}
	}
	return true
}

// agree remembers a person's consent.
func (s *store) agree(user string, scopes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Grants[user] = union(s.state.Grants[user], scopes)
	s.save()
}

// issue makes an access token. It is called with the lock held.
func (s *store) issue(user string, scopes []string, fam string) (string, time.Time) {
	id := randomString()
	now := s.now()
	expires := now.Add(s.accessTTL)
	s.state.Access[id] = &access{User: user, Scopes: scopes, Issued: now, Expires: expires, Family: fam}
	return id, expires
}

// accessToken returns a token that is valid now.
func (s *store) accessToken(id string) (access, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.state.Access[id]
	if a == nil || !s.now().Before(a.Expires) {
		return access{}, false
	}
	return *a, true
}

// newFamily makes a refresh token. It is called with the lock held.
func (s *store) newFamily(user string, scopes []string, authTime time.Time) (id, token string) {
	id = randomString()
	token = id + "." + randomString()
	s.state.Families[id] = &family{
		User: user, Scopes: scopes, AuthTime: authTime, Current: hashed(token), Used: s.now(),
	}
	return id, token
}

// familyOf finds the family of a refresh token. Any token but the
// current one that names a living family is old (or forged): the whole family
// ends, since two parties hold its tokens (RFC 9700 §4.14.2). It
// is called with the lock held.
func (s *store) familyOf(token string) (string, *family, error) {
	id, _, _ := strings.Cut(token, ".")
	f := s.state.Families[id]
	if f == nil || s.now().Sub(f.Used) > refreshTTL {
		return "", nil, errGone
	}
	if subtle.ConstantTimeCompare([]byte(f.Current), []byte(hashed(token))) != 1 {
		s.log.Warn("demo provider saw an old refresh token again; its whole family ends", "user", f.User)
		s.endFamily(id)
		s.save()
		return "", nil, errGone
	}
	return id, f, nil
}

// refreshing is the use of a refresh token.
func (s *store) refreshing(token string) (*refreshRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, f, err := s.familyOf(token)
	if err != nil {
		return nil, err
	}
	return &refreshRequest{user: f.User, scopes: slices.Clone(f.Scopes), authTime: f.AuthTime}, nil
}

// holderOf says whose a refresh token is, or was, and of which family.
func (s *store) holderOf(token string) (user, id string, ok bool) {
	id, _, isRefresh := strings.Cut(token, ".")
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.state.Families[id]
	if !isRefresh || f == nil {
		return "", "", false
	}
	return f.User, id, true
}

// rotate replaces a refresh token by its successor.
func (s *store) rotate(token string, scopes []string) (accessID, next string, expires time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, f, err := s.familyOf(token)
	if err != nil {
		return "", "", time.Time{}, err
	}
	next = id + "." + randomString()
	f.Current, f.Used = hashed(next), s.now()
	accessID, expires = s.issue(f.User, scopes, id)
	s.save()
	return accessID, next, expires, nil
}

// endFamily ends a refresh token and the access tokens made with it. It is
// called with the lock held.
func (s *store) endFamily(id string) {
	delete(s.state.Families, id)
	maps.DeleteFunc(s.state.Access, func(_ string, a *access) bool { return id != "" && a.Family == id })
}

// revoke ends the token with that id, or the refresh token itself.
func (s *store) revoke(tokenOrID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _, _ := strings.Cut(tokenOrID, ".")
	delete(s.state.Access, id)
	if s.state.Families[id] != nil {
		s.endFamily(id)
	}
	s.save()
}

// expireAccess ends all access tokens, as if their time were up.
func (s *store) expireAccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.state.Access)
	s.save()
}

// revokeAll ends all refresh tokens.
func (s *store) revokeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.state.Families)
	s.save()
}

// union is a and what b adds to it.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(all, x) {
			all = append(all, x)
		}
	}
	return all
}
