package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"claviger/auth/authtest"
	"claviger/providers"
)

// oddSecret has what a base64 secret has, and what form-encoding changes.
const oddSecret = "canary/+c=ret"

// A client secret is sent in the way that the server lists first, and as Basic if
// it lists none (RFC 8414 §2): at the token endpoint, in a pushed request and when
// tokens are revoked.
func TestSecretGoesTheWayTheServerLists(t *testing.T) {
	for name, c := range map[string]struct {
		lists []string
		basic bool
		auth  string // of the provider's file
	}{
		"post first":         {lists: []string{"client_secret_post", "client_secret_basic"}},
		"Basic first":        {lists: []string{"client_secret_basic", "client_secret_post"}, basic: true},
		"after other ways":   {lists: []string{"none", "private_key_jwt", "client_secret_post"}},
		"none listed":        {lists: []string{}, basic: true},
		"the file says post": {lists: []string{"client_secret_basic", "client_secret_post"}, auth: "client_secret_post"},
		"the file says auto": {lists: []string{"client_secret_basic"}, basic: true, auth: "auto"},
	} {
		t.Run(name, func(t *testing.T) {
			p, b := authtest.NewProvider(t), &authtest.Browser{}
			p.Behave(authtest.Behaviour{ClientSecret: oddSecret, AuthMethods: c.lists, PAR: true})
			a := optionAgent(t, p, b, func(config *providers.Provider) {
				config.Client.Auth, config.Client.Secret = c.auth, providers.NewSecret(oddSecret)
			})
			account, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Refresh(t.Context(), account.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := a.SignOut(t.Context(), account.ID, SignOutOptions{Revoke: true}); err != nil {
				t.Fatal(err)
			}
			seen := map[string]int{}
			for _, r := range p.Requests() {
				if r.Endpoint != authtest.Token && r.Endpoint != authtest.PAR && r.Endpoint != authtest.Revoke {
					continue
				}
				seen[r.Endpoint]++
				if r.Basic != c.basic || r.Form.Has("client_secret") == c.basic {
					t.Errorf("%s: Basic %t", r.Endpoint, r.Basic)
				}
			}
			if seen[authtest.Token] < 2 || seen[authtest.PAR] != 1 || seen[authtest.Revoke] == 0 {
				t.Errorf("requests: %v", seen)
			}
		})
	}
}

// A secret that the provider's file rules out is never dropped without a word:
// nothing begins, whoever has the secret.
func TestSecretThatTheFileRulesOut(t *testing.T) {
	for name, change := range map[string]func(*providers.Client){
		"secret": func(c *providers.Client) { c.SecretUse = "none" },
		"auth":   func(c *providers.Client) { c.Auth = "none" },
	} {
		for _, kept := range []bool{false, true} {
			p, person := authtest.NewProvider(t), &authtest.Browser{}
			a := storeAgent(t, p, nil, func(o *Options) {
				o.Browser = person.Open
				o.Lookup = func(string) (*providers.Provider, bool) {
					c := p.Config()
					change(&c.Client)
					if !kept {
						c.Client.Secret = providers.NewSecret(canarySecret)
					}
					return c, true
				}
				o.Secret = func(context.Context, *providers.Provider) (KeptSecret, error) {
					if !kept {
						return KeptSecret{}, fs.ErrNotExist
					}
					return KeptSecret{Secret: providers.NewSecret(canarySecret)}, nil
				}
			})
			_, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
			if !errors.Is(err, ErrSecretUnused) || len(person.Opened()) != 0 {
				t.Errorf("%s, kept %t: SignIn = %v, opened %d links", name, kept, err, len(person.Opened()))
			}
			problem := Explain(err, p.Config(), "")
			if problem.Kind != KindUsage || problem.Code != "secret-unused" || !strings.Contains(problem.Detail, "client."+name+` = "none"`) || strings.Contains(problem.Next, "vault") != kept {
				t.Errorf("%s, kept %t: problem = %+v", name, kept, problem)
			}
			probe, err := a.Probe(t.Context(), ProbeRequest{Provider: "authtest"})
			if err != nil || probe.Checks[0].Outcome != Failed || !strings.Contains(probe.Checks[0].Reason, "client."+name) {
				t.Errorf("%s, kept %t: %v, %+v", name, kept, err, probe)
			}
		}
	}
}

// The test of a provider finds the way that works where the one in use does not.
func TestProbeFindsTheWayThatWorks(t *testing.T) {
	for name, c := range map[string]struct {
		behave       authtest.Behaviour
		auth, secret string
		outcome      Outcome
		next         string
	}{
		"as listed":                {authtest.Behaviour{AuthMethods: []string{"client_secret_basic"}}, "", oddSecret, Passed, ""},
		"not decoded":              {authtest.Behaviour{AuthMethods: []string{"client_secret_basic", "client_secret_post"}, PlainBasic: true}, "", oddSecret, Failed, `client.auth = "client_secret_post"`},
		"not decoded, Basic only":  {authtest.Behaviour{AuthMethods: []string{"client_secret_basic"}, PlainBasic: true}, "", oddSecret, Failed, `client.auth = "client_secret_basic_plain"`},
		"sent plain":               {authtest.Behaviour{AuthMethods: []string{"client_secret_basic"}, PlainBasic: true}, "client_secret_basic_plain", oddSecret, Passed, ""},
		"the file says another":    {authtest.Behaviour{AuthMethods: []string{"client_secret_basic"}}, "client_secret_post", oddSecret, Failed, `client.auth = "auto"`},
		"wrong whatever the way":   {authtest.Behaviour{}, "", "another", Failed, "app registration"},
		"a public client's secret": {authtest.Behaviour{AuthMethods: []string{"none"}}, "", oddSecret, Failed, "Remove the client secret"},
	} {
		t.Run(name, func(t *testing.T) {
			p := authtest.NewProvider(t)
			if name != "a public client's secret" {
				c.behave.ClientSecret = oddSecret
			}
			p.Behave(c.behave)
			a := optionAgent(t, p, &authtest.Browser{}, func(config *providers.Provider) {
				config.Client.Auth, config.Client.Secret = c.auth, providers.NewSecret(c.secret)
			})
			probe, err := a.Probe(t.Context(), ProbeRequest{Provider: "authtest"})
			if err != nil {
				t.Fatal(err)
			}
			for _, check := range probe.Checks {
				if check.Name == "client" && (check.Outcome != c.outcome || !strings.Contains(check.Next, c.next)) {
					t.Errorf("%+v", check)
				}
			}
		})
	}
}

// Id and secret are form-encoded in the header (RFC 6749 §2.3.1), unless the file
// says that the server does not decode them.
func TestBasicIsFormEncoded(t *testing.T) {
	for way, want := range map[string]string{
		"client_secret_basic":       "https%3A%2F%2Fapp.example:canary%2F%2Bc%3Dret",
		"client_secret_basic_plain": "https://app.example:" + oddSecret,
	} {
		req, err := formRequest(t.Context(), "https://as.example/token", nil, credentials{"https://app.example", providers.NewSecret(oddSecret), way}, StepExchange)
		if err != nil {
			t.Fatal(err)
		}
		got, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(req.Header.Get("Authorization"), "Basic "))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", way, got, err)
		}
	}
}
