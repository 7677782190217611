package authtest

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const keyID = "authtest-key"

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: p.key.Public(), KeyID: keyID, Algorithm: "RS256", Use: "sig"},
	}})
}

// claims is what is told about a person. The caller holds the lock.
func (p *Provider) claims(g *grant) map[string]any {
	return map[string]any{
		"sub": g.person.Subject, "preferred_username": g.person.Login, "name": g.person.Name,
		"email": g.person.Email, "email_verified": true, "picture": p.URL + "/picture.png",
	}
}

// idToken signs an ID token (OIDC Core §2). The caller holds the lock.
func (p *Provider) idToken(g *grant) string {
	now := p.now()
	claims := p.claims(g)
	claims["iss"], claims["aud"] = p.URL, ClientID
	claims["iat"], claims["exp"] = now.Unix(), now.Add(time.Hour).Unix()
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
	if p.behaviour.ACR != "" {
		claims["acr"] = p.behaviour.ACR
	}
	if g.maxAge && !p.behaviour.NoAuthTime { // OIDC Core §2
		claims["auth_time"] = now.Add(-p.behaviour.SignedInAgo).Unix()
	}
	sum := sha256.Sum256([]byte(g.access))
	claims["at_hash"] = base64.RawURLEncoding.EncodeToString(sum[:16]) // OIDC Core §3.1.3.6
	if p.behaviour.IDToken != nil {
		p.behaviour.IDToken(claims)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic("authtest: claims: " + err.Error())
	}
	return p.sign(payload)
}

func (p *Provider) sign(payload []byte) string {
	signing := jose.SigningKey{Algorithm: jose.RS256, Key: p.key}
	kid := keyID
	switch p.behaviour.Sign {
	case SignNone:
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"none"}`)) + "." + encode(payload) + "."
	case SignHS256:
		signing = jose.SigningKey{Algorithm: jose.HS256, Key: x509.MarshalPKCS1PublicKey(&p.key.PublicKey)}
	case SignOtherKey:
		signing.Key = otherKey()
	case SignUnknownKid:
		kid = "nobody-knows"
	}
	s, err := jose.NewSigner(signing, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", kid))
	if err != nil {
		panic("authtest: signer: " + err.Error())
	}
	signed, err := s.Sign(payload)
	if err != nil {
		panic("authtest: signing: " + err.Error())
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		panic("authtest: signing: " + err.Error())
	}
	return token
}

// Tokens are what a finished sign-in gave, for tests that start after it.
type Tokens struct {
	Access, Refresh, ID string
	Expires             time.Time
	Claims              map[string]any
}

// Issue gives tokens as if the person had signed in; the access token ends
// after ttl, which may be negative.
func (p *Provider) Issue(ttl time.Duration, scopes ...string) Tokens {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := &grant{person: p.person, scopes: scopes, ended: new(bool), access: p.newAccess(), expires: p.now().Add(ttl)}
	refresh := "rt-" + random()
	p.grants.access[g.access], p.grants.refresh[refresh] = g, g
	claims := p.claims(g)
	claims["iss"], claims["aud"] = p.URL, ClientID
	return Tokens{Access: g.access, Refresh: refresh, ID: p.idToken(g), Expires: g.expires, Claims: claims}
}

// ExpireNow ends all access tokens; refresh tokens stay.
func (p *Provider) ExpireNow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.grants.access)
}

// RevokeAll ends all grants.
func (p *Provider) RevokeAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, g := range p.grants.refresh {
		*g.ended = true
	}
	clear(p.grants.access)
}

// Good reports whether an access token is accepted.
func (p *Provider) Good(access string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.grants.access[access]
	return g != nil && !*g.ended && p.now().Before(g.expires)
}
