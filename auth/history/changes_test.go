package history

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
)

func TestTokenChanges(t *testing.T) {
	jwt := func(claims string) providers.Secret {
		part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
		return providers.NewSecret(part(`{"alg":"RS256","typ":"at+jwt"}`) + "." + part(claims) + ".c2ln")
	}
	rec := func(access providers.Secret, scopes ...string) Tokens {
		return Tokens{Access: access, Scopes: scopes}
	}
	many := map[string]any{}
	for i := range 15 {
		many[fmt.Sprintf("c%02d", i)] = i
	}
	short, long := map[string]any{"a": "b"}, map[string]any{"a": strings.Repeat("é", 300)}
	for name, c := range map[string]struct {
		old, next Tokens
		want      *Changes
	}{
		"the same":          {rec(jwt(`{"a":9007199254740993,"iat":1}`), "x"), rec(jwt(`{"a":9007199254740992.0,"iat":2}`), "x"), nil},
		"opaque":            {rec(providers.NewSecret("one")), rec(providers.NewSecret("two")), nil},
		"opaque, then JWT":  {rec(providers.NewSecret("one")), rec(jwt(`{"a":1}`)), nil},
		"order of scopes":   {rec(providers.Secret{}, "x", "y"), rec(providers.Secret{}, "y", "x"), nil},
		"access token":      {rec(jwt(`{"scp":["a"]}`)), rec(jwt(`{"scp":["a","b"]}`)), &Changes{Claims: []ClaimChange{{AccessToken, "scp", `["a"]`, `["a","b"]`}}}},
		"null":              {rec(jwt(`{"a":null,"b":1}`)), rec(jwt(`{"b":1}`)), &Changes{Claims: []ClaimChange{{AccessToken, "a", "null", ""}}}},
		"scopes":            {rec(providers.Secret{}, "x"), rec(providers.Secret{}, "y", "y"), &Changes{ScopesGained: []string{"y"}, ScopesLost: []string{"x"}}},
		"long":              {Tokens{IDClaims: short}, Tokens{IDClaims: long}, &Changes{Claims: []ClaimChange{{IDToken, "a", "b", strings.Repeat("é", maxClaimText) + "…"}}}},
		"name for a screen": {Tokens{IDClaims: short}, Tokens{IDClaims: map[string]any{"a": "b", "x\u202e\n": "y\x1b[2J"}}, &Changes{Claims: []ClaimChange{{IDToken, "x", "", "y[2J"}}}},
	} {
		if diff := cmp.Diff(c.want, Compare(c.old, c.next)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	c := Compare(Tokens{IDClaims: short}, Tokens{IDClaims: many})
	if c == nil || len(c.Claims) != maxClaimChanges || c.MoreClaims != 6 {
		t.Errorf("of 16 changes: %+v", c)
	}
}
