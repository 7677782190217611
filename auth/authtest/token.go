package authtest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

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
	key, fail := p.proofOf(w, r, "")
	if fail != "" {
		answer(w, http.StatusBadRequest, map[string]any{"error": fail})
		return
	}
	g, fail := p.grantOf(r, key)
	if fail != "" {
		answer(w, http.StatusBadRequest, map[string]any{"error": fail})
		return
	}
	g.key, g.bearer = key, b.BearerAnswers
	p.give(w, g, r.PostFormValue("grant_type") == "refresh_token", r.PostFormValue("refresh_token"))
}

// grantOf finds what a token request is about. key is that of its proof.
func (p *Provider) grantOf(r *http.Request, key string) (g *grant, fail string) {
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
	switch {
	case fail != "":
	case g.wantKey != "" && key != g.wantKey, g.key != "" && key != g.key:
		fail = "invalid_grant" // RFC 9449 §5, §10
	case !covers(g.resources, r.PostForm["resource"]):
		fail = "invalid_target" // RFC 8707 §2
	}
	return g, fail
}

// covers reports whether a grant for some resources is one for others too.
func covers(granted, asked []string) bool {
	return !slices.ContainsFunc(asked, func(r string) bool { return !slices.Contains(granted, r) })
}

// knowsClient is RFC 6749 §2.3.1.
func (p *Provider) knowsClient(r *http.Request) bool {
	b := p.behaviour
	id, secret, way := r.PostFormValue("client_id"), r.PostFormValue("client_secret"), "client_secret_post"
	if user, pass, ok := r.BasicAuth(); ok {
		id, secret, way = user, pass, "client_secret_basic"
		if !b.PlainBasic {
			id, secret = formDecoded(id), formDecoded(secret)
		}
	}
	if secret != "" && b.AuthMethods != nil && !slices.Contains(append(b.AuthMethods, defaultAuth(b)...), way) {
		return false
	}
	return id == ClientID && (b.ClientSecret == "" || secret == b.ClientSecret)
}

// defaultAuth is what an empty list means (RFC 8414 §2).
func defaultAuth(b Behaviour) []string {
	if len(b.AuthMethods) == 0 {
		return []string{"client_secret_basic"}
	}
	return nil
}

// formDecoded is a value as it was before it was form-encoded; one that was not
// is nobody's.
func formDecoded(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return ""
	}
	return plain
}

// redeem is RFC 6749 §4.1.3 with PKCE (RFC 7636 §4.6).
func (p *Provider) redeem(r *http.Request) (*grant, string) {
	g := p.grants.codes[r.PostFormValue("code")]
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
	g := p.grants.refresh[r.PostFormValue("refresh_token")]
	switch {
	case g == nil || *g.ended:
		return nil, "invalid_grant"
	case g.used:
		*g.ended = true
		return nil, "invalid_grant"
	}
	if !p.behaviour.KeepRefresh {
		g.used = true
		delete(p.grants.access, g.access) // as GitHub and GitLab do
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
	g.access, g.expires = p.newAccess(), p.now().Add(ttl)
	p.grants.access[g.access] = g
	out := map[string]any{"access_token": g.access, "token_type": g.tokenType()}
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
		p.grants.refresh[oldRefresh] = g
	default:
		token := b.long("rt-" + random())
		p.grants.refresh[token] = g
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

// long makes a token as long as it is to be.
func (b Behaviour) long(token string) string {
	return token + strings.Repeat("0", max(0, b.TokenLength-len(token)))
}

// Renewable reports whether a refresh token is accepted.
func (p *Provider) Renewable(refresh string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.grants.refresh[refresh]
	return g != nil && !*g.ended && !g.used
}

// newAccess is the text of an access token. The caller holds the lock.
func (p *Provider) newAccess() string {
	token := "at-" + random()
	if p.behaviour.JWTAccess {
		encode := base64.RawURLEncoding.EncodeToString
		token = encode([]byte(`{"alg":"RS256","typ":"at+jwt"}`)) + "." + encode([]byte(`{"jti":"`+token+`"}`)) + "." + random()
	}
	return p.behaviour.long(token)
}

// poll is RFC 8628 §3.4.
func (p *Provider) poll(r *http.Request) (*grant, string) {
	g := p.grants.devices[r.PostFormValue("device_code")]
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
