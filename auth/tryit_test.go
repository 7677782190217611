package auth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/tryit"
)

func TestTryItSendsAFreshToken(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	desk := TryIt(a)
	page, err := desk.Page(t.Context(), acc.ID)
	if err != nil || !slices.Contains(page.Own, p.URL) || len(page.Suggestions) == 0 || page.Suggestions[0].URL != p.URL+"/userinfo" {
		t.Fatalf("%+v, %v", page, err)
	}
	p.ExpireNow() // only a 401 tells
	x, err := desk.Send(t.Context(), acc.ID, tryit.Request{Method: "POST", URL: p.URL + "/api/x", Body: `{"a": 1}`})
	if err != nil || x.Status != http.StatusOK || p.Refreshes() != 1 {
		t.Errorf("%+v, %v, %d refreshes", x, err, p.Refreshes())
	}
	if _, err := desk.Send(t.Context(), "nobodynobody", tryit.Request{Method: "GET", URL: p.URL + "/userinfo"}); !errors.Is(err, ErrNoAccount) {
		t.Errorf("nobody's token: %v", err)
	}
}

// A token that is bound to a key comes with a proof for each request (RFC 9449 §7.1).
func TestTryItPresentsBoundTokens(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{DPoP: true, DPoPNonce: "a nonce"})
	a := boundAgent(t, p, &authtest.Browser{}, newMemStore(), "required")
	acc := signInBound(t, a)
	if kind := typeOf(t, a, acc.ID); kind != "DPoP" {
		t.Fatalf("the token is %s", kind)
	}
	x, err := TryIt(a).Send(t.Context(), acc.ID, tryit.Request{Method: "GET", URL: p.URL + "/userinfo"})
	if err != nil || x.Status != http.StatusOK {
		t.Errorf("%+v, %v", x, err)
	}
}

func TestTryItWithoutANetwork(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	p.Close()
	var unreached *tryit.UnreachedError
	if _, err := TryIt(a).Send(t.Context(), acc.ID, tryit.Request{Method: "GET", URL: p.URL + "/userinfo"}); !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("err = %v", err)
	}
	host := strings.TrimPrefix(p.URL, "http://")
	if _, err := TryIt(a).Send(t.Context(), acc.ID, tryit.Request{Method: "GET", URL: p.URL + "/userinfo"}); !errors.As(err, &unreached) || unreached.Host != host {
		t.Errorf("it does not say which server: %v", err)
	}
	// A server that the issuer may have published is not asked about meanwhile.
	if _, err := TryIt(a).Send(t.Context(), acc.ID, tryit.Request{Method: "GET", URL: "https://api.example.test/"}); !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("another server: %v", err)
	}
	if page, err := TryIt(a).Page(t.Context(), acc.ID); err != nil || len(page.Requests) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}

// What was tried goes with the account, and comes back with it.
func TestRequestsGoWithTheAccount(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	desk := TryIt(a)
	if _, err := desk.Send(t.Context(), acc.ID, tryit.Request{Method: "GET", URL: p.URL + "/userinfo"}); err != nil {
		t.Fatal(err)
	}
	if err := desk.Allow(t.Context(), acc.ID, "https://api.example.test", true); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Undo: time.Minute}); err != nil {
		t.Fatal(err)
	}
	if store.records[acc.ID+tryit.Suffix] != nil {
		t.Error("the requests stay behind")
	}
	if _, err := a.UndoSignOut(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	page, err := desk.Page(t.Context(), acc.ID)
	if err != nil || len(page.Requests) != 1 || len(page.Allowed) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}

// A server that echoes what it gets does not bring the token onto the screen.
func TestTryItHidesTheToken(t *testing.T) {
	p := authtest.NewProvider(t)
	var mu sync.Mutex
	var got string
	echo := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"you sent": "` + got + `"}`))
	}))
	t.Cleanup(echo.Close)
	a, err := New(Options{Lookup: p.Lookup, Store: newMemStore(), Transport: both{p.Transport(), echo.Client().Transport}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	acc := enroll(t, a, p, time.Hour)
	desk := TryIt(a)
	if err := desk.Allow(t.Context(), acc.ID, echo.URL, true); err != nil {
		t.Fatal(err)
	}
	x, err := desk.Send(t.Context(), acc.ID, tryit.Request{Method: "GET", URL: echo.URL + "/"})
	if err != nil || x.Tree == nil || !strings.HasPrefix(got, "Bearer ") {
		t.Fatalf("%+v, %v, got %q", x, err, got)
	}
	if text := x.Tree.Value(0); strings.Contains(text, strings.TrimPrefix(got, "Bearer ")) || !strings.Contains(text, "[redacted]") {
		t.Error("the token is in the answer")
	}
}

// both reaches a provider, and by https another server.
type both struct{ p, other http.RoundTripper }

func (b both) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "https" {
		return b.other.RoundTrip(r)
	}
	return b.p.RoundTrip(r)
}

// An export brings requests, and no servers that would get the token here.
func TestAnImportBringsRequestsWithoutServers(t *testing.T) {
	const name = "abcdef123456" + tryit.Suffix
	if id, beside := AccountOf(name); id != "abcdef123456" || !beside {
		t.Errorf("%s is about %q, %v", name, id, beside)
	}
	in, err := ReadImported(nil, name, []byte(`{"version": 1, "allowed": [{"origin": "https://evil.example"}], "requests": [{"method": "GET", "url": "https://api.example.test/"}]}`))
	if err != nil || !in.Beside || strings.Contains(string(in.Data), "evil") || !strings.Contains(string(in.Data), "api.example.test") {
		t.Errorf("%+v, %v", in, err)
	}
	for _, bad := range []string{`{"version": 2}`, strings.Repeat(" ", tryit.MaxRecord+1)} {
		if _, err := ReadImported(nil, name, []byte(bad)); err == nil {
			t.Errorf("%.20q was read", bad)
		}
	}
}
