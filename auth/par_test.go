package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// optionAgent is an agent for p's provider, which change may alter.
func optionAgent(t *testing.T, p *authtest.Provider, b *authtest.Browser, change func(*providers.Provider), options ...func(*Options)) *Agent {
	t.Helper()
	o := Options{Browser: b.Open, Lookup: func(string) (*providers.Provider, bool) {
		c := p.Config()
		if change != nil {
			change(c)
		}
		return c, true
	}}
	for _, set := range options {
		set(&o)
	}
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.Wait()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// queryOf is the query of a link.
func queryOf(t *testing.T, link string) url.Values {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func oauthFault(status int, code string) authtest.Fault {
	return authtest.Fault{Status: status, Body: `{"error":"` + code + `"}`}
}

func TestWhenRequestsArePushed(t *testing.T) {
	offered := authtest.Behaviour{PAR: true}
	broken := func(f authtest.Fault) authtest.Behaviour {
		return authtest.Behaviour{PAR: true, Faults: map[string]authtest.Fault{authtest.PAR: f}}
	}
	tests := map[string]struct {
		par      string
		behave   authtest.Behaviour
		pushed   bool // the browser's link is
		fellBack bool
		err      error
	}{
		"not offered":                     {behave: authtest.Behaviour{}},
		"offered":                         {behave: offered, pushed: true},
		"offered, auto":                   {par: "auto", behave: offered, pushed: true},
		"offered, never":                  {par: "never", behave: offered},
		"offered, required by the file":   {par: "required", behave: offered, pushed: true},
		"required":                        {behave: authtest.Behaviour{RequirePAR: true}, pushed: true},
		"404":                             {behave: broken(authtest.Fault{Status: 404, Body: "not here"}), fellBack: true},
		"405":                             {behave: broken(authtest.Fault{Status: 405}), fellBack: true},
		"501":                             {behave: broken(authtest.Fault{Status: 501}), fellBack: true},
		"503":                             {behave: broken(authtest.Fault{Status: 503, Body: `{"error":"oops"}`}), fellBack: true},
		"a web page":                      {behave: broken(authtest.HTML), fellBack: true},
		"no address":                      {behave: broken(authtest.Fault{Body: `{}`}), fellBack: true},
		"endless address":                 {behave: broken(authtest.Fault{Body: `{"request_uri":"` + strings.Repeat("x", 2<<10+1) + `"}`}), fellBack: true},
		"cut off":                         {behave: broken(authtest.CutOff), fellBack: true},
		"client may not push":             {behave: broken(oauthFault(400, "unauthorized_client")), fellBack: true},
		"client must prove itself":        {behave: broken(oauthFault(401, "invalid_client")), fellBack: true},
		"refused somehow":                 {behave: broken(oauthFault(400, "invalid_request")), fellBack: true},
		"redirect address refused":        {behave: broken(authtest.Fault{Status: 400, Body: `{"error":"invalid_request","error_description":"Invalid redirect_uri"}`}), err: &oauth.ProviderError{}},
		"request refused":                 {behave: broken(oauthFault(400, "invalid_scope")), err: &oauth.ProviderError{}},
		"404, required by the file":       {par: "required", behave: broken(authtest.Fault{Status: 404}), err: oauth.ErrAnswer},
		"not there, required by the file": {par: "required", err: oauth.ErrAnswer},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p, b := authtest.NewProvider(t), &authtest.Browser{}
			p.Behave(tt.behave)
			a := optionAgent(t, p, b, func(c *providers.Provider) { c.Authorization.PAR = tt.par })
			var push []trace.Event
			_, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Observe: func(e trace.Event) {
				if e.Step == trace.StepPush && e.Phase != trace.Started {
					push = append(push, e)
				}
			}})
			if tt.err != nil {
				var refused *oauth.ProviderError
				if !errors.Is(err, tt.err) && !errors.As(err, &refused) || len(b.Opened()) > 0 || push[0].Phase != trace.Broken {
					t.Errorf("err = %v, opened %v, events %+v", err, b.Opened(), push)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			q := queryOf(t, b.Opened()[0])
			if q.Has("request_uri") != tt.pushed || q.Has("state") == tt.pushed || q.Get("client_id") != authtest.ClientID {
				t.Errorf("link is %v", q)
			}
			wantPush(t, push, tt.pushed, tt.fellBack)
		})
	}
}

// A client that the provider does not know, or whose secret is wrong, is told
// before the browser opens: on the page there the same error would never come back.
// One that may not push only signs in all the same, which the token endpoint shows.
func TestClientRefusedWhenPushing(t *testing.T) {
	// What is said when pushing; Keycloak says invalid_request.
	said := map[string]map[string]authtest.Fault{
		"":                       nil,
		", told as its request":  {authtest.PAR: oauthFault(401, "invalid_request")},
		", told by a page's 401": {authtest.PAR: {Status: 401, Body: "<html>"}},
	}
	for name, change := range map[string]func(*providers.Provider){
		"unknown client": func(c *providers.Provider) { c.Client.ID = "nobody" },
		"wrong secret":   func(c *providers.Provider) { c.Client.Secret = providers.NewSecret("wrong") },
	} {
		for how, faults := range said {
			t.Run(name+how, func(t *testing.T) {
				p, b := authtest.NewProvider(t), &authtest.Browser{}
				p.Behave(authtest.Behaviour{PAR: true, ClientSecret: canarySecret, Faults: faults})
				var push []trace.Event
				_, err := optionAgent(t, p, b, change).SignIn(t.Context(), SignInRequest{Provider: "authtest", Observe: func(e trace.Event) {
					if e.Step == trace.StepPush && e.Phase != trace.Started {
						push = append(push, e)
					}
				}})
				if oauth.Code(err) != "invalid_client" || len(b.Opened()) != 0 {
					t.Errorf("err = %v, opened %d", err, len(b.Opened()))
				}
				if len(push) != 1 || push[0].Phase != trace.Broken {
					t.Errorf("events: %+v", push)
				}
				if found := problem.Explain(err, p.Config(), ""); found.Title != "Wrong client ID or secret" {
					t.Errorf("%+v", found)
				}
			})
		}
	}
}

// A provider that redeems a code which it gave to nobody lets anybody in.
func TestNoSignInWhereAnyCodeIsRedeemed(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	p.Behave(authtest.Behaviour{PAR: true, Faults: map[string]authtest.Fault{
		authtest.PAR:   oauthFault(401, "invalid_client"),
		authtest.Token: {Status: 200, Body: `{"access_token":"` + canaryAccess + `","token_type":"Bearer"}`},
	}})
	_, err := optionAgent(t, p, b, nil).SignIn(t.Context(), SignInRequest{Provider: "authtest"})
	if len(b.Opened()) != 0 || !errors.Is(err, oauth.ErrAnyCode) || strings.Contains(err.Error(), canaryAccess) {
		t.Errorf("err = %v, opened %d", err, len(b.Opened()))
	}
	if found := problem.Explain(err, p.Config(), ""); found.Kind != problem.KindFailed || found.Code != "any-code" ||
		!strings.Contains(found.Detail, "never existed") || !strings.HasPrefix(found.Next, "Do not use this provider") {
		t.Errorf("%+v", found)
	}
}

// wantPush checks what was told of pushing the request.
func wantPush(t *testing.T, told []trace.Event, pushed, fellBack bool) {
	t.Helper()
	switch {
	case !pushed && !fellBack:
		if len(told) > 0 {
			t.Errorf("events: %+v", told)
		}
	case len(told) != 1:
		t.Errorf("events: %+v", told)
	case pushed && (told[0].Phase != trace.Done || told[0].Detail == "" || told[0].Exchange.Sent["state"] != providers.Redacted):
		t.Errorf("pushed: %+v", told[0])
	case fellBack && (told[0].Phase != trace.Bypassed || !strings.Contains(told[0].Detail, "not possible here")):
		t.Errorf("not pushed: %+v", told[0])
	}
}

// A provider that cannot be reached at its endpoint for pushed requests.
func TestPushedRequestOffline(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	a := optionAgent(t, p, b, func(c *providers.Provider) { c.Endpoints.PushedAuthorization = "http://127.0.0.1:1/par" })
	if _, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"}); err != nil {
		t.Error(err)
	}
	a = optionAgent(t, p, b, func(c *providers.Provider) {
		c.Endpoints.PushedAuthorization, c.Authorization.PAR = "http://127.0.0.1:1/par", "required"
	})
	if _, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"}); !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("err = %v", err)
	}
}

// The client proves itself as at the token endpoint (RFC 9126 §2).
func TestPushedRequestWithSecret(t *testing.T) {
	for _, way := range []string{"client_secret_basic", "client_secret_post"} {
		p, b := authtest.NewProvider(t), &authtest.Browser{}
		p.Behave(authtest.Behaviour{RequirePAR: true, ClientSecret: canarySecret})
		a := optionAgent(t, p, b, func(c *providers.Provider) {
			c.Client.Auth, c.Client.Secret = way, providers.NewSecret(canarySecret)
		})
		if _, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"}); err != nil {
			t.Errorf("%s: %v", way, err)
		}
		if strings.Contains(b.Opened()[0], canarySecret) {
			t.Errorf("%s: the secret is in the link", way)
		}
	}
}

// A pushed request is good once: the next window gets a link of its own, and
// nothing is pushed for a link that somebody carries to another machine.
func TestAnotherWindowAfterAPushedRequest(t *testing.T) {
	for name, tt := range map[string]struct {
		behave authtest.Behaviour
		pushes int
		byHand bool // the link for a person holds the request
	}{
		"offered":  {authtest.Behaviour{PAR: true}, 1, true},
		"required": {authtest.Behaviour{RequirePAR: true}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, b := authtest.NewProvider(t), &authtest.Browser{Away: true}
			p.Behave(tt.behave)
			opened := make(chan struct{}, 4)
			a := optionAgent(t, p, b, nil)
			a.browser = func(ctx context.Context, link string) error {
				err := b.Open(ctx, link)
				opened <- struct{}{}
				return err
			}
			f, err := a.Start(t.Context(), SignInRequest{Provider: "authtest"})
			if err != nil {
				t.Fatal(err)
			}
			<-opened
			first := authtest.Get(t.Context(), b.Opened()[0])
			if first.Status != http.StatusFound {
				t.Errorf("first window: %d %s", first.Status, first.Body)
			}
			if err := f.OpenBrowser(t.Context()); err != nil {
				t.Fatal(err)
			}
			if q := queryOf(t, f.URL()); q.Has("state") != tt.byHand {
				t.Errorf("link for a person: %v", q)
			}
			second := authtest.Get(t.Context(), b.Opened()[1])
			authtest.Get(t.Context(), second.Header.Get("Location"))
			if _, err := f.Wait(t.Context()); err != nil {
				t.Error(err)
			}
			if n := p.Count(authtest.PAR); n != tt.pushes {
				t.Errorf("%d pushed requests", n)
			}
		})
	}
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	p.Behave(authtest.Behaviour{PAR: true})
	f, err := optionAgent(t, p, b, nil).Start(t.Context(), SignInRequest{Provider: "authtest", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Cancel()
	if q := queryOf(t, f.URL()); q.Has("request_uri") || p.Count(authtest.PAR) != 0 {
		t.Errorf("link for elsewhere: %v", q)
	}
}

// forgetful is a browser with which the provider forgets what came before the
// person answers. The keys are there by then: the person is still typing.
func forgetful(p *authtest.Provider) (*authtest.Browser, func(trace.Event)) {
	keys := make(chan struct{})
	b := &authtest.Browser{Before: func(ctx context.Context, _ *url.URL) {
		select {
		case <-keys:
		case <-ctx.Done():
		}
		p.Forget()
	}}
	return b, func(e trace.Event) {
		if e.Name == "Keys" && e.Phase == trace.Done {
			close(keys)
		}
	}
}

// Pushing is before the browser: after it there are two round trips as ever.
func TestRoundTripsWithPushedRequest(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{PAR: true, Together: []string{authtest.Userinfo, authtest.Groups}})
	b, observe := forgetful(p)
	if _, err := optionAgent(t, p, b, nil).SignIn(t.Context(), SignInRequest{Provider: "authtest", Groups: true, Observe: observe}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range p.Requests() {
		names = append(names, r.Endpoint)
	}
	if slices.Contains(names, authtest.PAR) || p.RoundTrips() != 2 {
		t.Errorf("%d round trips: %v", p.RoundTrips(), names)
	}
}
