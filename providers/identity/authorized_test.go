package identity

import (
	"net/http"
	"testing"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// A client that authorizes requests by itself makes all of them, and the token
// is not sent beside it.
func TestAuthorizedRequests(t *testing.T) {
	proved := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Proved" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(body))
		}
	}
	w := world.New(t, map[string]http.HandlerFunc{
		"api.github.com/user":        proved(`{"id": 1, "login": "ada"}`),
		"api.github.com/user/emails": proved(`[{"email": "ada@example.org", "primary": true, "verified": true}]`),
		"api.github.com/user/teams":  proved(`[{"id": 7, "name": "Platform", "slug": "platform", "organization": {"login": "northwind"}}]`),
		"api.github.com/user/orgs":   proved(`[]`),
	})
	authorized := &http.Client{Transport: world.RoundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") != "" {
			t.Errorf("%s: the token is there already", r.URL.Path)
		}
		c := r.Clone(r.Context())
		c.Header.Set("Authorization", "Proved")
		return w.Client.Transport.RoundTrip(c)
	})}
	out, err := Ask(t.Context(), provider(t, "github"), Request{
		HTTP: w.Client, Authorized: authorized, AccessToken: providers.NewSecret(world.Canary),
		Scopes: []string{"read:user", "user:email", "read:org"}, Groups: true,
	})
	if err != nil || out.User.Email != "ada@example.org" || len(out.Groups) != 1 || len(out.Missing) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
}
