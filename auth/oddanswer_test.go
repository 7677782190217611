package auth

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers/identity"
)

// A byte order mark before an answer, whichever it is, is passed over.
func TestSignInWithByteOrderMarks(t *testing.T) {
	op := newFakeOP(t)
	op.prefix = "\ufeff"
	account, _, err := signInWith(t, op, nil, SignInRequest{})
	if err != nil || account.User.Name != "Ada" || len(account.Missing) != 0 {
		t.Errorf("%+v, %v", account, err)
	}
}

// A member of the metadata that cannot be used is left out and named; the
// sign-in does without.
func TestSignInWithOddMetadata(t *testing.T) {
	for name, value := range map[string]any{
		"claims_supported":                      "sub name",
		"token_endpoint_auth_methods_supported": "client_secret_basic",
		"require_pushed_authorization_requests": "false",
		"introspection_endpoint":                map[string]any{},
		"registration_endpoint":                 "urn:none",
		"revocation_endpoint":                   "http://192.168.1.1/revoke",
		"end_session_endpoint":                  7,
		"scopes_supported":                      []any{"openid", 7, nil},
		"prompt_values_supported":               map[string]any{"login": true},
	} {
		op := newFakeOP(t)
		op.metadata = func(md map[string]any) { md[name] = value }
		var told []string
		_, _, err := signInWith(t, op, nil, SignInRequest{Observe: func(e trace.Event) {
			if e.Step == trace.StepDiscover && e.Phase == trace.Done {
				told = append(told, e.Detail)
			}
		}})
		if err != nil || !slices.ContainsFunc(told, func(s string) bool { return strings.Contains(s, name) }) {
			t.Errorf("%s: %v; told %q", name, err, told)
		}
		a := newTestAgent(t, op, nil, nil)
		tested, err := a.Tester().Test(t.Context(), probe.Request{Provider: "fake"})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(tested.Checks, func(c probe.Check) bool { return c.Name == "discovery" })
		if c := tested.Checks[i]; c.Outcome != idtoken.Passed || !strings.Contains(c.Reason, name) {
			t.Errorf("%s: the test says %+v", name, c)
		}
	}
}

// What else is in a key does not matter, and a key that cannot be read costs
// only itself.
func TestKeysWithOddMembers(t *testing.T) {
	for name, odd := range map[string]any{
		"x5c": []string{}, "x5t": 7, "key_ops": "verify", "alg": 256, "x5u": "%", "exp": "never", "ext": "yes", "oth": nil,
	} {
		op := newFakeOP(t)
		op.jwks = func() any {
			data, err := json.Marshal(keySetOf("k1", &testKey().PublicKey))
			if err != nil {
				t.Error(err)
			}
			var set struct {
				Keys []map[string]any `json:"keys"`
			}
			if err := json.Unmarshal(data, &set); err != nil {
				t.Error(err)
			}
			set.Keys[0][name] = odd
			return map[string]any{"keys": []any{set.Keys[0], map[string]any{"kty": 7}, "no key"}}
		}
		var told []string
		_, _, err := signInWith(t, op, nil, SignInRequest{Observe: func(e trace.Event) {
			if e.Name == "Keys" && e.Phase == trace.Done {
				told = append(told, e.Detail)
			}
		}})
		if err != nil || !slices.ContainsFunc(told, func(s string) bool { return strings.Contains(s, "keys are not readable") }) {
			t.Errorf("%s: %v; told %q", name, err, told)
		}
	}
}

// User info that does not say in text whom it is about is not used (OIDC Core
// §5.3.2), and that is all: the ID token says who signed in.
func TestUserinfoWithoutTextSub(t *testing.T) {
	for name, info := range map[string]map[string]any{
		"none":   {"name": "Mallory"},
		"number": {"sub": 42, "name": "Mallory"},
		"null":   {"sub": nil, "name": "Mallory"},
		"list":   {"sub": []string{"user-1"}, "name": "Mallory"},
		"empty":  {"sub": "", "name": "Mallory"},
	} {
		op := newFakeOP(t)
		op.userinfo = info
		account, _, err := signInWith(t, op, nil, SignInRequest{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if account.User.ID != "user-1" || account.User.Name == "Mallory" ||
			!slices.ContainsFunc(account.Missing, func(m identity.Missing) bool { return strings.Contains(m.Reason, "sub") }) {
			t.Errorf("%s: %+v, missing %+v", name, account.User, account.Missing)
		}
	}
}
