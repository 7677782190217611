package providers_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// rules are what the documents of a provider say, where providers differ.
type rules struct {
	// issuer is that of an OpenID provider, or the one of OAuth metadata.
	issuer string
	// Where things are, as "host/path"; "" is nowhere.
	meta, login, token, userinfo, keys, revoke, end string
	// document is what the metadata say besides.
	document map[string]any
	// registered compares a redirect URI with what people are asked to
	// register; mismatch is the page for one that does not fit.
	registered func(redirect string) bool
	mismatch   string
	// secret is how the app proves itself: "body", "header" or "", where
	// nothing may be sent.
	secret string
	// scopes are all that are known. offline is the one without which there is
	// no refresh token: "" is none needed, never is none given. consent says
	// that it counts only together with prompt=consent (OIDC Core §11).
	scopes, offline string
	consent         bool
	// rotates says that a refresh token is good once, silent that the answer to
	// a refresh names none, because the old one goes on.
	rotates, silent bool
	// refreshOnly says that only refresh tokens are revoked, and the access
	// tokens of the same grant with them.
	refreshOnly bool
	lifetime    int
	// claims are those of the ID token, info those of user info.
	claims, info map[string]any
	// back is sent along with the code, tokens changes a token answer.
	back   url.Values
	tokens func(answer map[string]any)
	// refused writes an OAuth error; nil is RFC 6749 §5.2. bad are the codes
	// and descriptions of a wrong client, code and refresh token.
	refused func(w http.ResponseWriter, status int, code, description string)
	bad     refusals
}

// never is the offline scope of providers that give no refresh token.
const never = "never"

// refusals are the errors that a token endpoint has for what is no good.
type refusals struct{ client, code, refresh [2]string }

// house is a provider by its documents. It is as strict as they are.
type house struct {
	*op
	rules
	// page is shown in the browser instead of an answer.
	page string
	// sign makes the ID token.
	sign func(claims map[string]any) string
	// ports are those that the app may come back to; none is any.
	ports []string
}

func newHouse(t *testing.T, r *rules) *house {
	h := &house{op: newOP(t), rules: *r, sign: idToken}
	h.noNonce = h.claims["nonce"] == ""
	for place, handler := range map[string]http.HandlerFunc{
		h.meta: h.metadata, h.login: h.ask, h.token: h.give, h.keys: keys, h.revoke: h.ends, h.userinfo: h.who,
	} {
		if place != "" {
			h.serve(place, handler)
		}
	}
	return h
}

// metadata are OpenID Connect Discovery 1.0 §3 and RFC 8414 §2.
func (h *house) metadata(w http.ResponseWriter, _ *http.Request) {
	doc := map[string]any{
		"issuer": h.issuer, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}
	for name, place := range map[string]string{
		"authorization_endpoint": h.login, "token_endpoint": h.token, "userinfo_endpoint": h.userinfo, "jwks_uri": h.keys,
		"revocation_endpoint": h.revoke, "end_session_endpoint": h.end,
	} {
		if place != "" {
			doc[name] = "https://" + place
		}
	}
	maps.Copy(doc, h.document)
	object(w, http.StatusOK, doc)
}

// ask is the authorization endpoint: what it does not like it shows the person
// and not the app (RFC 6749 §4.1.2.1).
func (h *house) ask(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page := h.page
	if !h.registered(q.Get("redirect_uri")) {
		page = h.mismatch
	}
	if page != "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, "<!doctype html><title>Error</title><main><p>%s</p></main>", page)
		return
	}
	for _, s := range strings.Fields(q.Get("scope")) {
		if !slices.Contains(strings.Fields(h.scopes), s) {
			h.t.Errorf("a scope that %s does not know: %s", r.Host, s)
		}
	}
	if h.consent && q.Get("prompt") != "consent" {
		q.Set("scope", strings.Replace(q.Get("scope"), h.offline, "", 1)) // ignored without a word
		r.URL.RawQuery = q.Encode()
	}
	back := url.Values{}
	maps.Copy(back, h.back)
	h.authorize(w, r, back)
}

// proves reports whether the app sent what it has to, and nothing else.
func (h *house) proves(r *http.Request) bool {
	f := r.PostForm
	user, pass, basic := r.BasicAuth()
	switch h.secret {
	case "header":
		return basic && user == clientID && pass == clientSecret && !f.Has("client_secret")
	case "body":
		return !basic && f.Get("client_id") == clientID && f.Get("client_secret") == clientSecret
	}
	return !basic && f.Get("client_id") == clientID && !f.Has("client_secret")
}

func (h *house) fails(w http.ResponseWriter, status int, code, description string) bool {
	if h.refused != nil {
		h.refused(w, status, code, description)
		return true
	}
	object(w, status, map[string]string{"error": code, "error_description": description})
	return true
}

// give is the token endpoint.
func (h *house) give(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	if h.failing(w) {
		return
	}
	if !h.proves(r) {
		h.fails(w, http.StatusUnauthorized, h.bad.client[0], h.bad.client[1])
		return
	}
	switch f.Get("grant_type") {
	case "authorization_code":
		f = maps.Clone(f)
		f.Set("client_id", clientID) // of the header
		g := h.redeem(f)
		if g == nil {
			h.fails(w, http.StatusBadRequest, h.bad.code[0], h.bad.code[1])
			return
		}
		h.issueTo(w, g, "")
	case "refresh_token":
		old := f.Get("refresh_token")
		g := h.alive(old)
		if g == nil {
			h.fails(w, http.StatusBadRequest, h.bad.refresh[0], h.bad.refresh[1])
			return
		}
		g.nonce = "" // OIDC Core §12.2
		if h.rotates {
			h.kill(g, all)
			old = ""
		}
		h.issueTo(w, g, old)
	default:
		h.t.Errorf("grant type %q", f.Get("grant_type"))
	}
}

// issueTo answers with tokens. refresh is the refresh token that goes on.
func (h *house) issueTo(w http.ResponseWriter, g *grant, refresh string) {
	scopes := strings.Fields(g.scope)
	access := h.issue("accesstok-", g)
	v := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": h.lifetime, "scope": g.scope}
	switch {
	case refresh != "" && h.silent:
	case refresh != "":
		v["refresh_token"] = refresh
	case h.offline == "" || slices.Contains(scopes, h.offline):
		v["refresh_token"] = h.issue("refreshtok-", g)
	}
	if slices.Contains(scopes, "openid") {
		claims := map[string]any{"iss": h.issuer, "nonce": g.nonce, "at_hash": atHash(access)}
		maps.Copy(claims, h.claims)
		v["id_token"] = h.sign(claims)
	}
	if h.tokens != nil {
		h.tokens(v)
	}
	object(w, http.StatusOK, v)
}

// who is user info (OIDC Core §5.3).
func (h *house) who(w http.ResponseWriter, r *http.Request) {
	h.bearer(`{"error":"invalid_token"}`, func(w http.ResponseWriter, _ *http.Request) { object(w, http.StatusOK, h.info) })(w, r)
}

// ends revokes one token (RFC 7009 §2). Only what the documents say dies with
// it.
func (h *house) ends(w http.ResponseWriter, r *http.Request) {
	token := r.PostForm.Get("token")
	refresh := strings.Contains(token, "refreshtok-")
	hint := map[bool]string{true: "refresh_token", false: "access_token"}[refresh]
	if !h.proves(r) || r.Method != http.MethodPost || r.PostForm.Get("token_type_hint") != hint {
		h.t.Errorf("revocation by %q, hint %q", r.PostForm.Get("client_id"), r.PostForm.Get("token_type_hint"))
	}
	switch {
	case h.refreshOnly && !refresh:
		h.t.Error("an access token is to be revoked")
		h.fails(w, http.StatusBadRequest, "unsupported_token_type", "")
		return
	case h.refreshOnly:
		h.kill(h.alive(token), all)
	default:
		h.kill(h.alive(token), func(t string) bool { return t == token })
	}
	answer(w, http.StatusOK, "{}") // also if it is not known (§2.2)
}

// bareError is an OAuth error whose description may be missing.
func bareError(w http.ResponseWriter, status int, code, description string) {
	v := map[string]string{"error": code}
	if description != "" {
		v["error_description"] = description
	}
	object(w, status, v)
}
