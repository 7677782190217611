package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
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
			found := problem.Explain(err, p.Config(), "")
			if found.Kind != problem.KindUsage || found.Code != "secret-unused" || !strings.Contains(found.Detail, "client."+name+` = "none"`) || strings.Contains(found.Next, "vault") != kept {
				t.Errorf("%s, kept %t: problem = %+v", name, kept, found)
			}
			tested, err := a.Tester().Test(t.Context(), probe.Request{Provider: "authtest"})
			if err != nil || tested.Checks[0].Outcome != idtoken.Failed || !strings.Contains(tested.Checks[0].Reason, "client."+name) {
				t.Errorf("%s, kept %t: %v, %+v", name, kept, err, tested)
			}
		}
	}
}

// The test of a provider finds the way that works where the one in use does not.
func TestProbeFindsTheWayThatWorks(t *testing.T) {
	for name, c := range map[string]struct {
		behave       authtest.Behaviour
		auth, secret string
		outcome      idtoken.Outcome
		next         string
	}{
		"as listed":                {authtest.Behaviour{AuthMethods: []string{"client_secret_basic"}}, "", oddSecret, idtoken.Passed, ""},
		"not decoded":              {authtest.Behaviour{AuthMethods: []string{"client_secret_basic", "client_secret_post"}, PlainBasic: true}, "", oddSecret, idtoken.Failed, `client.auth = "client_secret_post"`},
		"not decoded, Basic only":  {authtest.Behaviour{AuthMethods: []string{"client_secret_basic"}, PlainBasic: true}, "", oddSecret, idtoken.Failed, `client.auth = "client_secret_basic_plain"`},
		"sent plain":               {authtest.Behaviour{AuthMethods: []string{"client_secret_basic"}, PlainBasic: true}, "client_secret_basic_plain", oddSecret, idtoken.Passed, ""},
		"the file says another":    {authtest.Behaviour{AuthMethods: []string{"client_secret_basic"}}, "client_secret_post", oddSecret, idtoken.Failed, `client.auth = "auto"`},
		"wrong whatever the way":   {authtest.Behaviour{}, "", "another", idtoken.Failed, "app registration"},
		"a public client's secret": {authtest.Behaviour{AuthMethods: []string{"none"}}, "", oddSecret, idtoken.Failed, "Remove the client secret"},
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
			tested, err := a.Tester().Test(t.Context(), probe.Request{Provider: "authtest"})
			if err != nil {
				t.Fatal(err)
			}
			for _, check := range tested.Checks {
				if check.Name == "client" && (check.Outcome != c.outcome || !strings.Contains(check.Next, c.next)) {
					t.Errorf("%+v", check)
				}
			}
		})
	}
}

// A server that repeats the headers of a request in its error makes nobody tell
// them, with a receipt either.
func TestHeadersOfARevocationAreNotTold(t *testing.T) {
	for _, way := range []string{providers.AuthBasic, providers.AuthBasicPlain} {
		for name, signOut := range map[string]providers.SignOut{
			"the standard's": {Method: "rfc7009", URL: "https://as.example/revoke"},
			"its own":        {Method: "requests", URL: "https://as.example", Requests: []providers.SignOutRequest{{Method: "DELETE", Path: "/grant", Auth: "basic", Body: "{}"}}},
		} {
			p := &providers.Provider{
				ID: "x", Name: "Acme", Client: providers.Client{ID: "app", Secret: providers.NewSecret(oddSecret), Auth: way}, SignOut: signOut,
			}
			sent := ""
			a, err := New(Options{
				Lookup: func(string) (*providers.Provider, bool) { return p, true },
				Transport: transport(func(r *http.Request, _ url.Values) (int, string, error) {
					_, basic, _ := strings.Cut(r.Header.Get("Authorization"), " ")
					sent = strings.TrimRight(basic, "=")
					return http.StatusBadRequest, `{"error":"` + basic + `","error_description":"Basic ` + sent + " " + url.QueryEscape(basic) + `"}`, nil
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			rec := &record{Tokens: oauth.Tokens{Refresh: providers.NewSecret("RT-canary")}}
			err = revokeTokens(t.Context(), clientOf(a, p), rec)
			told := a.upkeep.signOuts.revokedResult(p, err)
			all := fmt.Sprintf("%+v %v", told, err)
			if told.Outcome != OutcomeFailed || sent == "" || strings.Contains(all, sent) || strings.Contains(all, url.QueryEscape(sent)) {
				t.Errorf("%s, %s: a header is told, or none was sent: %v", name, way, err)
			}
		}
	}
}
