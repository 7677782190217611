package providers_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	azHost     = "login.microsoftonline.com"
	azTenant   = "3d0c8e1a-5b1f-4a77-9b0e-6a2f6c1d4e90"
	azOther    = "b7e61d02-9c44-4d55-8a3e-2f0c9d1e7a66"
	azPersonal = "9188040d-6c67-4c5b-b112-36a304b66dad"
	azGroups   = "graph.microsoft.com/v1.0/me/transitiveMemberOf/microsoft.graph.group"
	azID       = "CLAVIGER_AZURE_CLIENT_ID=" + clientID
	azBad      = `{"error":{"code":"InvalidAuthenticationToken","message":"Access token is empty."}}`
)

// azure is Entra ID: a template for an issuer, http://localhost to come back
// to, no secret, refresh tokens that go on living, error numbers in the text.
type azure struct {
	*op
	segment string // the tenant in addresses
	tid     string // the tenant of the person
	claims  map[string]any
	polls   []string
}

func newAzure(t *testing.T, segment, tid string) *azure {
	a := &azure{op: newOP(t), segment: segment, tid: tid, claims: map[string]any{}}
	base := azHost + "/" + segment
	named := segment
	switch segment {
	case "common", "organizations":
		named = "{tenantid}"
	case "contoso.onmicrosoft.com":
		named = azTenant
	case "consumers":
		named = azPersonal
	}
	a.serve(base+"/v2.0/.well-known/openid-configuration", fixed(strings.NewReplacer("SEGMENT", segment, "NAMED", named).Replace(`{
	 "token_endpoint":"https://login.microsoftonline.com/SEGMENT/oauth2/v2.0/token","token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic"],
	 "jwks_uri":"https://login.microsoftonline.com/SEGMENT/discovery/v2.0/keys","response_modes_supported":["query","fragment","form_post"],
	 "subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"],"response_types_supported":["code","id_token","code id_token"],
	 "scopes_supported":["openid","profile","email","offline_access"],"issuer":"https://login.microsoftonline.com/NAMED/v2.0","request_uri_parameter_supported":false,
	 "userinfo_endpoint":"https://graph.microsoft.com/oidc/userinfo","authorization_endpoint":"https://login.microsoftonline.com/SEGMENT/oauth2/v2.0/authorize",
	 "device_authorization_endpoint":"https://login.microsoftonline.com/SEGMENT/oauth2/v2.0/devicecode","http_logout_supported":true,"frontchannel_logout_supported":true,
	 "end_session_endpoint":"https://login.microsoftonline.com/SEGMENT/oauth2/v2.0/logout","tenant_region_scope":null,"cloud_instance_name":"microsoftonline.com"}`)))
	a.serve(base+"/discovery/v2.0/keys", keys)
	a.serve(base+"/oauth2/v2.0/authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("response_mode") != "query" || !strings.HasPrefix(q.Get("redirect_uri"), "http://localhost:") {
			t.Errorf("authorization request %v", q) // AADSTS50011, on a page of its own
		}
		a.authorize(w, r, url.Values{"session_state": {"a1b2c3"}})
	})
	a.serve(base+"/oauth2/v2.0/token", a.token)
	a.serve(base+"/oauth2/v2.0/devicecode", a.device)
	a.serve("graph.microsoft.com/v1.0/me", a.bearer(azBad, fixed(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users/$entity","id":"8f2a1c44-9d3b-4f0e-8a55-0c1d2e3f4a5b",
	 "displayName":"Ines Ferreira","givenName":"Ines","surname":"Ferreira","userPrincipalName":"ines@contoso.example","mail":null,"jobTitle":"Engineer","officeLocation":null,"mobilePhone":null,"businessPhones":[]}`)))
	a.serve("graph.microsoft.com/v1.0/me/photos/48x48/$value", picture(a.internet, true))
	a.serve(azGroups, a.bearer(azBad, a.page))
	a.serve("graph.microsoft.com/v1.0/me/transitiveMemberOf", a.bearer(azBad, a.page))
	return a
}

// page serves three pages of groups, with a role and a group without a name
// among them.
func (a *azure) page(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("ConsistencyLevel") != "eventual" {
		a.t.Error("no ConsistencyLevel")
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	const next = `"@odata.nextLink":"https://graph.microsoft.com/v1.0/me/transitiveMemberOf?$skiptoken=%s",`
	link, value := "", ""
	switch r.URL.Query().Get("$skiptoken") {
	case "":
		link, value = fmt.Sprintf(next, "X2"), `{"@odata.type":"#microsoft.graph.group","id":"g1","displayName":"Platform","securityEnabled":true,"mail":null}`
	case "X2":
		link, value = fmt.Sprintf(next, "X3"), `{"@odata.type":"#microsoft.graph.group","id":"6c1f2d3e-0000-4000-8000-000000000002","displayName":null,"securityEnabled":null},
		 {"@odata.type":"#microsoft.graph.directoryRole","id":"r1","displayName":"Global Reader"}`
	default:
		value = `{"@odata.type":"#microsoft.graph.group","id":"g3","displayName":"Operations","securityEnabled":false,"mail":"ops@contoso.example"}`
	}
	answer(w, 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#groups",`+link+`"value":[`+value+`]}`)
}

// refused is an error as Entra writes it.
func (a *azure) refused(w http.ResponseWriter, status int, code string, number int, description, suberror string) bool {
	v := map[string]any{
		"error":             code,
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333 Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd Timestamp: 2026-11-23 12:00:00Z", number, description),
		"error_codes":       []int{number}, "timestamp": "2026-11-23 12:00:00Z", "trace_id": "0000aaaa-11bb-cccc-dd22-eeeeee333333",
		"correlation_id": "aaaa0000-bb11-2222-33cc-444444dddddd", "error_uri": fmt.Sprintf("https://%s/error?code=%d", azHost, number),
	}
	if suberror != "" {
		v["suberror"] = suberror
	}
	object(w, status, v)
	return true
}

func (a *azure) token(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	switch {
	case a.failing(w):
	case f.Has("client_secret") || f.Has("client_assertion") || r.Header.Get("Authorization") != "":
		a.refused(w, 401, "invalid_client", 700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.", "")
	case f.Has("resource"):
		a.refused(w, 400, "invalid_request", 901002, "The 'resource' request parameter is not supported.", "")
	case f.Get("grant_type") == "authorization_code":
		if g := a.redeem(f); g != nil {
			a.give(w, g)
			return
		}
		a.refused(w, 400, "invalid_grant", 54005, "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.", "")
	case f.Get("grant_type") == "refresh_token":
		if g := a.alive(f.Get("refresh_token")); g != nil {
			g.nonce = ""
			a.give(w, g) // the old one stays good
			return
		}
		a.refused(w, 400, "invalid_grant", 700082, "The refresh token has expired due to inactivity.", "token_expired")
	default:
		a.poll(w, f)
	}
}

func (a *azure) give(w http.ResponseWriter, g *grant) {
	claims := map[string]any{
		"iss": "https://" + azHost + "/" + a.tid + "/v2.0", "tid": a.tid, "oid": "8f2a1c44-9d3b-4f0e-8a55-0c1d2e3f4a5b", "sub": "pairwise-string",
		"name": "Ines Ferreira", "preferred_username": "ines@contoso.example", "email": "ines@contoso.example", "nonce": g.nonce, "ver": "2.0",
		"rh": "1.AXoA", "uti": "abc", "nbf": time.Now().Unix(),
	}
	maps.Copy(claims, a.claims)
	var scopes []string
	for _, s := range strings.Fields(g.scope) {
		switch s {
		case "offline_access": // is not named
		case "User.Read", "GroupMember.Read.All":
			scopes = append(scopes, "https://graph.microsoft.com/"+s)
		default:
			scopes = append(scopes, s)
		}
	}
	object(w, 200, map[string]any{
		"token_type": "Bearer", "scope": strings.Join(scopes, " "), "expires_in": 4211, "ext_expires_in": 4211,
		"access_token": a.issue("EwBaccesstok-", g), "refresh_token": a.issue("M.C5refreshtok-", g), "id_token": idToken(claims),
	})
}

func (a *azure) device(w http.ResponseWriter, r *http.Request) {
	if a.failing(w) {
		return
	}
	a.mu.Lock()
	a.grants["device-code"] = &grant{scope: r.PostForm.Get("scope"), device: true}
	a.mu.Unlock()
	answer(w, 200, `{"user_code":"GTHK-QPMN","device_code":"device-code","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5,
	 "message":"To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code GTHK-QPMN to authenticate."}`)
}

func (a *azure) poll(w http.ResponseWriter, f url.Values) {
	if f.Get("grant_type") != "urn:ietf:params:oauth:grant-type:device_code" || f.Get("device_code") != "device-code" {
		a.t.Errorf("poll %v", f)
	}
	if len(a.polls) > 0 {
		next := a.polls[0]
		a.polls = a.polls[1:]
		a.refused(w, 400, next, 70016, "OAuth 2.0 device flow error.", "")
		return
	}
	a.mu.Lock()
	g := a.grants["device-code"]
	a.mu.Unlock()
	a.give(w, g)
}
