package authtest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

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
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	redirect, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != ClientID || redirect.Hostname() != "127.0.0.1" || redirect.Path != "/callback" {
		http.Error(w, "unknown client or redirect URI", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	b, who := p.behaviour, p.person
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
	case q.Get("response_type") != "code", q.Get("code_challenge_method") != "S256", q.Get("code_challenge") == "":
		back.Set("error", "invalid_request")
		back.Set("error_description", "code flow with PKCE S256 only")
	default:
		code := random()
		scopes := strings.Fields(q.Get("scope"))
		if b.GrantScopes != nil {
			scopes = b.GrantScopes
		}
		p.mu.Lock()
		p.codes[code] = &grant{
			person: who, scopes: scopes, nonce: q.Get("nonce"), challenge: q.Get("code_challenge"),
			redirect: q.Get("redirect_uri"), ended: new(bool),
		}
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

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.behaviour
	if b.TokenError != "" {
		status := http.StatusBadRequest
		if b.TokenError200 {
			status = http.StatusOK
		}
		answer(w, status, map[string]any{"error": b.TokenError, "error_description": b.TokenDescription})
		return
	}
	if !p.knowsClient(r) {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	var (
		g    *grant
		fail string
	)
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		g, fail = p.redeem(r)
	case "refresh_token":
		g, fail = p.renew(r)
	case "urn:ietf:params:oauth:grant-type:device_code":
		g, fail = p.poll(r)
	default:
		fail = "unsupported_grant_type"
	}
	if fail != "" {
		answer(w, http.StatusBadRequest, map[string]any{"error": fail})
		return
	}
	p.give(w, g, r.PostFormValue("grant_type") == "refresh_token", r.PostFormValue("refresh_token"))
}

func (p *Provider) knowsClient(r *http.Request) bool {
	id, secret := r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	if user, pass, ok := r.BasicAuth(); ok {
		id, secret = user, pass
	}
	return id == ClientID && (p.behaviour.ClientSecret == "" || secret == p.behaviour.ClientSecret)
}

// redeem is RFC 6749 §4.1.3 with PKCE (RFC 7636 §4.6).
func (p *Provider) redeem(r *http.Request) (*grant, string) {
	g := p.codes[r.PostFormValue("code")]
	if g == nil || g.used {
		return nil, "invalid_grant"
	}
	g.used = true
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge || r.PostFormValue("redirect_uri") != g.redirect {
		return nil, "invalid_grant"
	}
	next := *g // the code is used, the refresh token that comes of it is not
	next.used = false
	return &next, ""
}

// renew is RFC 6749 §6. A refresh token that is used again ends its grant.
func (p *Provider) renew(r *http.Request) (*grant, string) {
	g := p.refresh[r.PostFormValue("refresh_token")]
	switch {
	case g == nil || *g.ended:
		return nil, "invalid_grant"
	case g.used:
		*g.ended = true
		return nil, "invalid_grant"
	}
	if !p.behaviour.KeepRefresh {
		g.used = true
		delete(p.access, g.access) // as GitHub and GitLab do
	}
	next := *g
	next.used, next.nonce = false, ""
	if p.behaviour.GrantScopes != nil {
		next.scopes = p.behaviour.GrantScopes
	}
	return &next, ""
}

// give answers with tokens. The caller holds the lock.
func (p *Provider) give(w http.ResponseWriter, g *grant, renewed bool, oldRefresh string) {
	b := p.behaviour
	ttl := b.AccessTTL
	if ttl == 0 {
		ttl = time.Hour
	}
	g.access, g.expires = "at-"+random(), p.now().Add(ttl)
	p.access[g.access] = g
	out := map[string]any{"access_token": g.access, "token_type": "Bearer"}
	if !b.NoExpiresIn {
		out["expires_in"] = int(ttl / time.Second)
	}
	if b.StringExpiresIn {
		out["expires_in"] = fmt.Sprint(int(ttl / time.Second))
	}
	if !b.NoScope {
		sep := " "
		if b.CommaScope {
			sep = ","
		}
		out["scope"] = strings.Join(g.scopes, sep)
	}
	switch {
	case b.NoRefresh:
	case renewed && b.KeepRefresh:
		p.refresh[oldRefresh] = g
	default:
		token := "rt-" + random()
		p.refresh[token] = g
		out["refresh_token"] = token
	}
	if slices.Contains(g.scopes, "openid") && !b.NeverIDToken && (!renewed || !b.NoIDToken) {
		out["id_token"] = p.idToken(g)
	}
	if b.FormAnswers {
		form := url.Values{}
		for k, v := range out {
			form.Set(k, fmt.Sprint(v))
		}
		w.Header().Set("Content-Type", "application/x-www-form-urlencoded")
		_, _ = w.Write([]byte(form.Encode()))
		return
	}
	answer(w, http.StatusOK, out)
}

// bearer finds the grant of a request's token; nil after a 401.
func (p *Provider) bearer(w http.ResponseWriter, r *http.Request) *grant {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.access[token]
	if g == nil || *g.ended || p.now().After(g.expires) {
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
	if g := p.refresh[token]; g != nil {
		*g.ended = true
	}
	delete(p.access, token)
	w.WriteHeader(http.StatusOK)
}

// device is RFC 8628 §3.2. The person agrees as soon as the polls in
// [Behaviour] are through.
func (p *Provider) device(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	code := "dc-" + random()
	p.devices[code] = &grant{person: p.person, scopes: strings.Fields(r.PostFormValue("scope")), ended: new(bool)}
	answer(w, http.StatusOK, map[string]any{
		"device_code": code, "user_code": "WDJB-MJHT", "verification_uri": p.URL + "/activate",
		"verification_uri_complete": p.URL + "/activate?user_code=WDJB-MJHT", "expires_in": 600, "interval": 1,
	})
}

// poll is RFC 8628 §3.4.
func (p *Provider) poll(r *http.Request) (*grant, string) {
	g := p.devices[r.PostFormValue("device_code")]
	if g == nil || g.used {
		return nil, "expired_token"
	}
	g.polls++
	switch b := p.behaviour; {
	case g.polls <= b.DeviceSlow:
		return nil, "slow_down"
	case g.polls <= b.DeviceSlow+b.DevicePending:
		return nil, "authorization_pending"
	case b.DeviceError != "":
		return nil, b.DeviceError
	}
	g.used = true
	next := *g
	next.used = false
	return &next, ""
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
