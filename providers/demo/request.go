package demo

import (
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// request is one authorization request on its way through the login and
// consent pages. Its id is unguessable and binds the forms to it.
type request struct {
	id       string
	created  time.Time
	client   string
	redirect string
	state    string
	nonce    string
	mode     oidc.ResponseMode
	scopes   []string
	prompt   []string
	maxAge   *uint
	hint     string
	// expected is the subject of the id_token_hint.
	expected  string
	challenge oidc.CodeChallenge
	// device is the user code of a device flow, which has no redirect.
	device string

	user     string
	authTime time.Time
	done     bool
}

var _ op.AuthRequest = (*request)(nil)

func (r *request) GetID() string             { return r.id }
func (r *request) GetACR() string            { return "" }
func (r *request) GetAMR() []string          { return []string{"user"} } // RFC 8176 §2
func (r *request) GetAudience() []string     { return []string{r.client} }
func (r *request) GetAuthTime() time.Time    { return r.authTime }
func (r *request) GetClientID() string       { return r.client }
func (r *request) GetNonce() string          { return r.nonce }
func (r *request) GetRedirectURI() string    { return r.redirect }
func (r *request) GetScopes() []string       { return r.scopes }
func (r *request) GetState() string          { return r.state }
func (r *request) GetSubject() string        { return r.user }
func (r *request) Done() bool                { return r.done }
func (r *request) prompts(value string) bool { return slices.Contains(r.prompt, value) }

func (r *request) GetResponseType() oidc.ResponseType { return oidc.ResponseTypeCode }
func (r *request) GetResponseMode() oidc.ResponseMode { return r.mode }

func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	if r.challenge.Challenge == "" {
		return nil
	}
	c := r.challenge
	return &c
}

// refreshRequest is a refresh token being used.
type refreshRequest struct {
	user     string
	scopes   []string
	authTime time.Time
}

var _ op.RefreshTokenRequest = (*refreshRequest)(nil)

func (r *refreshRequest) GetAMR() []string                 { return []string{"user"} }
func (r *refreshRequest) GetAudience() []string            { return []string{ClientID} }
func (r *refreshRequest) GetAuthTime() time.Time           { return r.authTime }
func (r *refreshRequest) GetClientID() string              { return ClientID }
func (r *refreshRequest) GetScopes() []string              { return r.scopes }
func (r *refreshRequest) GetSubject() string               { return r.user }
func (r *refreshRequest) SetCurrentScopes(scopes []string) { r.scopes = scopes }

// addRequest keeps a request until its person has answered.
func (s *store) addRequest(r *request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune()
	if len(s.requests) >= maxPending {
		return oidc.ErrServerError().WithDescription("too many sign-ins in progress")
	}
	r.id, r.created = randomString(), s.now()
	s.requests[r.id] = r
	return nil
}

// request returns a copy of a request under way.
func (s *store) request(id string) (*request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests[id]
	if r == nil || s.now().Sub(r.created) > requestTTL {
		return nil, errGone
	}
	c := *r
	return &c, nil
}

// setUser notes who is signing in.
func (s *store) setUser(id, user string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.requests[id]; r != nil {
		r.user, r.authTime = user, at
	}
}

// setDone notes the person's consent and returns the finished request.
func (s *store) setDone(id string, scopes []string) (*request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests[id]
	if r == nil || r.user == "" || r.done {
		return nil, errGone
	}
	r.scopes, r.done = scopes, true
	c := *r
	return &c, nil
}

// dropRequest forgets a request.
func (s *store) dropRequest(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.requests, id)
}

// saveCode keeps an authorization code for a finished request.
func (s *store) saveCode(id, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[hashed(value)] = &code{request: id, expires: s.now().Add(codeTTL)}
}

// useCode takes the request of a code, once.
func (s *store) useCode(value string) (*request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.codes[hashed(value)]
	if c == nil || s.now().After(c.expires) {
		return nil, errGone
	}
	if c.used {
		s.log.Warn("demo provider saw an authorization code again; its tokens end")
		s.endFamily(c.family)
		delete(s.state.Access, c.access)
		s.save()
		return nil, errGone
	}
	c.used = true
	r := s.requests[c.request]
	if r == nil {
		return nil, errGone
	}
	copied := *r
	return &copied, nil
}

// redeem makes the tokens of a finished request.
func (s *store) redeem(r *request, withRefresh bool) (accessID, refresh string, expires time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var fam string
	if withRefresh {
		fam, refresh = s.newFamily(r.user, r.scopes, r.authTime)
	}
	accessID, expires = s.issue(r.user, r.scopes, fam)
	for _, c := range s.codes {
		if c.request == r.id {
			c.family, c.access = fam, accessID
		}
	}
	s.save()
	return accessID, refresh, expires
}
