package auth

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/providers"
)

// oddKeys are members of a key set that no verification can use.
func oddKeys() []string {
	x := strings.Repeat("A", 43)
	return []string{
		`{"kty":"EC","crv":"P-256","kid":"k1","x":"` + x + `","y":"` + x + `"}`, // not on the curve
		`{"kty":"RSA","kid":"k1","n":"` + strings.Repeat("_", 400) + `","e":"` + strings.Repeat("_", 400) + `"}`,
		`{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"AAAA"}`,
		`{"kty":"RSA","kid":"k1","n":"AQ","N":"` + strings.Repeat("_", 400) + `","e":"AQAB"}`,
		`{"kty":"RSA","kty":"EC","kid":"k1"}`, `7`, `null`,
	}
}

// FuzzKeys reads key sets of any content. What is kept can be read again, and
// nothing that must not verify an ID token is offered for it.
func FuzzKeys(f *testing.F) {
	document, err := json.Marshal(keySetOf("k1", &testKey().PublicKey))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(document, "k1", "RS256")
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`), "", "HS256")
	for _, odd := range oddKeys() {
		f.Add([]byte(`{"keys":[`+odd+`]}`), "k1", "RS256")
	}
	f.Fuzz(func(t *testing.T, data []byte, kid, alg string) {
		s, err := readKeys(data)
		if (s == nil) == (err == nil) {
			t.Fatalf("%v %v", s, err)
		}
		if err != nil {
			return
		}
		again := keptKeys(t, s)
		if s.usable(kid, alg) == nil {
			if again.usable(kid, alg) != nil {
				t.Error("a key is usable and was not kept")
			}
			if kid != "" && !s.has(kid) {
				t.Error("a key is usable that is not there")
			}
		}
	})
}

// keptKeys reads what was kept of a key set.
func keptKeys(t *testing.T, s *keySet) *keySet {
	t.Helper()
	var library jose.JSONWebKeySet
	if err := json.Unmarshal(s.document, &library); err != nil {
		t.Fatalf("the library that verifies does not read what was kept: %v", err)
	}
	again, err := readKeys(s.document)
	if err != nil {
		t.Fatalf("what was kept cannot be read: %v", err)
	}
	for _, k := range again.keys {
		if k.unused || k.weak > 0 || k.broken || k.Type == "oct" {
			t.Errorf("kept %+v", k)
		}
	}
	return again
}

// Keys that were asked for before they rotated, and come after, do not decide
// about a token that is signed with a new one.
func TestKeysUnderWayAreOlderThanTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := make(chan string)
		asked := 0
		a, err := New(Options{
			Lookup: func(string) (*providers.Provider, bool) { return nil, false },
			Transport: transport(func(*http.Request, url.Values) (int, string, error) {
				asked++
				return 200, <-answers, nil
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		set := func(kid string) string {
			data, err := json.Marshal(keySetOf(kid, &testKey().PublicKey))
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
		p, address := &providers.Provider{ID: "x"}, "https://op.example/keys"
		var all sync.WaitGroup
		all.Go(func() {
			if _, _, err := a.prefetchKeys(t.Context(), p, address); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		time.Sleep(time.Second)
		all.Go(func() {
			s, err := a.keysFor(t.Context(), p, address, "new")
			if err != nil || !s.has("new") {
				t.Errorf("%+v, %v: the new key was not found", s, err)
			}
		})
		synctest.Wait()
		answers <- set("old")
		synctest.Wait()
		select {
		case answers <- set("new"):
		default: // nobody asks
		}
		all.Wait()
		if asked != 2 {
			t.Errorf("%d requests for keys, want 2", asked)
		}
		// A token of an unknown key does not make it two requests each time.
		time.Sleep(time.Hour)
		all.Go(func() {
			if s, err := a.keysFor(t.Context(), p, address, "nobody"); err != nil || s.has("nobody") {
				t.Errorf("%+v, %v", s, err)
			}
		})
		synctest.Wait()
		answers <- set("new")
		all.Wait()
		if asked != 3 {
			t.Errorf("%d requests for keys, want 3", asked)
		}
	})
}
