package attack

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// rsaKeys are made once, by their size.
var rsaKeys sync.Map

func rsaKey(t *testing.T, name string, bits int) *rsa.PrivateKey {
	t.Helper()
	if k, ok := rsaKeys.Load(name); ok {
		return k.(*rsa.PrivateKey)
	}
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := rsaKeys.LoadOrStore(name, k) // several ask at once
	return first.(*rsa.PrivateKey)
}

// keyFor makes a private key for an algorithm.
func keyFor(t *testing.T, alg jose.SignatureAlgorithm) any {
	t.Helper()
	curves := map[jose.SignatureAlgorithm]elliptic.Curve{jose.ES256: elliptic.P256(), jose.ES384: elliptic.P384(), jose.ES512: elliptic.P521()}
	if curve, ok := curves[alg]; ok {
		k, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	if alg == jose.EdDSA {
		_, k, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	return rsaKey(t, "good", 2048)
}

// TestGoodAlgorithms: all that are accepted, announced or not.
func TestGoodAlgorithms(t *testing.T) {
	for _, alg := range []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	} {
		for _, algs := range [][]string{nil, {"none", "HS256", string(alg)}} {
			h := newHostile(t, alg)
			h.wish(func(w *wishes) { w.algs = algs })
			acc, err := h.signIn(nil)
			if err != nil || acc.User.ID != "u-1" {
				t.Errorf("%s, announced %v: %v, %v", alg, algs, acc, err)
				continue
			}
			outcome := map[string]idtoken.Outcome{}
			for _, c := range acc.Checks {
				outcome[c.Name] = c.Outcome
			}
			for _, name := range []string{"signature", "iss", "aud", "nonce", "exp", "iat", "at_hash", "sub"} {
				if outcome[name] != idtoken.Passed {
					t.Errorf("%s: check %s %s", alg, name, outcome[name])
				}
			}
		}
	}
}

// forgery makes an ID token that must not be accepted, and the check and words
// that say so.
type forgery struct {
	make  func(h *hostile, claims map[string]any) string
	check string
	says  string
}

// claim signs properly, with one claim changed.
func claim(name string, value any, check, says string) forgery {
	return forgery{func(h *hostile, c map[string]any) string {
		c[name] = value
		return sign(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1"}, c)
	}, check, says}
}

// head signs with another key, and with headers that say where to find it.
func head(add func(h *hostile, key *rsa.PrivateKey) map[string]any) forgery {
	return forgery{func(h *hostile, c map[string]any) string {
		key := rsaKey(h.t, "evil", 2048)
		return sign(h.t, jose.RS256, key, add(h, key), c)
	}, "signature", "does not match the provider's keys"}
}

// plain signs with the good key and one more header.
func plain(name string, value any, says string) forgery {
	return forgery{func(h *hostile, c map[string]any) string {
		return sign(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1", name: value}, c)
	}, "signature", says}
}

// unsigned is a token of that header without a signature.
func unsigned(header, signature, says string) forgery {
	return forgery{func(h *hostile, c map[string]any) string {
		return parts(header, jsonOf(h.t, c), signature)
	}, "signature", says}
}

// hmacOf signs with bytes that everybody knows as a shared key.
func hmacOf(alg jose.SignatureAlgorithm, shared func(k *rsa.PublicKey) []byte) forgery {
	return forgery{func(h *hostile, c map[string]any) string {
		return sign(h.t, alg, shared(&rsaKey(h.t, "good", 2048).PublicKey), map[string]any{"kid": "k1"}, c)
	}, "signature", fmt.Sprintf("algorithm %q is not accepted", alg)}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// twice names a claim two times, the second time as given.
func twice(name, second string) func(h *hostile, c map[string]any) string {
	return func(h *hostile, c map[string]any) string {
		text := jsonOf(h.t, c)
		text = strings.TrimSuffix(text, "}") + `,"` + name + `":` + second + "}"
		return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1"}, []byte(text))
	}
}

func forgeries() map[string]forgery {
	now := time.Now()
	spki := func(k *rsa.PublicKey) []byte { der, _ := x509.MarshalPKIXPublicKey(k); return der }
	inPEM := func(k *rsa.PublicKey) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki(k)})
	}
	return map[string]forgery{
		"alg none":           unsigned(`{"alg":"none"}`, "", `algorithm "none" is not accepted`),
		"alg nOnE":           unsigned(`{"alg":"nOnE","kid":"k1"}`, "AAAA", "is not accepted"),
		"alg empty":          unsigned(`{"alg":"","kid":"k1"}`, "", "names no algorithm"),
		"alg a list":         unsigned(`{"alg":["RS256"],"kid":"k1"}`, "AAAA", "names no algorithm"),
		"alg twice":          unsigned(`{"alg":"RS256","alg":"none","kid":"k1"}`, "", "is not accepted"),
		"no signature":       unsigned(`{"alg":"RS256","kid":"k1"}`, "", "signature"),
		"zero signature":     unsigned(`{"alg":"RS256","kid":"k1"}`, base64.RawURLEncoding.EncodeToString(make([]byte, 256)), "does not match the provider"),
		"HS256, DER key":     hmacOf(jose.HS256, spki),
		"HS256, PEM key":     hmacOf(jose.HS256, inPEM),
		"HS384, PKCS #1 key": hmacOf(jose.HS384, x509.MarshalPKCS1PublicKey),
		"HS512, modulus":     hmacOf(jose.HS512, func(k *rsa.PublicKey) []byte { return k.N.Bytes() }),
		"unknown kid":        head(func(*hostile, *rsa.PrivateKey) map[string]any { return map[string]any{"kid": "nobody"} }).saying("no such key"),
		"swapped kid":        head(func(*hostile, *rsa.PrivateKey) map[string]any { return map[string]any{"kid": "k1"} }),
		"no kid":             head(func(*hostile, *rsa.PrivateKey) map[string]any { return nil }),
		"kid as a path":      head(func(*hostile, *rsa.PrivateKey) map[string]any { return map[string]any{"kid": "../../dev/null"} }).saying("no such key"),
		"jku": head(func(h *hostile, _ *rsa.PrivateKey) map[string]any {
			return map[string]any{"kid": "k1", "jku": h.server.URL + "/evil"}
		}),
		"x5u": head(func(h *hostile, _ *rsa.PrivateKey) map[string]any {
			return map[string]any{"kid": "k1", "x5u": h.server.URL + "/evil"}
		}),
		"x5c": head(func(h *hostile, k *rsa.PrivateKey) map[string]any {
			return map[string]any{"kid": "k1", "x5c": []string{base64.StdEncoding.EncodeToString(certificate(h.t, k))}}
		}),
		"jwk": head(func(_ *hostile, k *rsa.PrivateKey) map[string]any {
			return map[string]any{"kid": "k1", "jwk": jose.JSONWebKey{Key: &k.PublicKey}}
		}),
		"crit":       plain("crit", []string{"exp"}, "requires an unknown extension"),
		"crit b64":   plain("crit", []string{"b64"}, "requires an unknown extension"),
		"crit empty": plain("crit", []string{}, "requires an unknown extension"),
		"an access token": {func(h *hostile, c map[string]any) string {
			return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1", "typ": "at+jwt"}, []byte(jsonOf(h.t, c)))
		}, "signature", "of type"},
		"a logout token": {func(h *hostile, c map[string]any) string {
			return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1", "typ": "logout+jwt"}, []byte(jsonOf(h.t, c)))
		}, "signature", "of type"},
		"iss":              claim("iss", "https://evil.example", "iss", "another issuer"),
		"iss missing":      claim("iss", nil, "iss", "missing"),
		"iss a list":       claim("iss", []string{"x"}, "iss", "missing"),
		"aud":              claim("aud", "another", "aud", "another app"),
		"aud missing":      claim("aud", nil, "aud", "missing"),
		"aud empty list":   claim("aud", []string{}, "aud", "missing"),
		"aud upper case":   claim("aud", "CLIENT", "aud", "another app"),
		"aud two, neither": claim("aud", []string{"other", "another"}, "aud", "another app"),
		"azp":              claim("azp", "another", "azp", "another app"),
		"azp null":         {twice("azp", "null"), "azp", "another app"},
		"nonce":            claim("nonce", "another", "nonce", "does not match this sign-in"),
		"nonce missing":    claim("nonce", nil, "nonce", "missing"),
		"nonce empty":      claim("nonce", "", "nonce", "does not match this sign-in"),
		"at_hash":          claim("at_hash", hashFor(jose.ES384), "at_hash", "another access token"),
		"at_hash empty":    claim("at_hash", "", "at_hash", "another access token"),
		"sub missing":      claim("sub", nil, "sub", "missing"),
		"sub empty":        claim("sub", "", "sub", "missing"),
		"sub a number":     claim("sub", 7, "sub", "missing"),
		"sub endless":      claim("sub", strings.Repeat("u", 300), "sub", "255"),
		"sub of another":   claim("sub", "u-2", "sub", "someone else"),
		"expired":          claim("exp", now.Add(-time.Hour).Unix(), "exp", "expired"),
		"exp missing":      claim("exp", nil, "exp", "missing"),
		"exp as text":      claim("exp", "4102444800", "exp", "not a time"),
		"exp infinite":     {twice("exp", "1e400"), "exp", "not a time"},
		"iat tomorrow":     claim("iat", now.Add(time.Hour).Unix(), "iat", "in the future"),
		"iat missing":      claim("iat", nil, "iat", "missing"),
		"nbf tomorrow":     claim("nbf", now.Add(30*time.Minute).Unix(), "nbf", "not valid for another"),
		"nbf as text":      claim("nbf", "x", "nbf", "not a time"),
		"iss twice":        {twice("iss", `"https://evil.example"`), "iss", "another issuer"},
		"aud twice":        {twice("aud", `"another"`), "aud", "another app"},
		"nonce twice":      {twice("nonce", `"another"`), "nonce", "does not match this sign-in"},
		"exp twice":        {twice("exp", "1"), "exp", "expired"},
		"encrypted":        {func(*hostile, map[string]any) string { return "a.b.c.d.e" }, "signature", "encrypted"},
		"nested":           {nested, "signature", "claims cannot be read"},
		"oversized":        claim("padding", strings.Repeat("x", 300<<10), "signature", "larger than 256 KiB"),
		"deep": {func(h *hostile, c map[string]any) string {
			return twice("x", strings.Repeat("[", 20000)+strings.Repeat("]", 20000))(h, c)
		}, "signature", "claims cannot be read"},
		"padding": {func(h *hostile, c map[string]any) string {
			return sign(h.t, jose.RS256, rsaKey(h.t, "good", 2048), nil, c) + "=="
		}, "signature", ""},
		"two objects": {func(h *hostile, c map[string]any) string {
			return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), nil, []byte(jsonOf(h.t, c)+"{}"))
		}, "signature", "claims cannot be read"},
		"an array of claims": {func(h *hostile, c map[string]any) string {
			return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), nil, []byte("["+jsonOf(h.t, c)+"]"))
		}, "signature", "claims cannot be read"},
		"one object and a brace": {func(h *hostile, c map[string]any) string {
			return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), nil, []byte(jsonOf(h.t, c)+"}"))
		}, "signature", "claims cannot be read"},
		"alg twice, the good one last": headerText(`{"alg":"none","alg":"RS256","kid":"k1"}`, "cannot be read"),
		"kid twice":                    headerText(`{"alg":"RS256","kid":"nobody","kid":"k1"}`, "cannot be read"),
		"unknown b64 without crit":     headerText(`{"alg":"RS256","kid":"k1","b64":false}`, ""),
		"kid a number":                 headerText(`{"alg":"RS256","kid":7}`, ""),
		"a header and a brace":         headerText(`{"alg":"RS256","kid":"k1"}}`, "header cannot be read"),
		"zip":                          headerText(`{"alg":"RS256","kid":"k1","zip":"DEF","crit":["zip"]}`, "requires an unknown extension"),
		"logout token of old":          {logoutToken, "nonce", "missing"},
		"nested and encrypted": {func(h *hostile, c map[string]any) string {
			return encrypted(h.t, nested(h, c), &rsaKey(h.t, "good", 2048).PublicKey)
		}, "signature", "encrypted"},
		"typ with its tree": {func(h *hostile, c map[string]any) string {
			return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1", "typ": "Application/AT+JWT"}, []byte(jsonOf(h.t, c)))
		}, "signature", "of type"},
		"a proof": {func(h *hostile, c map[string]any) string {
			return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1", "typ": "dpop+jwt"}, []byte(jsonOf(h.t, c)))
		}, "signature", "of type"},
		"kid of SQL and shell": head(func(*hostile, *rsa.PrivateKey) map[string]any {
			return map[string]any{"kid": "k1' OR '1'='1\";$(id)\x00\u202e"}
		}).saying("no such key"),
		"kid endless": head(func(*hostile, *rsa.PrivateKey) map[string]any {
			return map[string]any{"kid": strings.Repeat("k1", 50_000)}
		}).saying("no such key"),
		"not a token":   {func(*hostile, map[string]any) string { return "opaque" }, "signature", "not a signed token"},
		"changed after": {tampered, "signature", "does not match the provider"},
		"ES256 with RSA kid": {func(h *hostile, c map[string]any) string {
			return sign(h.t, jose.ES256, keyFor(h.t, jose.ES256), map[string]any{"kid": "k1"}, c)
		}, "signature", "not for ES256"},
		"unannounced RS512": {func(h *hostile, c map[string]any) string {
			return sign(h.t, jose.RS512, rsaKey(h.t, "evil", 2048), map[string]any{"kid": "k1"}, c)
		}, "signature", "does not match the provider"},
		"HS256 by client id": hmacOf(jose.HS256, func(*rsa.PublicKey) []byte { return []byte(strings.Repeat("client", 8)) }),
		"empty claims": {func(h *hostile, _ map[string]any) string {
			return signBytes(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1"}, []byte("{}"))
		}, "iss", "missing"},
		"claims of a refresh": {func(h *hostile, c map[string]any) string {
			delete(c, "nonce")
			return sign(h.t, jose.RS256, rsaKey(h.t, "good", 2048), nil, c)
		}, "nonce", "missing"},
	}
}

// saying is the same forgery with other words.
func (f forgery) saying(words string) forgery {
	f.says = words
	return f
}

// nested is a good token inside of a signed one (RFC 7519 §5.2).
func nested(h *hostile, c map[string]any) string {
	key := rsaKey(h.t, "good", 2048)
	inner := sign(h.t, jose.RS256, key, map[string]any{"kid": "k1"}, c)
	return signBytes(h.t, jose.RS256, key, map[string]any{"kid": "k1", "cty": "JWT"}, []byte(inner))
}

// logoutToken is one as it was before they had a type of their own
// (Back-Channel Logout §2.4): it has no nonce.
func logoutToken(h *hostile, c map[string]any) string {
	c = maps.Clone(c)
	delete(c, "nonce")
	c["events"] = map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}
	return sign(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1"}, c)
}

// headerText signs with the good key under a header of that text.
func headerText(text, says string) forgery {
	return forgery{func(h *hostile, c map[string]any) string {
		return signHeader(h.t, rsaKey(h.t, "good", 2048), text, jsonOf(h.t, c))
	}, "signature", says}
}

// signHeader is RS256 by hand (RFC 7515 §5.1): no library writes such headers.
func signHeader(t *testing.T, key *rsa.PrivateKey, header, payload string) string {
	t.Helper()
	signed := strings.TrimSuffix(parts(header, payload, ""), ".")
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// encrypted is a JWE (RFC 7516) around another token.
func encrypted(t *testing.T, inner string, to *rsa.PublicKey) string {
	t.Helper()
	e, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: to}, (&jose.EncrypterOptions{}).WithContentType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	jwe, err := e.Encrypt([]byte(inner))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jwe.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// tampered has the signature of other claims.
func tampered(h *hostile, c map[string]any) string {
	raw := sign(h.t, jose.RS256, rsaKey(h.t, "good", 2048), map[string]any{"kid": "k1"}, c)
	piece := strings.Split(raw, ".")
	c = maps.Clone(c)
	c["sub"] = "u-2"
	piece[1] = base64.RawURLEncoding.EncodeToString([]byte(jsonOf(h.t, c)))
	return strings.Join(piece, ".")
}

// TestForgedIDTokens: none signs anybody in, the reason is named, and nobody
// fetches what a token's header points to.
func TestForgedIDTokens(t *testing.T) {
	for name, f := range forgeries() {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t, jose.RS256)
			h.wish(func(w *wishes) { w.token = func(c map[string]any) string { return f.make(h, c) } })
			acc, err := h.signIn(nil)
			refused(t, acc, err, f.check, f.says)
			if !h.wasRedeemed() {
				t.Error("the sign-in did not come to the token")
			}
			if n := h.count("/evil"); n != 0 {
				t.Errorf("%d requests to an address of the token's header", n)
			}
		})
	}
}

// refused fails unless a sign-in was refused for that check with these words.
func refused(t *testing.T, acc *auth.Account, err error, check, says string) {
	t.Helper()
	var bad *idtoken.Error
	if acc != nil || !errors.Is(err, auth.ErrIDToken) || !errors.As(err, &bad) {
		t.Fatalf("account %v, error %v", acc, err)
	}
	for _, c := range bad.Checks {
		if c.Outcome != idtoken.Failed || c.Name != check {
			continue
		}
		if says != "signature" && !strings.Contains(c.Reason, says) {
			t.Errorf("%s fails because %q, want %q", check, c.Reason, says)
		}
		if w := problem.Explain(err, nil, ""); !strings.Contains(w.Detail, check+": "+c.Reason) || w.Next == "" {
			t.Errorf("words %+v do not name the reason", w)
		}
		return
	}
	t.Errorf("check %s did not fail: %+v", check, bad.Checks)
}

// TestUnfitKeys: keys that must not verify an ID token do not, even if the
// signature is good.
func TestUnfitKeys(t *testing.T) {
	weak, good := rsaKey(t, "weak", 1024), rsaKey(t, "good", 2048)
	with := func(change func(*jose.JSONWebKey)) http.HandlerFunc {
		k := public("k1", good)
		change(&k)
		return serveKeys(k)
	}
	for name, c := range map[string]struct {
		key  *rsa.PrivateKey
		keys http.HandlerFunc
		says string
	}{
		"1024 bits":          {weak, serveKeys(public("k1", weak)), "1024 bits"},
		"1024 beside a good": {weak, serveKeys(public("k0", good), public("k1", weak)), "1024 bits"},
		"for encryption":     {good, with(func(k *jose.JSONWebKey) { k.Use = "enc" }), "not for signatures"},
		"for RS512":          {good, with(func(k *jose.JSONWebKey) { k.Algorithm = "RS512" }), "not for the algorithm"},
		"for PS256":          {good, with(func(k *jose.JSONWebKey) { k.Algorithm = "PS256" }), "not for the algorithm"},
		"symmetric":          {good, serveKeys(jose.JSONWebKey{Key: []byte(strings.Repeat("k", 64)), KeyID: "k1", Use: "sig"}), "no such key"},
		"of another kind":    {good, serveKeys(public("k1", keyFor(t, jose.ES256))), "not for RS256"},
		"none at all":        {good, serveKeys(), "no such key"},
		"3,000 others":       {good, manyKeys(t, 3000), "no such key"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t, jose.RS256)
			h.wish(func(w *wishes) {
				w.keys = c.keys
				w.token = func(claims map[string]any) string {
					return sign(t, jose.RS256, c.key, map[string]any{"kid": "k1"}, claims)
				}
			})
			acc, err := h.signIn(nil)
			refused(t, acc, err, "signature", c.says)
		})
	}
}

// certificate is a self-signed one.
func certificate(t *testing.T, key *rsa.PrivateKey) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// manyKeys answers with n small keys.
func manyKeys(t *testing.T, n int) http.HandlerFunc {
	t.Helper()
	keys := make([]jose.JSONWebKey, n)
	for i := range keys {
		keys[i] = public(fmt.Sprintf("other-%d", i), keyFor(t, jose.EdDSA))
	}
	body := []byte(jsonOf(t, jose.JSONWebKeySet{Keys: keys}))
	return serveBytes(200, body)
}

// TestKeysThatCannotBeHad: no keys, no sign-in, and no endless wait or memory.
func TestKeysThatCannotBeHad(t *testing.T) {
	huge := []byte(`{"keys":[],"padding":"` + strings.Repeat("x", 5<<20) + `"}`)
	for name, c := range map[string]struct {
		keys http.HandlerFunc
		want error
		says string
	}{
		"500":    {serveBytes(500, []byte(`{"keys":[]}`)), oauth.ErrAnswer, "the server has a problem"},
		"404":    {serveBytes(404, nil), oauth.ErrAnswer, ""},
		"empty":  {serveBytes(200, nil), oauth.ErrAnswer, "not a key set"},
		"HTML":   {serveBytes(200, []byte("<html>")), oauth.ErrAnswer, "not a key set"},
		"5 MB":   {serveBytes(200, huge), oauth.ErrAnswer, "larger than 512 KiB"},
		"10,000": {manyKeys(t, 10000), oauth.ErrAnswer, "larger than 512 KiB"},
		"never":  {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, auth.ErrOffline, ""},
		"cut": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9999")
			_, _ = w.Write([]byte(`{"keys":[`))
			panic(http.ErrAbortHandler)
		}, nil, ""},
		"redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/keys", http.StatusFound) }, nil, ""},
		"redirect in clear": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://keys.example/jwks", http.StatusFound)
		}, nil, "unencrypted"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t, jose.RS256)
			h.wish(func(w *wishes) { w.keys = c.keys })
			acc, err := h.signIn(func(o *auth.Options) {
				if name == "never" {
					o.Transport = &http.Transport{ResponseHeaderTimeout: 300 * time.Millisecond}
				}
			})
			if acc != nil || err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("account %v, error %v", acc, err)
			}
			if w := problem.Explain(err, &providers.Provider{Name: "Hostile"}, ""); w.Title == "" || w.Next == "" {
				t.Errorf("words %+v", w)
			}
		})
	}
}

// TestKeysThatRotate: a key that came after the keys were fetched is found, once;
// a stream of unknown ones does not make us hammer the provider.
func TestKeysThatRotate(t *testing.T) {
	h := newHostile(t, jose.RS256)
	fresh := keyFor(t, jose.ES256)
	var redeemed atomic.Bool
	fetched := make(chan struct{}, 100)
	keys := func(w http.ResponseWriter, r *http.Request) {
		defer func() { fetched <- struct{}{} }()
		keys := []jose.JSONWebKey{public("k1", rsaKey(t, "good", 2048))}
		if redeemed.Load() {
			keys = []jose.JSONWebKey{public("k2", fresh)}
		}
		serveKeys(keys...)(w, r)
	}
	token := func(c map[string]any) string {
		<-fetched // the old keys, while the person is in the browser
		redeemed.Store(true)
		return sign(t, jose.ES256, fresh, map[string]any{"kid": "k2"}, c)
	}
	h.wish(func(w *wishes) { w.keys, w.token = keys, token })
	if acc, err := h.signIn(nil); err != nil || acc == nil || h.count("/keys") != 2 {
		t.Errorf("%v, %v after %d requests for keys", acc, err, h.count("/keys"))
	}
	// The old key is gone: what it signs is refused.
	h.wish(func(w *wishes) {
		w.token = func(c map[string]any) string {
			return sign(t, jose.RS256, rsaKey(t, "good", 2048), map[string]any{"kid": "k1"}, c)
		}
	})
	acc, err := h.signIn(nil)
	refused(t, acc, err, "signature", "no such key")
}

// TestUserinfoOfSomebodyElse: the details must be about who the ID token names.
func TestUserinfoOfSomebodyElse(t *testing.T) {
	h := newHostile(t, jose.RS256)
	h.wish(func(w *wishes) { w.userSub = "u-2" })
	acc, err := h.signIn(nil)
	refused(t, acc, err, "sub", "someone else")
}
