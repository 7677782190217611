package providers_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"claviger/auth"
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
		case "offline_access": // is not told
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

func azureDesk(t *testing.T, segment, tid string) (*azure, *desk) {
	t.Helper()
	a := newAzure(t, segment, tid)
	return a, newDesk(t, a.op, a.transport(), "", azID, "CLAVIGER_AZURE_TENANT="+segment, "CLAVIGER_AZURE_CLIENT_SECRET="+clientSecret)
}

func (a *azure) place(what string) string { return azHost + "/" + a.segment + "/oauth2/v2.0/" + what }

func TestAzureSignIn(t *testing.T) {
	for _, segment := range []string{"common", "organizations", azTenant, "contoso.onmicrosoft.com"} {
		a, d := azureDesk(t, segment, azTenant)
		a.claims["roles"], a.claims["wids"] = []string{"Task.Write"}, []string{"62e90394-69f5-4237-9190-012177145e10"}
		acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true, LoginHint: "ines@contoso.example"})
		q := a.last(a.place("authorize"))
		loopback(t, q, "localhost")
		if q.query.Get("scope") != "openid profile email User.Read offline_access GroupMember.Read.All" || q.query.Get("login_hint") != "ines@contoso.example" || q.query.Has("prompt") {
			t.Errorf("authorization request %v", q.query)
		}
		if acc.Issuer != "https://"+azHost+"/"+azTenant+"/v2.0" || !passed(acc, "iss") || !passed(acc, "nonce") || passed(acc, "at_hash") {
			t.Errorf("%s: issuer %s, %+v", segment, acc.Issuer, acc.Checks)
		}
		u := acc.User
		if u.ID != "8f2a1c44-9d3b-4f0e-8a55-0c1d2e3f4a5b" || u.Name != "Ines Ferreira" || u.Email != "ines@contoso.example" || u.EmailVerified || u.Login != "ines@contoso.example" {
			t.Errorf("user %+v", u)
		}
		want := []string{"directory role 62e90394-69f5-4237-9190-012177145e10", "group 6c1f2d3e-0000-4000-8000-000000000002", "group Operations", "group Platform", "role Task.Write"}
		if diff := cmp.Diff(want, groupNames(acc.Groups)); diff != "" || len(acc.Missing) != 0 {
			t.Errorf("%s, missing %v", diff, acc.Missing)
		}
		if diff := cmp.Diff([]string{"GroupMember.Read.All", "User.Read", "email", "openid", "profile"}, sorted(acc.Scopes)); diff != "" {
			t.Error(diff)
		}
		if left := time.Until(acc.ExpiresAt); left < 69*time.Minute || left > 71*time.Minute || !acc.CanRefresh {
			t.Errorf("expires in %v", left)
		}
		if data, err := d.agent.Picture(t.Context(), acc.ID); err != nil || string(data) != png {
			t.Errorf("picture: %d bytes, %v", len(data), err)
		}
	}
}

// Where the tenant is named, a token of another one is somebody else's.
func TestAzureOtherTenant(t *testing.T) {
	for _, segment := range []string{azTenant, "contoso.onmicrosoft.com", "consumers"} {
		a, d := azureDesk(t, segment, azOther)
		acc, err := d.signIn(auth.SignInRequest{Provider: "azure"})
		var bad *auth.IDTokenError
		if acc != nil || !errors.As(err, &bad) || len(a.to("graph.microsoft.com/v1.0/me")) != 0 {
			t.Fatalf("%s: %+v, %v", segment, acc, err)
		}
		says(t, d.words("azure", err), "identity could not be verified", "iss")
	}
	// The template is no free choice either: the token's own tid counts.
	a, d := azureDesk(t, "common", azTenant)
	a.claims["iss"] = "https://" + azHost + "/" + azOther + "/v2.0"
	if _, err := d.signIn(auth.SignInRequest{Provider: "azure"}); !errors.Is(err, auth.ErrIDToken) {
		t.Errorf("iss and tid differ: %v", err)
	}
}

func TestAzurePersonalAccount(t *testing.T) {
	for _, segment := range []string{"common", "consumers"} {
		a, d := azureDesk(t, segment, azPersonal)
		a.serve("graph.microsoft.com/v1.0/me/photos/48x48/$value", a.bearer(azBad, func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusNotFound, `{"error":{"code":"ImageNotFound","message":"Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown."}}`)
		}))
		a.claims["email"] = "" // it need not be there
		acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true})
		if len(acc.Groups) != 0 || len(acc.Missing) != 0 || len(a.to(azGroups)) != 0 || acc.User.Email != "" || acc.User.Login != "ines@contoso.example" {
			t.Errorf("%+v", acc)
		}
		if data, err := d.agent.Picture(t.Context(), acc.ID); data != nil || err != nil {
			t.Errorf("picture %v, %v", data, err)
		}
	}
}

func TestAzureTooManyGroups(t *testing.T) {
	a, d := azureDesk(t, "common", azTenant)
	a.claims["_claim_names"] = map[string]string{"groups": "src1"}
	a.claims["_claim_sources"] = map[string]any{"src1": map[string]string{"endpoint": "https://graph.windows.net/x/users/y/getMemberObjects"}}
	if acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true}); len(acc.Groups) != 3 || len(acc.Missing) != 0 {
		t.Errorf("groups %v, missing %v", acc.Groups, acc.Missing)
	}
	// Without the administrator's consent Graph gives none.
	a.serve(azGroups, a.bearer(azBad, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusForbidden, `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}`)
	}))
	acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true})
	if s := fmt.Sprint(acc.Missing); !strings.Contains(s, "too many") || !strings.Contains(s, "administrator") {
		t.Errorf("missing %s", s)
	}
}

func TestAzureRefreshGivesANewTokenEachTime(t *testing.T) {
	a, d := azureDesk(t, "common", azTenant)
	acc := d.must(auth.SignInRequest{Provider: "azure"})
	for range 3 {
		d.refresh(acc)
	}
	var used []string
	for _, r := range a.to(a.place("token"))[1:] {
		used = append(used, r.form.Get("refresh_token"))
		if a.alive(r.form.Get("refresh_token")) == nil {
			t.Error("an old one died")
		}
	}
	slices.Sort(used)
	if len(slices.Compact(used)) != 3 {
		t.Error("an old refresh token was used again")
	}
	if got, err := d.agent.Check(t.Context(), acc.ID); err != nil || got.State != auth.StateActive || !passed(got, "iss") {
		t.Errorf("%+v, %v", got, err)
	}
	// Months later.
	a.kill(a.alive(d.token(acc)), all)
	_, err := d.agent.Refresh(t.Context(), acc.ID)
	p := d.words("azure", err)
	if says(t, p, "Your session ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) || p.Kind != auth.KindNeedsSignIn || !strings.Contains(p.Code, "AADSTS700082") {
		t.Errorf("%v, %+v", err, p)
	}
}

func TestAzureSignOut(t *testing.T) {
	a, d := azureDesk(t, "common", azTenant)
	a.claims["login_hint"] = "O.CiQ5"
	acc := d.must(auth.SignInRequest{Provider: "azure"})
	raw := stored(d, acc).IDToken.Reveal()
	d.browser.Away = true
	before := a.count()
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Forgotten.Outcome != auth.OutcomeDone || receipt.Revoked.Outcome != auth.OutcomeNotOffered || receipt.Session.Outcome != auth.OutcomeDone {
		t.Fatalf("%+v, %v", receipt, err)
	}
	if !strings.Contains(receipt.Revoked.Detail, "https://myapps.microsoft.com") || a.count() != before {
		t.Errorf("%+v, %d requests", receipt.Revoked, a.count()-before)
	}
	opened := d.browser.Opened()
	u, err := url.Parse(opened[len(opened)-1])
	if err != nil || u.Host+u.Path != a.place("logout") || u.Query().Get("id_token_hint") != raw || u.Query().Get("logout_hint") != "O.CiQ5" {
		t.Errorf("opened %v, %v", u, err)
	}
}

func TestAzureErrors(t *testing.T) {
	const page = "https://entra.microsoft.com/"
	for number, tc := range map[int]struct {
		status     int
		code       string
		text, more string
		says       []string
	}{
		50011:   {400, "invalid_request", "The redirect URI 'http://localhost:4711/callback' specified in the request does not match.", "", []string{"redirect address is not registered", "Mobile and desktop applications", "http://localhost/callback", page}},
		7000218: {401, "invalid_client", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", "", []string{"expects a secret", "Mobile and desktop applications", "public client flows", "http://localhost/callback", page}},
		65001:   {400, "invalid_grant", "The user or administrator has not consented to use the application.", "consent_required", []string{"permission is missing", "administrator", "API permissions", "Entra admin center", page}},
		700016:  {400, "unauthorized_client", "Application with identifier '" + clientID + "' was not found in the directory.", "", []string{"app ID is unknown", "client ID and tenant", page}},
		50194:   {400, "invalid_request", "Application is not configured as a multi-tenant application.", "", []string{"one organisation", "tenant ID"}},
		54005:   {400, "invalid_grant", "OAuth2 Authorization code was already redeemed.", "", []string{"used twice", "Start again"}},
	} {
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			a, d := azureDesk(t, "common", azTenant)
			a.fail(func(w http.ResponseWriter) bool { return a.refused(w, tc.status, tc.code, number, tc.text, tc.more) })
			acc, err := d.signIn(auth.SignInRequest{Provider: "azure"})
			p := d.words("azure", err)
			if says(t, p, tc.says...); acc != nil || p.Code != fmt.Sprintf("%s (AADSTS%d)", tc.code, number) {
				t.Errorf("%+v, %+v", acc, p)
			}
		})
	}
	t.Run("declined in the browser", func(t *testing.T) {
		a, d := azureDesk(t, "common", azTenant)
		a.refuse = url.Values{"error": {"access_denied"}, "error_subcode": {"cancel"}, "error_description": {"AADSTS65004: User declined to consent to access the app."}}
		_, err := d.signIn(auth.SignInRequest{Provider: "azure"})
		p := d.words("azure", err)
		if says(t, p, "You declined the permissions"); p.Kind != auth.KindRefused {
			t.Errorf("%+v", p)
		}
	})
}

// Somebody's own file sends a secret to a public registration.
func TestAzureWithSecret(t *testing.T) {
	a := newAzure(t, "common", azTenant)
	d := newDesk(t, a.op, a.transport(), "id = \"mine\"\npreset = \"azure\"\n[client]\nid = \""+clientID+"\"\nsecret = \"optional\"\nauth = \"client_secret_post\"\n", "CLAVIGER_MINE_CLIENT_SECRET="+clientSecret)
	_, err := d.signIn(auth.SignInRequest{Provider: "mine"})
	p := d.words("mine", err)
	if says(t, p, "Remove the client secret", "out of the settings"); p.Code != "invalid_client (AADSTS700025)" {
		t.Errorf("%+v", p)
	}
}

func TestAzureDevice(t *testing.T) {
	for name, tc := range map[string]struct {
		polls []string
		is    error
		says  string
	}{
		"done":     {[]string{"authorization_pending", "authorization_pending"}, nil, ""},
		"declined": {[]string{"authorization_pending", "authorization_declined"}, nil, "Access was not granted"},
		"expired":  {[]string{"expired_token"}, auth.ErrDeviceExpired, "The code ran out"},
		"bad code": {[]string{"bad_verification_code"}, nil, "Start again"},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAzure(t, "common", azTenant)
			a.polls = slices.Clone(tc.polls)
			d := newDesk(t, a.op, direct{a.internet}, "", azID)
			f, err := d.agent.Start(t.Context(), auth.SignInRequest{Provider: "azure", Device: true})
			if err != nil {
				t.Fatal(err)
			}
			if c := f.Device(); f.URL() != "https://microsoft.com/devicelogin" || c.VerificationURIComplete != "" || c.UserCode != "GTHK-QPMN" {
				t.Errorf("code %+v", c)
			}
			acc, err := f.Wait(t.Context())
			if tc.says != "" {
				if says(t, d.words("azure", err), tc.says); tc.is != nil && !errors.Is(err, tc.is) {
					t.Errorf("%s: %v", name, err)
				}
				return
			}
			if err != nil || acc.User.Name != "Ines Ferreira" || passed(acc, "nonce") {
				t.Errorf("%+v, %v", acc, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		a := newAzure(t, "common", azTenant)
		a.fail(func(w http.ResponseWriter) bool {
			return a.refused(w, 401, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", "")
		})
		d := newDesk(t, a.op, direct{a.internet}, "", azID)
		_, err := d.signIn(auth.SignInRequest{Provider: "azure", Device: true})
		says(t, d.words("azure", err), "public client flows")
	})
}
