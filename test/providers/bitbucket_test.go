package providers_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// newBitbucket is Bitbucket Cloud: the secret in the header, always, one callback
// address, scopes under another name, pages behind next, nothing to revoke. It
// knows no PKCE and ignores it.
func newBitbucket(t *testing.T) *house {
	h := newHouse(t, &rules{
		login: "bitbucket.org/site/oauth2/authorize", token: "bitbucket.org/site/oauth2/access_token",
		mismatch: "Invalid redirect_uri. The integration asked to return to an address that its consumer does not have.",
		secret:   "header", scopes: "account email", lifetime: 7200,
		tokens: func(v map[string]any) {
			v["scopes"], v["token_type"], v["state"] = v["scope"], "bearer", "authorization_code"
			delete(v, "scope")
		},
		bad: refusals{
			client: [2]string{"unauthorized_client", "Invalid OAuth client credentials"}, code: [2]string{"invalid_grant", "The specified code is not valid."},
			refresh: [2]string{"invalid_request", "Invalid refresh_token"},
		},
	})
	const refusal = `{"type":"error","error":{"message":"Access token expired. Use your refresh token to obtain a new access token."}}`
	h.api("api.bitbucket.org/2.0/user", refusal, `{"type":"user","uuid":"{c7a1b2c3-0000-4000-8000-000000000001}","account_id":"557058:c7a1","nickname":"sven","username":"svenberg",
	 "display_name":"Sven Berg","links":{"avatar":{"href":"https://secure.gravatar.com/avatar/sven"}}}`)
	h.api("api.bitbucket.org/2.0/user/emails", refusal, `{"pagelen":100,"values":[{"type":"email","email":"old@example.org","is_primary":false,"is_confirmed":true},
	 {"type":"email","email":"sven@example.org","is_primary":true,"is_confirmed":true}],"page":1,"size":2}`)
	h.serve("secure.gravatar.com/avatar/sven", picture(h.internet, false))
	const place = "api.bitbucket.org/2.0/user/workspaces"
	h.serve(place, h.bearer(refusal, func(w http.ResponseWriter, r *http.Request) {
		n := 1
		_, _ = fmt.Sscan(r.URL.Query().Get("page"), &n)
		next := ""
		if n < 3 {
			next = fmt.Sprintf(`,"next":"https://%s?pagelen=100&page=%d"`, place, n+1)
		}
		if r.URL.Query().Get("pagelen") != "100" {
			t.Errorf("query %v", r.URL.Query())
		}
		answer(w, 200, fmt.Sprintf(`{"pagelen":100,"values":[{"type":"workspace_access","administrator":false,"workspace":{"slug":"acme-%d","uuid":"{%d}","type":"workspace_base"}}],"page":%d%s}`, n, n, n, next))
	}))
	return h
}

func TestBitbucket(t *testing.T) {
	const consumers = "https://bitbucket.org/account/workspaces/"
	(&stay{
		provider: "bitbucket", house: newBitbucket, exact: "127.0.0.1", scope: "account email",
		want: outcome{
			User: identity.User{
				ID: "{c7a1b2c3-0000-4000-8000-000000000001}", Login: "svenberg", Name: "Sven Berg", Email: "sven@example.org", EmailVerified: true,
				Picture: "https://secure.gravatar.com/avatar/sven",
			},
			Groups: []string{"workspace acme-1", "workspace acme-2", "workspace acme-3"}, Scopes: []string{"account", "email"}, Lifetime: 2 * time.Hour, Refresh: true,
		},
		page: "https://bitbucket.org/account/settings/app-authorizations/",
		faults: []fault{
			{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"another callback URL", "http://127.0.0.1:51789/callback/bitbucket", consumers}},
			{name: "unknown key", page: true, set: shows("Invalid client_id. This integration is misconfigured. Contact the vendor for assistance."), code: "browser-page", says: []string{"does not know this key", consumers}},
			{
				name: "wrong secret", set: answers(400, "unauthorized_client", "Invalid OAuth client credentials"), code: "unauthorized_client",
				says: []string{"Wrong key or secret", "Copy both", consumers},
			},
			{name: "permission not ticked", set: sends("invalid_scope", "The requested scope is not granted to the consumer."), code: "invalid_scope", says: []string{"lacks the permissions", "“Email”", consumers}},
			{name: "code used", set: answers(400, "invalid_grant", "The specified code is not valid."), code: "invalid_grant", says: []string{"code has expired or was already used", "Start again"}},
		},
	}).run(t)
}
