package auth

import (
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"strings"
	"testing"
	"time"
)

// User info that is signed is read if the provider signed it, and for this app
// (OIDC Core §5.3.2). Any other is not used, and the sign-in says why.
func TestSignedUserinfo(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	op := newFakeOP(t)
	header := map[string]any{"alg": "RS256", "kid": "k1", "typ": "JWT"}
	good := func(change map[string]any) map[string]any {
		claims := map[string]any{"iss": op.server.URL, "aud": []string{"client-1"}, "sub": "user-1", "name": "Ada"}
		maps.Copy(claims, change)
		return claims
	}
	signed := func(change map[string]any) func() string {
		return func() string { return signJWT(t, testKey(), header, good(change)) }
	}
	for name, c := range map[string]struct {
		answer func() string
		why    string // "" is a good one
	}{
		"good":           {signed(nil), ""},
		"with times":     {signed(map[string]any{"exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}), ""},
		"ended":          {signed(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}), "exp: expired"},
		"another issuer": {signed(map[string]any{"iss": "https://other.example"}), "iss:"},
		"no issuer":      {signed(map[string]any{"iss": nil}), "iss: missing"},
		"another app":    {signed(map[string]any{"aud": "client-2"}), "aud: for another app"},
		"no audience":    {signed(map[string]any{"aud": nil}), "aud: missing"},
		"another person": {signed(map[string]any{"sub": "user-2"}), "about"},
		"another key":    {func() string { return signJWT(t, other, header, good(nil)) }, "signature: it does not match"},
		"unsigned":       {func() string { return unsignedJWT(map[string]any{"alg": "none"}, good(nil), "") }, `signature: algorithm "none" is not accepted`},
		"encrypted":      {func() string { return "e30.e30.e30.e30.e30" }, "encrypted"},
		"an access token": {func() string {
			return signJWT(t, testKey(), map[string]any{"alg": "RS256", "kid": "k1", "typ": "at+jwt"}, good(nil))
		}, "signature: the token is of type"},
		"rubbish": {func() string { return "rubbish" }, "not a signed token"},
	} {
		op.signedUserinfo = c.answer
		account, _, err := signInWith(t, op, nil, SignInRequest{})
		switch {
		case c.why == "":
			if err != nil || account.User.Name != "Ada" || len(account.Missing) != 0 {
				t.Errorf("%s: %+v, %v", name, account, err)
			}
		case name == "another person":
			if err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("%s: %+v, %v", name, account, err)
			}
		case err == nil:
			if account.User.Name == "Ada" || len(account.Missing) != 1 || !strings.Contains(account.Missing[0].Reason, c.why) {
				t.Errorf("%s: %+v", name, account)
			}
		case !strings.Contains(err.Error(), c.why):
			t.Errorf("%s: %v", name, err)
		}
	}
}
