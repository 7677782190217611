package demo

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// serveDiscovery serves the metadata (OIDC Discovery 1.0 §3, RFC 8414 §2),
// and corrects what the library adds or leaves out.
func (a *app) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	config := op.CreateDiscoveryConfig(op.ContextWithIssuer(r.Context(), a.issuer), a.op, a.storage())
	data, err := json.Marshal(config)
	doc := map[string]any{}
	if err == nil {
		err = json.Unmarshal(data, &doc)
	}
	if err != nil {
		http.Error(w, "metadata could not be made", http.StatusInternalServerError)
		return
	}
	doc["response_types_supported"] = []string{"code"}
	doc["response_modes_supported"] = []string{"query", "fragment", "form_post"}
	doc["grant_types_supported"] = client{}.GrantTypes()
	doc["prompt_values_supported"] = []string{oidc.PromptNone, oidc.PromptLogin, oidc.PromptConsent, oidc.PromptSelectAccount}
	// RFC 9207 §3.
	doc["authorization_response_iss_parameter_supported"] = true
	for _, endpoint := range []string{"token", "revocation", "introspection"} {
		doc[endpoint+"_endpoint_auth_methods_supported"] = []string{"none"}
		delete(doc, endpoint+"_endpoint_auth_signing_alg_values_supported")
	}
	writeJSON(w, http.StatusOK, doc)
}

// serveAuthorize checks the authorization request and hands over to the login
// page, which gives the answer. Only errors that the library redirects are
// answered here; they get the issuer too (RFC 9207 §2).
func (a *app) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		a.problem(w, http.StatusBadRequest, "The request could not be read", "Its parameters are malformed.")
		return
	}
	redirect := r.Form.Get("redirect_uri")
	switch {
	case r.Form.Get("client_id") != ClientID:
		a.problem(w, http.StatusBadRequest, "Unknown app",
			"The demo provider has one client, "+ClientID+". The request names another one.")
		return
	case !loopbackRedirect(redirect):
		a.problem(w, http.StatusBadRequest, "The redirect URI is not allowed",
			"redirect_uri must be an http address of this computer: 127.0.0.1, [::1] or localhost, any port, any path.")
		return
	}
	bad := a.misbehaviour()
	if bad.AuthorizationError != "" {
		a.answer(w, r, &request{redirect: redirect, state: r.Form.Get("state")},
			url.Values{"error": {bad.AuthorizationError}, "error_description": {misbehaving}})
		return
	}
	rec := record(a.op.ServeHTTP, r.WithContext(withRedirect(r.Context(), redirect)))
	location := rec.header.Get("Location")
	switch {
	case strings.HasPrefix(location, loginPath):
		rec.send(w)
	case location != "":
		u, err := url.Parse(location)
		if err != nil {
			a.problem(w, http.StatusInternalServerError, "Something went wrong", "The redirect URI could not be built.")
			return
		}
		params := u.Query()
		if u.RawFragment != "" || u.Fragment != "" {
			params, _ = url.ParseQuery(u.EscapedFragment())
		}
		a.answer(w, r, &request{redirect: redirect, state: params.Get("state")}, url.Values{
			"error": params["error"], "error_description": params["error_description"],
		})
	default:
		a.problem(w, http.StatusBadRequest, "The request is not valid", strings.TrimSpace(rec.body.String()))
	}
}

// answer sends the browser back to the app (RFC 6749 §4.1.2).
func (a *app) answer(w http.ResponseWriter, r *http.Request, req *request, params url.Values) {
	if req.state != "" {
		params.Set("state", req.state)
	}
	params.Set("iss", a.issuer)
	a.misbehaviour().bendRedirect(params)
	u, err := url.Parse(req.redirect)
	if err != nil {
		a.problem(w, http.StatusInternalServerError, "Something went wrong", "The redirect URI is malformed.")
		return
	}
	switch req.mode {
	case oidc.ResponseModeFormPost:
		a.showFormPost(w, req, params)
		return
	case oidc.ResponseModeFragment:
		u.RawFragment = params.Encode()
		u.Fragment, _ = url.PathUnescape(u.RawFragment)
	default:
		query := u.Query()
		for k, v := range params {
			query[k] = v
		}
		u.RawQuery = query.Encode()
	}
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

// serveUserinfo serves the claims of a person (OIDC Core 1.0 §5.3). An
// expired token gets the error of RFC 6750 §3.
func (a *app) serveUserinfo(w http.ResponseWriter, r *http.Request) {
	rec := record(a.op.ServeHTTP, r)
	if rec.code != http.StatusOK {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="the access token is unknown or expired"`)
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	rec.send(w)
}

// serveIntrospection says what a token is good for (RFC 7662). The public
// client asks with its client_id alone: a provider that lets anyone in has
// nothing to protect.
func (a *app) serveIntrospection(w http.ResponseWriter, r *http.Request) {
	if _, _, basic := r.BasicAuth(); !basic && r.FormValue("client_id") == ClientID {
		r = r.Clone(r.Context())
		r.SetBasicAuth(ClientID, "")
	}
	rec := record(a.op.ServeHTTP, r)
	if rec.code == http.StatusOK {
		if about := a.store.aboutRefresh(r.FormValue("token")); about != nil {
			about["iss"] = a.issuer
			writeJSON(w, http.StatusOK, about)
			return
		}
	}
	rec.send(w)
}

// aboutRefresh is the introspection answer for a valid refresh token, else
// nil. Asking about an old one does not count as using it.
func (s *store) aboutRefresh(token string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _, _ := strings.Cut(token, ".")
	f := s.state.Families[id]
	if f == nil || f.Current != hashed(token) {
		return nil
	}
	return map[string]any{
		"active": true, "client_id": ClientID, "token_type": "refresh_token",
		"sub": f.User, "scope": strings.Join(f.Scopes, " "), "exp": f.Used.Add(refreshTTL).Unix(),
	}
}

// serveEndSession ends the browser's sign-in (OpenID Connect RP-Initiated
// Logout 1.0 §2). Without a good id_token_hint for the person who is signed in
// here, the person is asked first.
func (a *app) serveEndSession(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		a.problem(w, http.StatusBadRequest, "The request could not be read", "Its parameters are malformed.")
		return
	}
	r = r.WithContext(withRedirect(r.Context(), r.Form.Get("post_logout_redirect_uri")))
	session, err := a.endSessionRequest(r)
	if err != nil {
		a.problem(w, http.StatusBadRequest, "The sign-out request is not valid", err.Description)
		return
	}
	b, signedIn := a.browserOf(r)
	if signedIn && b.User != session.UserID {
		a.askSignOut(w, b.User)
		return
	}
	a.endBrowser(w, r)
	http.Redirect(w, r, session.RedirectURI, http.StatusSeeOther)
}

func (a *app) endSessionRequest(r *http.Request) (*op.EndSessionRequest, *oidc.Error) {
	req, err := op.ParseEndSessionRequest(r, a.op.Decoder())
	if err != nil {
		return nil, oidc.DefaultToServerError(err, "the parameters are malformed")
	}
	ctx := op.ContextWithIssuer(r.Context(), a.issuer)
	session, err := op.ValidateEndSessionRequest(ctx, req, a.op)
	if err != nil {
		return nil, oidc.DefaultToServerError(err, "the request is not valid")
	}
	return session, nil
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
