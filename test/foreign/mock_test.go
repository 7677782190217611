//go:build foreign

package foreign

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// startMock runs the npm oauth2-mock-server.
func startMock(t *testing.T) *server {
	t.Helper()
	return startNode(t, "mock.mjs", nil)
}

// misbehaves has the server do something wrong the next time.
func (s *server) misbehaves(how string) {
	s.t.Helper()
	if got := s.order(how); got != "ok" {
		s.t.Fatalf("the server does not know %q: %q", how, got)
	}
}

// quay is the provider file for it.
func (w *world) quay(s *server) {
	w.t.Helper()
	w.provider("quay", fmt.Sprintf("name = \"Quay\"\npreset = \"oidc\"\nissuer = %q\n[client]\nid = \"claviger-foreign\"\n", s.issuer))
}

// A server that asks nobody anything, gives scopes that nobody asked for, and
// has no refresh_token among the grants that it announces.
func TestMock(t *testing.T) {
	t.Parallel()
	s, w := startMock(t), newWorld(t)
	w.quay(s)
	a := w.login("quay", "--groups")
	w.keepsSecrets()
	want := user{ID: "johndoe", Login: "johndoe", Name: "John Doe", Email: "john@mock.example"}
	if a.User != want || a.Issuer != s.issuer || !slices.Equal(a.groups("userinfo"), []string{"crew"}) {
		t.Errorf("account %+v", a)
	}
	w.checked()
	w.token("--force")
	w.checked()
	w.misbehaves(s, "broken", 4, "temporarily unavailable", "token", "--force")
	if got := w.state(); got != "offline" {
		t.Errorf("state %q", got)
	}
	w.token("--force")
	w.misbehaves(s, "subject", 3, "can no longer be verified", "token", "--force")
	w.login("quay")
	w.misbehaves(s, "invalid_grant", 3, "Your session has ended", "token", "--force")
	w.login("quay")
	s.misbehaves("revocation refused")
	says(t, w.want(0, "logout", "--browser").out, "could not be revoked")
	if end := w.browser.last(); !strings.Contains(end.text, "Logout successful") {
		t.Errorf("the browser ended with %q", end.text)
	}
}

// misbehaves runs a command while the server does something wrong.
func (w *world) misbehaves(s *server, how string, code int, words string, args ...string) {
	w.t.Helper()
	s.misbehaves(how)
	r := w.want(code, args...)
	if !strings.Contains(r.stderr, words) {
		w.t.Errorf("%s: %q is missing in\n%s", how, words, scrub(r.stderr))
	}
}

// Whatever is wrong with an answer: nobody is signed in, and the words say
// what it was.
func TestMockMisbehaves(t *testing.T) {
	t.Parallel()
	s, w := startMock(t), newWorld(t)
	w.quay(s)
	for _, c := range []struct {
		how   string
		code  int
		words string
	}{
		{"nonce", 1, "nonce"},
		{"no nonce", 1, "nonce"},
		{"audience", 1, "aud"},
		{"issuer", 1, "iss"},
		{"expired", 1, "clock"},
		{"no id token", 1, "no ID token"},
		{"no access token", 1, "no access token"},
		{"mac token", 1, "type is not Bearer"},
		{"invalid_grant", 1, "expired or was already used"},
		{"invalid_client", 1, "client ID"},
		{"broken", 4, "temporarily unavailable"},
		{"userinfo of another", 1, "about someone else"},
		{"foreign iss", 1, "names another issuer"},
		{"denied", 6, "Access denied"},
	} {
		w.misbehaves(s, c.how, c.code, c.words, "login", "quay", "--no-remember")
	}
	w.misbehaves(s, "nonce", 1, "nonce", "login", "quay")
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts %q", got)
	}
	// What only the details lack is said, and the person is signed in.
	s.misbehaves("userinfo refused")
	if a := w.login("quay"); a.User.ID != "johndoe" || len(a.Missing) == 0 {
		t.Errorf("account %+v", a)
	}
}

// An answer with another state ends nothing: the sign-in goes on waiting.
func TestMockWrongState(t *testing.T) {
	t.Parallel()
	s, w := startMock(t), newWorld(t)
	w.quay(s)
	s.misbehaves("wrong state")
	w.browser.begin()
	p := w.start("login", "quay", "--json")
	if end := w.browser.last(); end.status != 400 {
		t.Errorf("the browser ended with %d", end.status)
	}
	w.browser.visit(t.Context(), p.says(signInLink))
	if a := decode[account](t, p.ends(0).out); a.User.ID != "johndoe" {
		t.Errorf("account %+v", a)
	}
}
