//go:build foreign

package foreign

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/test/ports"
)

// lagoon is the provider file for Glewlwyd, whose redirect addresses are
// compared with the port.
func (w *world) lagoon(g *glewlwyd, port, more string) {
	w.t.Helper()
	w.browser.runs(g.page(w.browser))
	if !strings.Contains(more, "[client]") {
		more += "\n[client]"
	}
	more += "\nid = \"claviger-foreign\""
	w.provider("lagoon", fmt.Sprintf("name = \"Lagoon\"\npreset = \"oidc\"\nissuer = %q\n[redirect]\nports = [%s]\n%s",
		g.issuer, port, more))
}

// page is what the script of Glewlwyd's one page does for a person: it logs in,
// grants what is asked for, and goes on.
func (g *glewlwyd) page(b *browser) func(page) *http.Request {
	return func(p page) *http.Request {
		if !strings.HasSuffix(p.at.Path, "/login.html") {
			return nil
		}
		q := p.at.Query()
		do := func(method, path string, body object) bool {
			err := api(b.client, method, g.base+path, body, nil)
			if err != nil {
				g.t.Errorf("%s %s: %v", method, path, err)
			}
			return err == nil
		}
		switch q.Get("prompt") {
		case "deviceComplete", "deviceServerError":
			return nil
		case "end_session":
			b.forms = append(b.forms, "end_session")
			do(http.MethodDelete, "/api/auth/", nil)
			return nil
		}
		b.forms = append(b.forms, "login")
		if !do(http.MethodPost, "/api/auth/", object{"username": b.fields["login"], "password": b.fields["password"]}) {
			return nil
		}
		if !do(http.MethodPut, "/api/auth/grant/"+q.Get("client_id"), object{"scope": q.Get("scope")}) {
			return nil
		}
		req, err := http.NewRequest(http.MethodGet, q.Get("callback_url")+"&g_continue", nil)
		if err != nil {
			g.t.Error(err)
			return nil
		}
		return req
	}
}

// A sign-in at a server in C with ways of its own: redirect addresses with the
// port, tokens that rotate, groups as a claim of the ID token.
func TestGlewlwyd(t *testing.T) {
	port := ports.Free(t)
	g, w := startGlewlwyd(t, port, nil), newWorld(t)
	w.lagoon(g, port, "")
	a := w.login("lagoon", "--groups")
	w.keepsSecrets()
	if a.User.Name != "Nadia Foreign" || a.User.Email != "nadia@foreign.example" || a.Issuer != g.issuer || a.State != "active" {
		t.Errorf("account %+v", a)
	}
	for _, from := range []string{"id_token", "userinfo"} {
		if got := a.groups(from); !slices.Equal(got, []string{"harbour", "lighthouse"}) {
			t.Errorf("groups of %s %q", from, got)
		}
	}
	seen := map[string]bool{w.token(): true}
	for range 2 {
		seen[w.token("--force")] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d different tokens from a sign-in and two refreshes", len(seen))
	}
	w.want(0, "whoami", "--refresh")
	// Its revocation is for clients with a secret: that is said, and the
	// account is forgotten all the same.
	twin := w.twin()
	says(t, w.want(0, "logout").out, "Nadia Foreign at Lagoon", "could not be revoked", "requires a secret")
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts %q", got)
	}
	twin.token("--force")
}

// A client with a secret can revoke, reuse of a refresh token ends the chain,
// and the answer comes as a form.
func TestGlewlwydConfidential(t *testing.T) {
	port := ports.Free(t)
	g, w := startGlewlwyd(t, port, nil), newWorld(t)
	const secret = "a-secret-for-the-test"
	g.client(port, object{
		"confidential": true, "client_secret": secret, "token_endpoint_auth_method": []string{"client_secret_basic"},
		"authorization_type": []string{"code", "refresh_token", "client_credentials"},
	})
	w.setenv("CLAVIGER_LAGOON_CLIENT_SECRET", secret)
	w.lagoon(g, port, "response_mode = \"form_post\"\n[client]\nsecret = \"required\"\nauth = \"client_secret_basic\"")
	w.login("lagoon")
	if w.browser.query("code") != nil {
		t.Error("the code stood in an address")
	}
	twin := w.twin()
	w.token("--force")
	for _, side := range []*world{twin, w} { // 400 with an empty body
		says(t, side.want(3, "token", "--force").stderr, "Your session has ended", "claviger login ")
	}
	w.login("lagoon")
	twin = w.twin()
	says(t, w.want(0, "logout").out, "Tokens revoked.", "now rejects the access token (401)")
	twin.want(3, "token", "--force")
}

// The request goes ahead of the browser, and the secret is in the body, with any
// characters.
func TestGlewlwydPushed(t *testing.T) {
	port := ports.Free(t)
	g := startGlewlwyd(t, port, object{
		"oauth-par-allowed": true, "oauth-par-required": true, "oauth-par-duration": 90,
		"oauth-par-request_uri-prefix": "urn:ietf:params:oauth:request_uri:",
	})
	w := newWorld(t)
	const secret = "a secret: with 100% odd/characters+&"
	g.client(port, object{
		"confidential": true, "client_secret": secret, "token_endpoint_auth_method": []string{"client_secret_post"},
	})
	w.setenv("CLAVIGER_LAGOON_CLIENT_SECRET", secret)
	w.lagoon(g, port, "[client]\nsecret = \"required\"\nauth = \"client_secret_post\"")
	w.login("lagoon")
	if q := w.browser.query("request_uri"); q == nil || q.Has("redirect_uri") || q.Has("code_challenge") {
		t.Error("the request went through the browser")
	}
	w.token("--force")
}

// Glewlwyd refuses another port, and another client, with 403 and an empty
// page: the person has only what their browser says of that.
func TestGlewlwydRefuses(t *testing.T) {
	port := ports.Free(t)
	g, w := startGlewlwyd(t, port, nil), newWorld(t)
	other := ports.Free(t)
	w.lagoon(g, other, "")
	shown, got := w.stays("lagoon")
	says(t, shown.text, "HTTP ERROR 403")
	says(t, got.Detail, "redirect URI is not registered", "client ID")
	if got.Kind != "failed" || got.RedirectURI != "http://127.0.0.1:"+other+"/callback/lagoon" {
		t.Errorf("%+v", got)
	}
	w.lagoon(g, port, "")
	w.setenv("CLAVIGER_LAGOON_CLIENT_ID", "claviger-forein")
	shown, got = w.stays("lagoon")
	says(t, shown.text, "HTTP ERROR 403")
	says(t, got.Detail, "redirect URI is not registered", "client ID")
}

// Device flow and end of session, through the same page.
func TestGlewlwydDevice(t *testing.T) {
	port := ports.Free(t)
	g, w := startGlewlwyd(t, port, nil), newWorld(t)
	w.lagoon(g, port, "")
	p := w.start("login", "lagoon", "--device", "--json")
	w.browser.visit(t.Context(), p.says(withCode))
	if got := w.browser.last().at.Query().Get("prompt"); got != "deviceComplete" {
		t.Errorf("the browser ended at %q", got)
	}
	a := decode[account](t, p.ends(0).out)
	if a.User.Name != "Nadia Foreign" || !a.Remembered {
		t.Errorf("account %+v", a)
	}
	w.token("--force")
	w.want(0, "logout", "--browser")
	w.browser.last()
	if got := w.browser.asked(); got != "end_session" {
		t.Errorf("the person was asked %q", got)
	}
}
