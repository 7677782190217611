package probe

import (
	"io"
	"net/http"
	"testing"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/providers"
)

func TestProbeOfTheClient(t *testing.T) {
	token := func(h http.HandlerFunc) map[string]http.HandlerFunc { return map[string]http.HandlerFunc{"/token": h} }
	byClient := func(known, unknown http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.FormValue("client_id") == "client-1" {
				known(w, r)
				return
			}
			unknown(w, r)
		}
	}
	public := func(p *providers.Provider) {
		p.Client = providers.Client{ID: "client-1", SecretUse: "none", Auth: "none"}
	}
	given := func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{"access_token": canaryAccess, "token_type": "Bearer"})
	}
	for name, c := range map[string]spoilt{
		"unknown":           {spoil: token(oauthError(401, "invalid_client", "no such client")), outcome: idtoken.Failed, says: "no such client", next: "app registration"},
		"not for this":      {spoil: token(oauthError(400, "unauthorized_client", "")), outcome: idtoken.Failed, says: "not allowed to sign in this way", next: "allow authorization code"},
		"no code flow":      {spoil: token(oauthError(400, "unsupported_grant_type", "")), outcome: idtoken.Failed, says: "does not support"},
		"requires a secret": {spoil: token(oauthError(400, "invalid_request", "client_secret is missing")), outcome: idtoken.Failed, says: "client secret"},
		"unclear":           {spoil: token(oauthError(400, "invalid_request", "malformed")), outcome: idtoken.Skipped, says: "malformed"},
		"busy":              {spoil: token(oauthError(503, "", "")), outcome: idtoken.Skipped, says: "temporarily unavailable"},
		"a web page":        {spoil: token(webPage(200, "<html>Hello")), outcome: idtoken.Failed, says: "HTML", next: "endpoints"},
		"no page":           {spoil: token(http.NotFound), outcome: idtoken.Failed, next: "endpoints"},
		"a third refusal":   {spoil: token(byClient(oauthError(200, "bad_verification_code", ""), oauthError(404, "Not Found", ""))), outcome: idtoken.Skipped, says: "secret"},
		"its own codes": {
			spoil:   token(byClient(oauthError(200, "bad_verification_code", ""), oauthError(200, "incorrect_client_credentials", ""))),
			outcome: idtoken.Passed, says: "secret accepted",
		},
		"code first":         {spoil: token(oauthError(400, "invalid_grant", "")), outcome: idtoken.Skipped, says: "secret could not be checked"},
		"code first, public": {spoil: token(oauthError(400, "invalid_grant", "")), change: public, outcome: idtoken.Passed, says: "sign-in request is accepted"},
		"code first, and nothing else": {
			spoil:   map[string]http.HandlerFunc{"/token": oauthError(400, "invalid_grant", ""), "/authorize": goTo("/login")},
			change:  public,
			outcome: idtoken.Skipped, says: "before the client",
		},
		"return address":  {spoil: token(oauthError(400, "redirect_uri_mismatch", "")), outcome: idtoken.Failed, says: "not registered"},
		"echoes a secret": {spoil: token(oauthError(400, "invalid_request", "got "+canarySecret)), outcome: idtoken.Skipped, says: "got"},
		"gives a token":   {spoil: token(given), outcome: idtoken.Failed, says: "never existed", next: "operator"},
	} {
		c.check = "client"
		t.Run(name, c.run)
	}
}

func TestProbeOfTheReturnAddress(t *testing.T) {
	visit := func(h http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/authorize": h}
	}
	back := func(query string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.FormValue("redirect_uri")+"?"+query, http.StatusFound)
		}
	}
	form := `<html><body><form><input name="redirect_uri"></form>Ask your administrator</body></html>`
	for name, c := range map[string]spoilt{
		"not registered": {
			spoil:   visit(webPage(400, "<title>Error</title><style>x</style><p>Invalid redirect_uri</p><script>y</script>")),
			outcome: idtoken.Failed, says: "not registered", next: "redirect URIs",
		},
		"unknown client":       {spoil: visit(webPage(401, "<h2>unknown client</h2>")), outcome: idtoken.Failed, says: "Client ID"},
		"looked at later":      {spoil: visit(goTo("/login")), outcome: idtoken.Skipped, says: "signing in first"},
		"a sign-in page":       {spoil: visit(webPage(200, form)), outcome: idtoken.Skipped, says: "signing in first"},
		"a message":            {spoil: visit(webPage(200, "<p>redirect_uri_mismatch</p>")), outcome: idtoken.Failed, says: "not registered"},
		"to an error page":     {spoil: visit(goTo("/oauth/error?id=7")), outcome: idtoken.Failed, says: "error page", next: "claviger explain"},
		"to a known error":     {spoil: visit(goTo("/fail?error=invalid_client")), outcome: idtoken.Failed, says: "Client ID"},
		"back with an error":   {spoil: visit(back("error=invalid_scope&error_description=no+such+scope")), outcome: idtoken.Failed, says: "no such scope"},
		"back without session": {spoil: visit(back("error=login_required")), outcome: idtoken.Skipped, says: "signing in first"},
		"back, busy":           {spoil: visit(back("error=server_error")), outcome: idtoken.Skipped, says: "temporarily unavailable"},
		"says nothing":         {spoil: visit(webPage(400, "<p>Oops "+canarySecret+"</p>")), outcome: idtoken.Failed, says: "Its page says: “Oops "},
		"no page":              {spoil: visit(http.NotFound), outcome: idtoken.Failed, says: "no page"},
		"not for programs":     {spoil: visit(webPage(403, "<p>Just a moment</p>")), outcome: idtoken.Skipped, says: "does not let programs in"},
		"busy":                 {spoil: visit(webPage(503, "redirect_uri")), outcome: idtoken.Skipped, says: "temporarily unavailable"},
	} {
		c.check = "redirect"
		t.Run(name, c.run)
	}
}

func TestProbeOfAnnouncedRequests(t *testing.T) {
	offered := func(m map[string]any) {
		base, _ := m["issuer"].(string)
		m["pushed_authorization_request_endpoint"] = base + "/par"
	}
	accepted := func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code_challenge") == "" || r.FormValue("redirect_uri") == "" || r.FormValue("response_type") != "code" {
			oauthError(400, "invalid_request", "incomplete")(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"request_uri":"urn:x","expires_in":60}`)
	}
	never := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }
	for name, c := range map[string]spoilt{
		"accepted":   {spoil: map[string]http.HandlerFunc{"/par": accepted, "/authorize": never}, outcome: idtoken.Passed, says: "whole request"},
		"its code":   {spoil: map[string]http.HandlerFunc{"/par": oauthError(400, "invalid_redirect_uri", "no")}, outcome: idtoken.Failed, says: "redirect URI"},
		"its words":  {spoil: map[string]http.HandlerFunc{"/par": oauthError(400, "invalid_request", "redirect_uri did not match any")}, outcome: idtoken.Failed, says: "not registered"},
		"its scope":  {spoil: map[string]http.HandlerFunc{"/par": oauthError(400, "invalid_scope", "no such")}, outcome: idtoken.Failed, says: "permission"},
		"busy":       {spoil: map[string]http.HandlerFunc{"/par": oauthError(500, "server_error", "")}, outcome: idtoken.Skipped, says: "no OAuth response"},
		"no answer":  {spoil: map[string]http.HandlerFunc{"/par": webPage(200, "<html>")}, outcome: idtoken.Skipped, says: "no OAuth response"},
		"its client": {spoil: map[string]http.HandlerFunc{"/par": oauthError(401, "invalid_client", "")}, outcome: idtoken.Failed, says: "Client ID"},
		"never": {
			spoil:   map[string]http.HandlerFunc{"/par": never, "/authorize": webPage(503, "")},
			change:  func(p *providers.Provider) { p.Authorization.PAR = "never" },
			outcome: idtoken.Skipped, says: "temporarily unavailable",
		},
	} {
		c.check, c.metadata = "redirect", offered
		t.Run(name, c.run)
	}
}

func TestProbeOfTheDeviceEndpoint(t *testing.T) {
	device := func(h http.HandlerFunc) map[string]http.HandlerFunc { return map[string]http.HandlerFunc{"/device": h} }
	for name, c := range map[string]spoilt{
		"none":    {metadata: func(m map[string]any) { delete(m, "device_authorization_endpoint") }, outcome: idtoken.Skipped, says: "Not supported"},
		"busy":    {spoil: device(webPage(503, "")), outcome: idtoken.Skipped, says: "temporarily unavailable"},
		"no page": {spoil: device(http.NotFound), outcome: idtoken.Failed, next: "endpoints"},
		"text":    {spoil: device(webPage(400, "client_id is missing")), outcome: idtoken.Skipped, says: "no OAuth response"},
		"not this app": {
			spoil:   device(oauthError(400, "unauthorized_client", "no device grant")),
			outcome: idtoken.Skipped, says: "not available to this app. this app is not allowed", next: "device code",
		},
		"switched off": {spoil: device(oauthError(200, "device_flow_disabled", "")), outcome: idtoken.Skipped, says: "turned off for this app", next: "Turn on"},
		"wrong scope":  {spoil: device(oauthError(400, "invalid_scope", "no such scope")), outcome: idtoken.Failed, says: "no such scope", next: "permissions"},
	} {
		c.check = "device"
		t.Run(name, c.run)
	}
	// Without an app, no code can be asked for.
	got := newProbeOP(t).probe(t, func(p *providers.Provider) { p.Client.ID = "" }, Tester{})
	if c := got.check("device"); c.Outcome != idtoken.Passed || c.Reason != "The device endpoint answers." {
		t.Errorf("%+v", c)
	}
}
