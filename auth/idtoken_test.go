package auth

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

func TestIDTokenChecks(t *testing.T) {
	now := time.Now()
	set := func(k string, v any) func(*fakeOP) {
		return func(op *fakeOP) { op.claims = func(c map[string]any) { c[k] = v } }
	}
	header := func(k string, v any) func(*fakeOP) {
		return func(op *fakeOP) {
			op.sign = func(h, c map[string]any) string {
				h[k] = v
				return signJWT(op.t, testKey(), h, c)
			}
		}
	}
	subject := func(n int) func(*fakeOP) {
		return func(op *fakeOP) {
			op.userinfo["sub"] = strings.Repeat("s", n)
			op.claims = func(c map[string]any) { c["sub"] = op.userinfo["sub"] }
		}
	}
	tests := map[string]struct {
		change func(*fakeOP)
		failed []string // names of checks
		reason string   // part of the first one's reason
	}{
		"good":                  {func(*fakeOP) {}, nil, ""},
		"iss":                   {set("iss", "https://evil.example"), []string{"iss"}, "another issuer"},
		"iss with slash":        {func(op *fakeOP) { op.claims = func(c map[string]any) { c["iss"] = op.server.URL + "/" } }, []string{"iss"}, ""},
		"iss missing":           {set("iss", nil), []string{"iss"}, "missing"},
		"iss is a list":         {set("iss", []string{"x"}), []string{"signature", "iss"}, ""},
		"aud":                   {set("aud", "client-2"), []string{"aud"}, "another app"},
		"aud missing":           {set("aud", nil), []string{"aud"}, "missing"},
		"aud list":              {set("aud", []string{"client-1"}), nil, ""},
		"aud list, other":       {set("aud", []string{"client-2"}), []string{"aud"}, ""},
		"aud two, no azp":       {set("aud", []string{"client-1", "client-2"}), nil, ""},
		"aud two, none ours":    {set("aud", []string{"client-2", "client-3"}), []string{"aud"}, "another app"},
		"azp":                   {set("azp", "client-2"), []string{"azp"}, "another app"},
		"azp is a number":       {set("azp", 7), []string{"azp"}, ""},
		"azp ours":              {set("azp", "client-1"), nil, ""},
		"nonce":                 {set("nonce", "other"), []string{"nonce"}, "does not match this sign-in"},
		"nonce missing":         {set("nonce", nil), []string{"nonce"}, "missing"},
		"expired":               {set("exp", now.Add(-10*time.Minute).Unix()), []string{"exp", "iat"}, "expired 10 minutes ago"},
		"just expired":          {func(op *fakeOP) { op.claims = aged(now, time.Minute) }, nil, ""},
		"exp missing":           {set("exp", nil), []string{"exp"}, "missing"},
		"exp as text":           {set("exp", "1"), []string{"exp"}, "not a time"},
		"iat missing":           {set("iat", nil), []string{"iat"}, ""},
		"iat next year":         {set("iat", now.Add(30*time.Minute).Unix()), []string{"iat"}, "clock seems to be 30 minutes behind"},
		"nbf later":             {set("nbf", now.Add(30*time.Minute).Unix()), []string{"nbf"}, ""},
		"nbf now":               {set("nbf", now.Unix()), nil, ""},
		"at_hash":               {set("at_hash", "AAAA"), []string{"at_hash"}, "another access token"},
		"at_hash is a number":   {set("at_hash", 5), []string{"signature", "at_hash"}, ""},
		"at_hash missing":       {set("at_hash", nil), nil, ""},
		"sub missing":           {set("sub", nil), []string{"sub"}, ""},
		"sub empty":             {set("sub", ""), []string{"sub"}, ""},
		"sub of 255":            {subject(255), nil, ""},
		"sub of 256":            {subject(256), []string{"sub"}, "longer than 255"},
		"everything":            {func(op *fakeOP) { op.claims = func(c map[string]any) { clear(c) } }, []string{"iss", "aud", "nonce", "exp", "iat", "sub"}, ""},
		"signature":             {func(op *fakeOP) { op.sign = forged }, []string{"signature"}, "does not match"},
		"other key, same kid":   {func(op *fakeOP) { op.sign = otherKey(op.t) }, []string{"signature"}, "does not match"},
		"unknown kid":           {header("kid", "k9"), []string{"signature"}, "no such key"},
		"none":                  {func(op *fakeOP) { op.sign = withAlg("none", "") }, []string{"signature"}, `"none" is not accepted`},
		"NONE":                  {func(op *fakeOP) { op.sign = withAlg("NonE", "") }, []string{"signature"}, "not accepted"},
		"no alg":                {func(op *fakeOP) { op.sign = withAlg("", "AAAA") }, []string{"signature"}, "names no algorithm"},
		"HS256 with public key": {func(op *fakeOP) { op.sign = hmacToken(op.t) }, []string{"signature"}, `"HS256" is not accepted`},
		"PS256 is announced":    {header("alg", "PS256"), nil, ""},
		"RS512 is not":          {header("alg", "RS512"), []string{"signature", "at_hash"}, "does not announce"},
		"crit":                  {func(op *fakeOP) { op.sign = withHeader("crit", []string{"exp"}) }, []string{"signature"}, "extension"},
		"access token":          {header("typ", "at+jwt"), []string{"signature"}, "of type"},
		"jku":                   {header("jku", "http://127.0.0.1:1/keys"), nil, ""},
		"foreign jwk inside":    {func(op *fakeOP) { op.sign = embeddedKey(op.t) }, []string{"signature"}, ""},
		"opaque":                {func(op *fakeOP) { op.sign = func(_, _ map[string]any) string { return "opaque" } }, []string{"signature"}, "not a signed token"},
		"encrypted":             {func(op *fakeOP) { op.sign = func(_, _ map[string]any) string { return "a.b.c.d.e" } }, []string{"signature"}, "encrypted"},
		// Go's base64 decoder overlooks line breaks; whoever prints the token does not.
		"line breaks inside":     {func(op *fakeOP) { op.sign = withLines(op.t, 5) }, []string{"signature"}, "invalid characters"},
		"line breaks at its end": {func(op *fakeOP) { op.sign = withLines(op.t, -1) }, []string{"signature"}, "invalid characters"},
		"rubbish":                {func(op *fakeOP) { op.sign = func(_, _ map[string]any) string { return "a.!.c" } }, []string{"signature"}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			op := newFakeOP(t)
			tt.change(op)
			account, _, err := signInWith(t, op, nil, SignInRequest{})
			if tt.failed == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var ie *idtoken.Error
			if account != nil || !errors.Is(err, ErrIDToken) || !errors.As(err, &ie) {
				t.Fatalf("account %v, error %v", account, err)
			}
			var got []string
			reason := ""
			for _, c := range ie.Checks {
				if c.Outcome == idtoken.Failed {
					if got = append(got, c.Name); len(got) == 1 {
						reason = c.Reason
					}
				}
			}
			if !slices.Equal(got, tt.failed) || !strings.Contains(reason, tt.reason) {
				t.Errorf("failed are %v (%s), want %v (%s)", got, reason, tt.failed, tt.reason)
			}
			op.mu.Lock()
			defer op.mu.Unlock()
			if slices.Contains(op.requests, "/userinfo") {
				t.Error("the profile was asked for all the same")
			}
		})
	}
}

// aged makes a token that expired a while ago.
func aged(now time.Time, d time.Duration) func(map[string]any) {
	return func(c map[string]any) {
		c["exp"], c["iat"] = now.Add(-d).Unix(), now.Add(-time.Hour).Unix()
	}
}

// withLines is a good token with line breaks in it; at is counted from its end if it
// is negative.
func withLines(t *testing.T, at int) func(h, c map[string]any) string {
	return func(h, c map[string]any) string {
		raw := signJWT(t, testKey(), h, c)
		i := (at + len(raw)) % len(raw)
		return raw[:i] + "\r\n" + raw[i:]
	}
}

func forged(h, c map[string]any) string {
	return unsignedJWT(h, c, base64.RawURLEncoding.EncodeToString(make([]byte, 256)))
}

func withAlg(alg, signature string) func(h, c map[string]any) string {
	return func(h, c map[string]any) string {
		h["alg"] = alg
		return unsignedJWT(h, c, signature)
	}
}

func withHeader(k string, v any) func(h, c map[string]any) string {
	return func(h, c map[string]any) string {
		h[k] = v
		return forged(h, c)
	}
}

func otherKey(t *testing.T) func(h, c map[string]any) string {
	return func(h, c map[string]any) string {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		return signJWT(t, k, h, c)
	}
}

// embeddedKey signs with a key of the attacker's and sends it along.
func embeddedKey(t *testing.T) func(h, c map[string]any) string {
	return func(h, c map[string]any) string {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		h["jwk"] = jose.JSONWebKey{Key: &k.PublicKey, KeyID: "k1"}
		return signJWT(t, k, h, c)
	}
}

// hmacToken is the confusion of algorithms: the public key as HMAC secret.
func hmacToken(t *testing.T) func(h, c map[string]any) string {
	return func(h, c map[string]any) string {
		public, err := json.Marshal(jose.JSONWebKey{Key: &testKey().PublicKey})
		if err != nil {
			t.Fatal(err)
		}
		h["alg"] = "HS256"
		return signJWT(t, public, h, c)
	}
}

func TestWeakAndWrongKeys(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	pub, priv := newEd25519(t)
	tests := map[string]struct {
		keys   any
		key    any
		alg    string
		reason string // "" is fine
	}{
		"1024 bits":      {keySetOf("k1", &weak.PublicKey), weak, "RS256", "1024 bits"},
		"Ed25519":        {keySetOf("k1", pub), priv, "EdDSA", ""},
		"for encryption": {jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &testKey().PublicKey, KeyID: "k1", Use: "enc"}}}, testKey(), "RS256", "not for signatures"},
		"other alg":      {jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &testKey().PublicKey, KeyID: "k1", Algorithm: "RS256"}}}, testKey(), "PS256", "not for the algorithm"},
		"symmetric":      {jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: []byte("0123456789abcdef"), KeyID: "k1"}}}, testKey(), "RS256", "no such key"},
		"unknown kind beside": {map[string]any{"keys": []any{
			map[string]any{"kty": "future", "kid": "k0"}, 7, jose.JSONWebKey{Key: &testKey().PublicKey, KeyID: "k1"},
		}}, testKey(), "RS256", ""},
		"none": {map[string]any{"keys": []any{}}, testKey(), "RS256", "no such key"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			op := newFakeOP(t)
			op.jwks = func() any { return tt.keys }
			op.sign = func(h, c map[string]any) string {
				h["alg"] = tt.alg
				if tt.alg == "EdDSA" {
					sum := sha512.Sum512([]byte(canaryAccess))
					c["at_hash"] = base64.RawURLEncoding.EncodeToString(sum[:32])
				}
				return signJWT(t, tt.key, h, c)
			}
			_, _, err := signInWith(t, op, nil, SignInRequest{})
			if tt.reason == "" && err != nil || tt.reason != "" && (!errors.Is(err, ErrIDToken) || !strings.Contains(err.Error(), tt.reason)) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestRotatedKeyIsFetchedOnce(t *testing.T) {
	op := newFakeOP(t)
	next, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	fetches := 0
	op.jwks = func() any {
		op.mu.Lock()
		defer op.mu.Unlock()
		fetches++
		keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &testKey().PublicKey, KeyID: "k1"}}}
		if fetches > 1 {
			keys.Keys = append(keys.Keys, jose.JSONWebKey{Key: &next.PublicKey, KeyID: "k2"})
		}
		return keys
	}
	a := newTestAgent(t, op, nil, nil)
	p := op.provider()
	md := &providers.Metadata{Issuer: op.server.URL, JWKSURI: op.server.URL + "/keys"}
	if _, _, err := a.idTokens.Prefetch(t.Context(), p, md.JWKSURI); err != nil {
		t.Fatal(err)
	}
	check := func(kid string, key any) error {
		op.sign = func(h, c map[string]any) string { h["kid"] = kid; return signJWT(t, key, h, c) }
		_, _, err := a.idTokens.Verify(t.Context(), p, md, providers.NewSecret(op.idToken()), idtoken.Wants{SkipNonce: true})
		return err
	}
	if err := check("k2", next); err != nil || fetches != 2 {
		t.Errorf("rotated: %v after %d fetches", err, fetches)
	}
	if err := check("k1", testKey()); err != nil {
		t.Errorf("the old one: %v", err)
	}
	for range 50 {
		if err := check("k3", next); !errors.Is(err, ErrIDToken) {
			t.Fatalf("unknown: %v", err)
		}
	}
	if fetches != 2 {
		t.Errorf("%d fetches for unknown keys", fetches)
	}
}

func TestKeysNotToBeHad(t *testing.T) {
	for name, answer := range map[string]any{"no key set": map[string]any{"x": 1}, "too large": strings.Repeat("x", 512<<10)} {
		t.Run(name, func(t *testing.T) {
			op := newFakeOP(t)
			op.jwks = func() any { return answer }
			if account, _, err := signInWith(t, op, nil, SignInRequest{}); account != nil || !errors.Is(err, oauth.ErrAnswer) {
				t.Errorf("%v, %v", account, err)
			}
		})
	}
}

func TestIssuerTemplates(t *testing.T) {
	const pattern = "https://login.example/{tid}/v2.0"
	const template = "https://login.example/{tenantid}/v2.0"
	tests := []struct {
		published string // the issuer that the metadata names
		tid, iss  string
		ok        bool
	}{
		{template, "3f1c", "https://login.example/3f1c/v2.0", true},
		{template, "3f1c", "https://login.example/other/v2.0", false},
		{template, "a/b", "https://login.example/a/b/v2.0", false},
		{template, "", "https://login.example//v2.0", false},
		{template, "3f1c", "login.example", true},
		{template, "3f1c", "https://login.example/{tid}/v2.0", false},
		// A tenant that is named is the only one.
		{"https://login.example/3f1c/v2.0", "3f1c", "https://login.example/3f1c/v2.0", true},
		{"https://login.example/3f1c/v2.0", "77aa", "https://login.example/77aa/v2.0", false},
		{"https://login.example/3f1c/v2.0", "3f1c", "login.example", true},
	}
	for _, tt := range tests {
		op := newFakeOP(t)
		op.claims = func(c map[string]any) { c["iss"], c["tid"] = tt.iss, tt.tid }
		op.metadata = func(md map[string]any) { md["issuer"] = tt.published }
		_, _, err := signInWith(t, op, func(p *providers.Provider) {
			p.IDToken.Issuer, p.IDToken.AlsoIssuers = pattern, []string{"login.example"}
		}, SignInRequest{})
		if tt.ok != (err == nil) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// A clock five minutes off is told as such, in both directions.
func TestClockOff(t *testing.T) {
	for _, off := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
		op := newFakeOP(t)
		op.now = func() time.Time { return time.Now().Add(off) }
		// A token that lives two minutes, and the answer's Date header.
		op.claims = func(c map[string]any) { c["exp"] = op.now().Add(2 * time.Minute).Unix() }
		op.token = func(w http.ResponseWriter, _ *http.Request, answer map[string]any) {
			w.Header().Set("Date", op.now().UTC().Format(http.TimeFormat))
			writeJSON(w, answer)
		}
		_, _, err := signInWith(t, op, nil, SignInRequest{})
		want := "clock seems to be 5 minutes behind"
		if off < 0 {
			want = "clock seems to be 5 minutes ahead"
		}
		if !errors.Is(err, ErrIDToken) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", off, err)
		}
	}
}

func TestRefreshedIDTokenKeepsItsUser(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	md := &providers.Metadata{Issuer: op.server.URL, JWKSURI: op.server.URL + "/keys"}
	op.claims = func(c map[string]any) { c["nonce"] = nil }
	verify := func(w idtoken.Wants) error {
		w.SkipNonce = true
		_, _, err := a.idTokens.Verify(t.Context(), op.provider(), md, providers.NewSecret(op.idToken()), w)
		return err
	}
	if err := verify(idtoken.Wants{Known: map[string]any{"sub": "user-1"}, Issuer: op.server.URL}); err != nil {
		t.Error(err)
	}
	if err := verify(idtoken.Wants{Known: map[string]any{"sub": "user-2"}}); !errors.Is(err, ErrIDToken) {
		t.Errorf("other user: %v", err)
	}
	if err := verify(idtoken.Wants{Issuer: "https://other.example"}); !errors.Is(err, ErrIDToken) {
		t.Errorf("other issuer: %v", err)
	}
}

func TestInspect(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	raw := providers.NewSecret(op.idToken() + "\n")
	in, err := a.Inspect(t.Context(), "fake", raw)
	if err != nil || in.Format != "jwt" || in.Claims["sub"] != "user-1" || len(in.Checks) != 10 {
		t.Errorf("%+v, %v", in, err)
	}
	if in, err = a.Inspect(t.Context(), "", raw); err != nil || in.Checks != nil || in.Header["kid"] != "k1" {
		t.Errorf("without a provider: %+v, %v", in, err)
	}
	op.claims = func(c map[string]any) { c["aud"] = "somebody" }
	if in, err = a.Inspect(t.Context(), "fake", providers.NewSecret(op.idToken())); err != nil || in.Checks[2].Outcome != idtoken.Failed {
		t.Errorf("another app's: %+v, %v", in, err)
	}
	op.claims = func(c map[string]any) { c["scope"] = "x" }
	if in, err = a.Inspect(t.Context(), "fake", providers.NewSecret(op.idToken())); err != nil || in.Checks != nil {
		t.Errorf("an access token: %+v, %v", in, err)
	}
	if in, err = a.Inspect(t.Context(), "fake", providers.NewSecret("gho_x")); err != nil || in.Format != "opaque" {
		t.Errorf("opaque: %+v, %v", in, err)
	}
	if _, err = a.Inspect(t.Context(), "nobody", raw); err == nil {
		t.Error("an unknown provider is found")
	}
}

// The clock is not blamed for times that cannot be read or contradict each other.
func TestOddTimesAreNotTheClock(t *testing.T) {
	for name, change := range map[string]func(map[string]any){
		"iat missing":   func(c map[string]any) { delete(c, "iat") },
		"iat as text":   func(c map[string]any) { c["iat"] = "1800000000" },
		"milliseconds":  func(c map[string]any) { c["exp"], c["iat"] = 1_800_000_000_000, 1_800_000_000_000 },
		"exp as a list": func(c map[string]any) { c["exp"] = []int{1} },
		"nbf as text":   func(c map[string]any) { c["nbf"] = "now" },
		"iat after exp": func(c map[string]any) { c["exp"], c["iat"] = time.Now().Unix()+10, time.Now().Unix()+20 },
	} {
		op := newFakeOP(t)
		op.claims = change
		_, _, err := signInWith(t, op, nil, SignInRequest{})
		if words := problem.Explain(err, nil, ""); !errors.Is(err, ErrIDToken) || words.Code == "clock" {
			t.Errorf("%s: %v, %+v", name, err, words)
		}
	}
}
