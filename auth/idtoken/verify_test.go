package idtoken

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/providers"
)

// A verifier gets keys once, refuses what is not for this client or not by this
// provider, and says which check failed.
func TestVerify(t *testing.T) {
	p := &providers.Provider{Client: providers.Client{ID: "c"}}
	md := &providers.Metadata{Issuer: "https://id.example", JWKSURI: "https://id.example/keys"}
	fetched := 0
	v := New(func(context.Context, *providers.Provider, string) (*KeySet, error) {
		fetched++
		return ReadKeys(setOf(t, "k1"))
	}, time.Now)
	good := func(change map[string]any) map[string]any {
		claims := map[string]any{
			"iss": "https://id.example", "aud": "c", "sub": "1", "nonce": "n",
			"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
		}
		maps.Copy(claims, change)
		return claims
	}
	for name, c := range map[string]struct {
		raw    string
		failed string
	}{
		"good":           {signed(t, "k1", good(nil)), ""},
		"another app":    {signed(t, "k1", good(map[string]any{"aud": "d"})), "aud"},
		"another issuer": {signed(t, "k1", good(map[string]any{"iss": "https://other.example"})), "iss"},
		"another flow":   {signed(t, "k1", good(map[string]any{"nonce": "m"})), "nonce"},
		"unsigned":       {compact(t, map[string]any{"alg": "none"}, good(nil), ""), "signature"},
	} {
		checks, claims, err := v.Verify(t.Context(), p, md, providers.NewSecret(c.raw), Wants{Nonce: "n"})
		var failed []string
		for _, check := range checks {
			if check.Outcome == Failed {
				failed = append(failed, check.Name)
			}
		}
		if strings.Join(failed, " ") != c.failed || (err == nil) != (c.failed == "") || err != nil && !errors.Is(err, ErrFailed) || claims["sub"] != "1" {
			t.Errorf("%s: %+v, %v, %v", name, checks, claims, err)
		}
	}
	if fetched != 1 {
		t.Errorf("keys were fetched %d times", fetched)
	}
}

// A check is kept with its account and on its page: what it says of time holds later
// too, so it names the moment it counts from.
func TestTimesCountFromTheCheck(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	limit := time.Hour
	c := claimChecks{now: now, want: Wants{MaxAge: &limit}, Token: &Token{Claims: map[string]any{
		"exp": json.Number("1700000290"), "iat": json.Number("1699999990"), "auth_time": json.Number("1699999880"),
	}}}
	for _, check := range []Check{c.expiry(), c.issuedAt(), c.freshness()} {
		if check.Outcome != Passed || !strings.HasSuffix(check.Reason, "the check") {
			t.Errorf("%+v", check)
		}
	}
}

func TestIssuerFits(t *testing.T) {
	const pattern = "https://login.example/{tid}/v2.0"
	for _, c := range []struct {
		pattern, published, iss string
		fits, known             bool
	}{
		{pattern, "https://login.example/{tenantid}/v2.0", "https://login.example/3f1c/v2.0", true, true},
		{pattern, "https://login.example/{tenantid}/v2.0", "https://login.example/a/b/v2.0", false, true},
		{pattern, "https://login.example/{tenantid}/v2.0", "https://login.example//v2.0", false, true},
		{pattern, "https://login.example/{tenantid}/v2.0", "https://login.example/{tid}/v2.0", false, true},
		{pattern, "https://login.example/3f1c/v2.0", "https://login.example/77aa/v2.0", false, true},
		{"", "https://id.example", "https://id.example", true, true},
		{"", "https://id.example", "https://id.example/", false, true},
		{"", "", "https://id.example", false, false},
	} {
		p := &providers.Provider{IDToken: providers.IDToken{Issuer: c.pattern}}
		fits, known := IssuerFits(p, &providers.Metadata{Issuer: c.published}, c.iss)
		if fits != c.fits || known != c.known {
			t.Errorf("%+v: %v, %v", c, fits, known)
		}
	}
}

func FuzzIDToken(f *testing.F) {
	f.Add("a.b.c")
	f.Add(compact(f, map[string]any{"alg": "none"}, map[string]any{"sub": "x"}, ""))
	f.Add(compact(f, map[string]any{"alg": "RS256", "kid": "k1"}, map[string]any{"aud": []any{"c", 7}, "exp": 1e99, "iat": "x"}, "AAAA"))
	f.Add(signed(f, "k1", map[string]any{"sub": "x"}))
	p := &providers.Provider{Client: providers.Client{ID: "c"}, IDToken: providers.IDToken{Issuer: "https://{tid}/x"}}
	md := &providers.Metadata{Issuer: "https://x", JWKSURI: "http://127.0.0.1/keys"}
	keys, err := ReadKeys(setOf(f, "k1"))
	if err != nil {
		f.Fatal(err)
	}
	v := New(func(context.Context, *providers.Provider, string) (*KeySet, error) { return keys, nil }, time.Now)
	f.Fuzz(func(t *testing.T, raw string) {
		checks, _, err := v.Verify(t.Context(), p, md, providers.NewSecret(raw), Wants{Nonce: "n"})
		if err == nil || len(checks) == 0 {
			t.Errorf("accepted: %v", checks)
		}
	})
}
