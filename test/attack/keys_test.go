//go:build unix

package attack

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// oddKeys are members of key sets that no verification may use and that real
// servers publish all the same.
func oddKeys(t *testing.T) map[string]string {
	t.Helper()
	good := &rsaKey(t, "good", 2048).PublicKey
	b64 := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	n := b64(good.N.Bytes())
	x := strings.Repeat("A", 43)
	return map[string]string{
		"off its curve":       `{"kty":"EC","crv":"P-256","kid":"k1","x":"` + x + `","y":"` + x + `"}`,
		"point of zero":       `{"kty":"EC","crv":"P-256","kid":"k1","x":"","y":""}`,
		"an endless point":    `{"kty":"EC","crv":"P-256","kid":"k1","x":"` + strings.Repeat("A", 9000) + `","y":"` + x + `"}`,
		"unknown curve":       `{"kty":"EC","crv":"secp256k1","kid":"k1","x":"` + x + `","y":"` + x + `"}`,
		"Ed448":               `{"kty":"OKP","crv":"Ed448","kid":"k1","x":"` + strings.Repeat("A", 76) + `"}`,
		"X25519":              `{"kty":"OKP","crv":"X25519","kid":"k1","use":"sig","x":"` + x + `"}`,
		"short Ed25519":       `{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"AAAA"}`,
		"endless exponent":    `{"kty":"RSA","kid":"k1","n":"` + n + `","e":"` + strings.Repeat("_", 20_000) + `"}`,
		"exponent of one":     `{"kty":"RSA","kid":"k1","n":"` + n + `","e":"AQ"}`,
		"exponent of zero":    `{"kty":"RSA","kid":"k1","n":"` + n + `","e":""}`,
		"even exponent":       `{"kty":"RSA","kid":"k1","n":"` + n + `","e":"AQAA"}`,
		"64 KiB modulus":      `{"kty":"RSA","kid":"k1","n":"` + strings.Repeat("_", 87_381) + `","e":"AQAB"}`,
		"modulus of nothing":  `{"kty":"RSA","kid":"k1","n":"","e":"AQAB"}`,
		"weak in disguise":    `{"kty":"RSA","kid":"k1","n":"` + b64(append(make([]byte, 200), rsaKey(t, "weak", 1024).N.Bytes()...)) + `","e":"AQAB"}`,
		"unknown kind":        `{"kty":"AKP","alg":"ML-DSA-44","kid":"k1","pub":"` + x + `"}`,
		"no kind":             `{"kid":"k1","n":"` + n + `","e":"AQAB"}`,
		"kind a number":       `{"kty":7,"kid":"k1"}`,
		"certificate rubbish": `{"kty":"RSA","kid":"k1","n":"` + n + `","e":"AQAB","x5c":["!"]}`,
		"not a key":           `7`,
		"null":                `null`,
		"a list":              `[]`,
	}
}

// TestOddKeysBesideAGoodOne: a key set with a member that cannot be read is
// still one, and who signs with a good member comes in (RFC 7517 §5).
func TestOddKeysBesideAGoodOne(t *testing.T) {
	key := keyFor(t, jose.ES256)
	mine, err := json.Marshal(public("mine", key))
	if err != nil {
		t.Fatal(err)
	}
	for name, odd := range oddKeys(t) {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t, jose.RS256)
			h.wish(func(w *wishes) {
				w.keys = serveBytes(200, []byte(`{"keys":[`+odd+`,`+string(mine)+`]}`))
				w.token = func(c map[string]any) string {
					return sign(t, jose.ES256, key, map[string]any{"kid": "mine"}, c)
				}
			})
			if acc, err := h.signIn(nil); err != nil || acc.User.ID != "u-1" {
				t.Errorf("%v, %v", acc, err)
			}
		})
	}
}

// TestOddKeysVerifyNothing: not even what is signed with the key that they look
// like, and looking at them takes no time.
func TestOddKeysVerifyNothing(t *testing.T) {
	keys := oddKeys(t)
	delete(keys, "certificate rubbish") // the certificate is never used, the key beside it is the provider's
	for name, odd := range keys {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t, jose.RS256)
			h.wish(func(w *wishes) {
				w.keys = serveBytes(200, []byte(`{"keys":[`+odd+`]}`))
				if name == "weak in disguise" {
					w.token = func(c map[string]any) string {
						return sign(t, jose.RS256, rsaKey(t, "weak", 1024), map[string]any{"kid": "k1"}, c)
					}
				}
			})
			begun := worked(t)
			acc, err := h.signIn(nil)
			refused(t, acc, err, "signature", "")
			if took := worked(t) - begun; took > 10*time.Second {
				t.Errorf("it took %v of the processor's time", took)
			}
		})
	}
}

// worked is how long the processor has worked for this process, which others on
// the machine do not change.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestSeveralKeysWithoutKid: a token without kid is tried with all that fit,
// also if they have the same kid or none (RFC 7515 §4.1.4), and with no others.
func TestSeveralKeysWithoutKid(t *testing.T) {
	a, b, stranger := keyFor(t, jose.ES256), keyFor(t, jose.ES256), keyFor(t, jose.ES256)
	for name, kids := range map[string][2]string{"none": {"", ""}, "the same": {"k", "k"}, "two": {"a", "b"}, "one": {"", "b"}} {
		for _, c := range []struct {
			key  any
			good bool
		}{{a, true}, {b, true}, {stranger, false}} {
			t.Run(fmt.Sprint(name, c.good), func(t *testing.T) {
				h := newHostile(t, jose.ES256)
				h.wish(func(w *wishes) {
					w.keys = serveKeys(public(kids[0], a), public(kids[1], b))
					w.token = func(claims map[string]any) string { return sign(t, jose.ES256, c.key, nil, claims) }
				})
				acc, err := h.signIn(nil)
				if c.good && (err != nil || acc == nil) {
					t.Errorf("%v, %v", acc, err)
				}
				if !c.good {
					refused(t, acc, err, "signature", "does not match the provider")
				}
			})
		}
	}
}

// TestECDSAOfAnotherSize: each algorithm has its curve (RFC 7518 §3.4); a
// signature on another one, or with numbers that are too large, is not one.
func TestECDSAOfAnotherSize(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p256 := keyFor(t, jose.ES256)
	whole := func(n int) []byte {
		return new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(n)), big.NewInt(1)).Bytes()
	}
	for name, signature := range map[string][]byte{
		"zero": make([]byte, 64), "huge": append(whole(256), whole(256)...), "short": make([]byte, 10), "long": make([]byte, 9000), "DER": {0x30, 6, 2, 1, 1, 2, 1, 1},
	} {
		h := newHostile(t, jose.ES256)
		h.wish(func(w *wishes) {
			w.keys = serveKeys(public("k1", p256))
			w.token = func(c map[string]any) string {
				return parts(`{"alg":"ES256","kid":"k1"}`, jsonOf(t, c), base64.RawURLEncoding.EncodeToString(signature))
			}
		})
		acc, err := h.signIn(nil)
		t.Run(name, func(t *testing.T) { refused(t, acc, err, "signature", "") })
	}
	h := newHostile(t, jose.ES384)
	h.wish(func(w *wishes) {
		w.keys = serveKeys(public("k1", p384))
		w.token = func(c map[string]any) string {
			raw := sign(t, jose.ES384, p384, map[string]any{"kid": "k1"}, c)
			_, rest, _ := strings.Cut(raw, ".")
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ES256","kid":"k1"}`)) + "." + rest
		}
	})
	acc, err := h.signIn(nil)
	refused(t, acc, err, "signature", "")
}

// TestKeysElsewhere: keys are taken from no address that others can answer at.
func TestKeysElsewhere(t *testing.T) {
	for _, address := range []string{"http://keys.example/jwks", "file:///etc/passwd", "ftp://keys.example/", "data:,{}", "//keys.example/jwks", "javascript:0"} {
		h := newHostile(t, jose.RS256)
		h.wish(func(w *wishes) { w.keysAt = address })
		acc, err := h.signIn(nil)
		if acc != nil || err == nil {
			t.Errorf("%s: %v, %v", address, acc, err)
			continue
		}
		if words := problem.Explain(err, &providers.Provider{Name: "Hostile"}, ""); words.Title == "" || words.Next == "" {
			t.Errorf("%s: words %+v", address, words)
		}
	}
	// Another server of the same operator is one, over https or on this machine.
	other := newHostile(t, jose.RS256)
	h := newHostile(t, jose.RS256)
	h.wish(func(w *wishes) {
		w.keys = func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, other.server.URL+"/keys", http.StatusFound)
		}
	})
	if acc, err := h.signIn(nil); err != nil || acc == nil || other.count("/keys") == 0 {
		t.Errorf("%v, %v", acc, err)
	}
}
