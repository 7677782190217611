package authtest

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// loopbackHosts are those of the redirect URIs that are registered (RFC 8252
// §7.3, §8.3), with any port.
var loopbackHosts = []string{"127.0.0.1", "::1", "localhost"}

// grant is what one sign-in gave.
type grant struct {
	person    Person
	scopes    []string
	nonce     string
	challenge string
	redirect  string
	used      bool // the code, or this refresh token
	ended     *bool
	expires   time.Time // of an access token
	access    string    // the newest of the grant
	polls     int       // of a device code
	resources []string  // RFC 8707
	maxAge    bool      // was sent
	wantKey   string    // dpop_jkt of the request (RFC 9449 §10)
	key       string    // thumbprint of the key that the tokens are bound to
	bearer    bool      // the access token is not bound
}

// grants are all that were given, by what asks for them. [Provider.mu] guards them.
type grants struct {
	codes, access, refresh, devices map[string]*grant
}

func newGrants() grants {
	return grants{map[string]*grant{}, map[string]*grant{}, map[string]*grant{}, map[string]*grant{}}
}

// bound reports whether the access token is bound to a key.
func (g *grant) bound() bool { return g.key != "" && !g.bearer }

// tokenType is that of RFC 6749 §7.1.
func (g *grant) tokenType() string {
	if g.bound() {
		return "DPoP"
	}
	return "Bearer"
}

// newGrant is what an authorization request asks for.
func (p *Provider) newGrant(q url.Values) *grant {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := &grant{
		person: p.person, scopes: strings.Fields(q.Get("scope")), nonce: q.Get("nonce"), challenge: q.Get("code_challenge"),
		redirect: q.Get("redirect_uri"), ended: new(bool), resources: q["resource"], maxAge: q.Has("max_age"),
	}
	if p.behaviour.GrantScopes != nil {
		g.scopes = p.behaviour.GrantScopes
	}
	if p.behaviour.DPoP || p.behaviour.RequireDPoP {
		g.wantKey = q.Get("dpop_jkt")
	}
	return g
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q, ok := p.authorizationRequest(r.URL.Query())
	if !ok {
		http.Error(w, "only pushed requests are taken, each once", http.StatusBadRequest)
		return
	}
	redirect, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != ClientID || !slices.Contains(loopbackHosts, redirect.Hostname()) || redirect.Path != "/callback" && !strings.HasPrefix(redirect.Path, "/callback/") {
		http.Error(w, "unknown client or redirect URI", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	b := p.behaviour
	p.mu.Unlock()
	back := url.Values{"state": {q.Get("state")}, "iss": {p.URL}}
	if b.NoIss {
		back.Del("iss")
	}
	if b.WrongIss != "" {
		back.Set("iss", b.WrongIss)
	}
	switch {
	case b.AuthorizeError != "":
		back.Set("error", b.AuthorizeError)
	case q.Get("prompt") == "none" && b.NeedsPage != "":
		back.Set("error", b.NeedsPage)
	case q.Get("response_type") != "code", q.Get("code_challenge_method") != "S256", q.Get("code_challenge") == "":
		back.Set("error", "invalid_request")
		back.Set("error_description", "code flow with PKCE S256 only")
	default:
		code, g := random(), p.newGrant(q)
		p.mu.Lock()
		p.grants.codes[code] = g
		p.mu.Unlock()
		back.Set("code", code)
	}
	if q.Get("response_mode") == "form_post" {
		formPost(w, redirect.String(), back)
		return
	}
	redirect.RawQuery = back.Encode()
	http.Redirect(w, r, redirect.String(), http.StatusFound)
}

// formPost is OAuth 2.0 Form Post Response Mode §2.
func formPost(w http.ResponseWriter, action string, values url.Values) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, `<form method="post" action="%s">`, html.EscapeString(action))
	for k := range values {
		_, _ = fmt.Fprintf(w, `<input type="hidden" name="%s" value="%s">`, html.EscapeString(k), html.EscapeString(values.Get(k)))
	}
	_, _ = fmt.Fprint(w, `</form>`)
}

// bearer finds the grant of a request's token; nil after a 401.
func (p *Provider) bearer(w http.ResponseWriter, r *http.Request) *grant {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.grants.access[token]
	if scheme == "DPoP" && g != nil && g.bound() && !*g.ended && !p.now().After(g.expires) {
		if !p.boundRequest(w, r, g) {
			return nil
		}
		return g
	}
	if scheme != "Bearer" || g == nil || g.bound() || *g.ended || p.now().After(g.expires) {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
		return nil
	}
	return g
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	g := p.bearer(w, r)
	if g == nil {
		return
	}
	p.mu.Lock()
	claims := p.claims(g)
	if p.behaviour.UserinfoSubject != "" {
		claims["sub"] = p.behaviour.UserinfoSubject
	}
	p.mu.Unlock()
	answer(w, http.StatusOK, claims)
}

func (p *Provider) groups(w http.ResponseWriter, r *http.Request) {
	if g := p.bearer(w, r); g != nil {
		answer(w, http.StatusOK, g.person.Groups)
	}
}

// api is an API of the provider: it tells who asks.
func (p *Provider) api(w http.ResponseWriter, r *http.Request) {
	if g := p.bearer(w, r); g != nil {
		answer(w, http.StatusOK, map[string]any{"login": g.person.Login, "path": r.URL.Path})
	}
}

// revoke is RFC 7009 §2: 200 also for what is unknown.
func (p *Provider) revoke(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	token := r.PostFormValue("token")
	if p.behaviour.IgnoreRevocations > 0 {
		p.behaviour.IgnoreRevocations--
		return
	}
	if g := p.grants.refresh[token]; g != nil {
		*g.ended = true
	}
	delete(p.grants.access, token)
	w.WriteHeader(http.StatusOK)
}

// introspect is RFC 7662 §2: what is unknown is not active.
func (p *Provider) introspect(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if want := p.behaviour.ClientSecret; want != "" && r.PostFormValue("client_secret") != want {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	g := p.grants.access[r.PostFormValue("token")]
	if g == nil || *g.ended || p.now().After(g.expires) {
		answer(w, http.StatusOK, map[string]any{"active": false})
		return
	}
	about := map[string]any{
		"active": true, "sub": g.person.Subject, "username": g.person.Login, "client_id": ClientID,
		"scope": strings.Join(g.scopes, " "), "exp": g.expires.Unix(), "token_type": g.tokenType(),
	}
	if p.behaviour.Echo {
		about["token"], about["note"] = r.PostFormValue("token"), []string{"your secret is " + r.PostFormValue("client_secret")}
	}
	answer(w, http.StatusOK, about)
}

// device is RFC 8628 §3.2. The person agrees as soon as the polls in
// [Behaviour] are through.
func (p *Provider) device(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	code := "dc-" + random()
	p.grants.devices[code] = &grant{person: p.person, scopes: strings.Fields(r.PostFormValue("scope")), ended: new(bool), resources: r.PostForm["resource"]}
	answer(w, http.StatusOK, map[string]any{
		"device_code": code, "user_code": "WDJB-MJHT", "verification_uri": p.URL + "/activate",
		"verification_uri_complete": p.URL + "/activate?user_code=WDJB-MJHT", "expires_in": 600, "interval": 1,
	})
}

func (p *Provider) endSession(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte("signed out"))
}

// picture is a PNG of one pixel.
func (p *Provider) picture(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/png")
	data, _ := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	_, _ = w.Write(data)
}
