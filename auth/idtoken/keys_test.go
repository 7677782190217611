package idtoken

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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
	f.Add(setOf(f, "k1"), "k1", "RS256")
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`), "", "HS256")
	for _, odd := range oddKeys() {
		f.Add([]byte(`{"keys":[`+odd+`]}`), "k1", "RS256")
	}
	f.Fuzz(func(t *testing.T, data []byte, kid, alg string) {
		s, err := ReadKeys(data)
		if (s == nil) == (err == nil) {
			t.Fatalf("%v %v", s, err)
		}
		if err != nil {
			return
		}
		keys, err := s.signers(kid, alg)
		if (err == nil) != (len(keys) > 0) || err == nil && kid != "" && !s.has(kid) {
			t.Errorf("%v, %v: a key is usable that is not there", keys, err)
		}
		for _, key := range keys {
			switch key := key.(type) {
			case *rsa.PublicKey:
				if key.N.BitLen() < minRSA {
					t.Errorf("a key of %d bits is usable", key.N.BitLen())
				}
			case *ecdsa.PublicKey, ed25519.PublicKey:
			default:
				t.Errorf("%T is usable", key)
			}
		}
	})
}

// Keys that were asked for before they rotated, and come after, do not decide
// about a token that is signed with a new one.
func TestKeysUnderWayAreOlderThanTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := make(chan []byte)
		asked := 0
		v := New(func(context.Context, *providers.Provider, string) (*KeySet, error) {
			asked++
			return ReadKeys(<-answers)
		}, time.Now)
		set := func(kid string) []byte { return setOf(t, kid) }
		p, address := &providers.Provider{ID: "x"}, "https://op.example/keys"
		var all sync.WaitGroup
		all.Go(func() {
			if _, _, err := v.Prefetch(t.Context(), p, address); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		time.Sleep(time.Second)
		all.Go(func() {
			s, err := v.keys.keysFor(t.Context(), p, address, "new")
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
			if s, err := v.keys.keysFor(t.Context(), p, address, "nobody"); err != nil || s.has("nobody") {
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
