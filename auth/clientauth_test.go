package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
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

// A server that repeats the headers of a request in its error makes nobody tell
// them: a Basic header is the secret, in base64 (RFC 7617 §2).
func TestHeadersOfARequestAreNotTold(t *testing.T) {
	key, err := newProofKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{providers.AuthBasic, providers.AuthBasicPlain} {
		for name, send := range map[string]func(a *Agent, p *providers.Provider) (any, error){
			"token":  posting("https://as.example/token", key, StepExchange),
			"device": posting("https://as.example/device", nil, StepDevice),
			"PAR":    posting("https://as.example/par", key, StepPush),
			"revocation": func(a *Agent, p *providers.Provider) (any, error) {
				err := a.upkeep.signOuts.revoker.revokeTokens(reachingAnywhere(t.Context()), p, &providers.Metadata{}, &record{Tokens: tokenSet{Refresh: providers.NewSecret("RT-canary")}})
				return a.upkeep.signOuts.revoker.revokedResult(p, err), err
			},
			"revocation of its own": func(a *Agent, p *providers.Provider) (any, error) {
				p.SignOut = providers.SignOut{Method: "requests", URL: "https://as.example", Requests: []providers.SignOutRequest{{Method: "DELETE", Path: "/grant", Auth: "basic", Body: "{}"}}}
				err := a.upkeep.signOuts.revoker.revokeTokens(reachingAnywhere(t.Context()), p, &providers.Metadata{}, &record{Tokens: tokenSet{Access: providers.NewSecret("AT-canary")}})
				return a.upkeep.signOuts.revoker.revokedResult(p, err), err
			},
		} {
			p := &providers.Provider{
				ID: "x", Name: "Acme", Client: providers.Client{ID: "app", Secret: providers.NewSecret(oddSecret), Auth: way},
				SignOut: providers.SignOut{Method: "rfc7009", URL: "https://as.example/revoke"},
			}
			var sent []string
			a, err := New(Options{
				Lookup: func(string) (*providers.Provider, bool) { return p, true },
				Transport: transport(func(r *http.Request, _ url.Values) (int, string, error) {
					_, basic, _ := strings.Cut(r.Header.Get("Authorization"), " ")
					sent = append(sent, strings.TrimRight(basic, "="))
					if proof := r.Header.Get("DPoP"); proof != "" {
						sent = append(sent, proof)
					}
					said := basic + " " + strings.TrimRight(basic, "=") + " " + r.Header.Get("Authorization") + " " + url.QueryEscape(basic) + " DPoP " + r.Header.Get("DPoP")
					return http.StatusBadRequest, `{"error":"` + basic + `","error_description":"` + said + `"}`, nil
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			told, err := send(a, p)
			var refused *ProviderError
			if !errors.As(err, &refused) || !strings.Contains(refused.Description, "DPoP") || len(sent) == 0 {
				t.Errorf("%s, %s: %v, sent %d", name, way, err, len(sent))
			}
			all := fmt.Sprintf("%+v %v %+v", told, err, refused)
			for _, s := range sent {
				if s == "" || strings.Contains(all, s) || strings.Contains(all, url.QueryEscape(s)) {
					t.Errorf("%s, %s: a header is told", name, way)
				}
			}
		}
	}
}

// posting posts a form, and returns what the window shows of it.
func posting(endpoint string, key *proofKey, step Step) func(a *Agent, p *providers.Provider) (any, error) {
	return func(a *Agent, p *providers.Provider) (any, error) {
		rep, err := a.postProved(reachingAnywhere(context.Background()), p, &providers.Metadata{}, key, endpoint, url.Values{"code": {canaryCode}}, step)
		return fmt.Sprintf("%+v %+v", rep.event(step, err), *rep.x), err
	}
}
