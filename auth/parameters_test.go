package auth

import (
	"errors"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

const (
	filesAPI = "https://files.example.org/"
	mailAPI  = "https://mail.example.org/v1"
)

// parts picks parameters.
func parts(form url.Values, names ...string) url.Values {
	out := url.Values{}
	for _, n := range names {
		if form.Has(n) {
			out[n] = form[n]
		}
	}
	return out
}

func TestWishesAreSent(t *testing.T) {
	p, b, store := authtest.NewProvider(t), &authtest.Browser{}, newMemStore()
	a := optionAgent(t, p, b, func(c *providers.Provider) {
		c.Authorization.Params = map[string]string{"prompt": "consent", "acr_values": "of-the-file"}
		c.Authorization.Names = map[string]string{"domain_hint": "hd"}
	}, inStore(store))
	age := 10 * time.Minute
	account, err := a.SignIn(t.Context(), SignInRequest{
		Provider: "authtest", Remember: true, Prompt: "login", ACRValues: []string{"gold", "silver"}, MaxAge: &age,
		Resources: []string{filesAPI, mailAPI}, Audience: "aud", DomainHint: "example.org", UILocales: []string{"de-CH", "de"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := parts(p.Last(authtest.Authorize).Form, "prompt", "acr_values", "max_age", "resource", "audience", "domain_hint", "hd", "ui_locales")
	want := url.Values{
		"prompt": {"login"}, "acr_values": {"gold silver"}, "max_age": {"600"}, "resource": {filesAPI, mailAPI},
		"audience": {"aud"}, "hd": {"example.org"}, "ui_locales": {"de-CH de"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	inToken := url.Values{"resource": {filesAPI, mailAPI}}
	if d := cmp.Diff(inToken, parts(p.Last(authtest.Token).Form, "resource", "audience", "prompt")); d != "" {
		t.Errorf("token request: %s", d)
	}
	// Another process asks for the same at the refresh.
	other := storeAgent(t, p, store)
	if _, err := other.Refresh(t.Context(), account.ID); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(inToken, parts(p.Last(authtest.Token).Form, "resource", "audience")); d != "" || p.Refreshes() != 1 {
		t.Errorf("refresh: %s", d)
	}
	// So does a sign-in in place of the account; age and prompt were for once.
	again := optionAgent(t, p, b, nil, inStore(store))
	if _, err := again.SignIn(t.Context(), SignInRequest{Provider: "authtest", Account: account.ID}); err != nil {
		t.Fatal(err)
	}
	got = parts(p.Last(authtest.Authorize).Form, "prompt", "acr_values", "max_age", "resource", "audience")
	want = url.Values{"acr_values": {"gold silver"}, "resource": {filesAPI, mailAPI}, "audience": {"aud"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("again: %s", d)
	}
}

// The resources of a provider's file are its own affair: what was asked for
// last time counts for the refresh, the file for the next sign-in.
func TestResourcesOfTheFile(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	file := []string{filesAPI}
	a := optionAgent(t, p, b, func(c *providers.Provider) { c.Authorization.Resource = file })
	account, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
	if err != nil {
		t.Fatal(err)
	}
	file = []string{mailAPI}
	if _, err := a.Refresh(t.Context(), account.ID); err != nil {
		t.Errorf("refresh after the file changed: %v", err)
	}
	if _, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Account: account.ID}); err != nil {
		t.Fatal(err)
	}
	if got := p.Last(authtest.Authorize).Form["resource"]; !slices.Equal(got, file) {
		t.Errorf("the next sign-in asks for %q", got)
	}
}

func TestImpossibleWishes(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	a := optionAgent(t, p, b, func(c *providers.Provider) { c.Authorization.Names = map[string]string{"resource": "", "audience": ""} })
	minus, zero := -time.Second, time.Duration(0)
	for name, tt := range map[string]struct {
		r    SignInRequest
		want string
	}{
		"not taken":        {SignInRequest{Resources: []string{filesAPI}}, "Authtest does not support resource."},
		"none and more":    {SignInRequest{Prompt: "none login"}, "Prompt “none” cannot be combined with others."},
		"negative age":     {SignInRequest{MaxAge: &minus}, "“max_age” is negative."},
		"age without ID":   {SignInRequest{MaxAge: &zero, Scopes: []string{"profile"}}, "“max_age” cannot be checked without an ID token, which requires the scope openid."},
		"relative":         {SignInRequest{Resources: []string{"files"}}, "\"files\" is not a resource; it must be a full URL without “#”."},
		"fragment":         {SignInRequest{Resources: []string{filesAPI + "#x"}}, "\"https://files.example.org/#x\" is not a resource; it must be a full URL without “#”."},
		"prompt with code": {SignInRequest{Device: true, Prompt: "login"}, "Signing in with a code does not support prompt."},
	} {
		tt.r.Provider = "authtest"
		_, err := a.Start(t.Context(), tt.r)
		if got := problem.Explain(err, p.Config(), ""); !errors.Is(err, oauth.ErrParameter) || got.Detail != tt.want || got.Kind != problem.KindUsage {
			t.Errorf("%s: %v, %+v", name, err, got)
		}
	}
	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestMaxAge(t *testing.T) {
	fiveMinutes, now := 5*time.Minute, time.Duration(0)
	for name, tt := range map[string]struct {
		age    *time.Duration
		file   string
		behave authtest.Behaviour
		want   idtoken.Check // the zero value: none
	}{
		"not asked for":     {behave: authtest.Behaviour{SignedInAgo: time.Hour}},
		"fresh":             {age: &fiveMinutes, behave: authtest.Behaviour{SignedInAgo: 4 * time.Minute}, want: idtoken.Check{Name: "auth_time", Outcome: idtoken.Passed, Reason: "signed in 4 minutes before the check"}},
		"just now":          {age: &now, want: idtoken.Check{Name: "auth_time", Outcome: idtoken.Passed, Reason: "signed in a moment before the check"}},
		"clocks differ":     {age: &now, behave: authtest.Behaviour{SignedInAgo: time.Minute}, want: idtoken.Check{Name: "auth_time", Outcome: idtoken.Passed, Reason: "signed in 1 minute before the check"}},
		"old":               {age: &fiveMinutes, behave: authtest.Behaviour{SignedInAgo: time.Hour}, want: idtoken.Check{Name: "auth_time", Outcome: idtoken.Failed, Reason: "signed in 1 hour ago, at most 5 minutes requested"}},
		"old, by the file":  {file: "60", behave: authtest.Behaviour{SignedInAgo: time.Hour}, want: idtoken.Check{Name: "auth_time", Outcome: idtoken.Failed, Reason: "signed in 1 hour ago, at most 1 minute requested"}},
		"ignored":           {age: &fiveMinutes, behave: authtest.Behaviour{NoAuthTime: true}, want: idtoken.Check{Name: "auth_time", Outcome: idtoken.Failed, Reason: "missing, although max_age was requested"}},
		"in the future":     {age: &fiveMinutes, behave: authtest.Behaviour{SignedInAgo: -time.Hour}, want: idtoken.Check{Name: "auth_time", Outcome: idtoken.Failed, Reason: "in the future; this computer's clock seems to be 1 hour behind"}},
		"rubbish in a file": {file: "soon", behave: authtest.Behaviour{NoAuthTime: true}},
	} {
		t.Run(name, func(t *testing.T) {
			p, b := authtest.NewProvider(t), &authtest.Browser{}
			p.Behave(tt.behave)
			a := optionAgent(t, p, b, func(c *providers.Provider) {
				if tt.file != "" {
					c.Authorization.Params = map[string]string{"max_age": tt.file}
				}
			})
			account, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", MaxAge: tt.age})
			if tt.want.Outcome == idtoken.Failed {
				var bad *idtoken.Error
				if !errors.As(err, &bad) || bad.Checks[len(bad.Checks)-1] != tt.want {
					t.Errorf("err = %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := idtoken.Check{}
			if len(account.Checks) > 10 {
				got = account.Checks[10]
			}
			got.Reason = laterThanAMinute.ReplaceAllString(got.Reason, "1 minute")
			if got != tt.want {
				t.Errorf("check is %+v", got)
			}
		})
	}
}

// laterThanAMinute is a minute that a sign-in on a busy machine made longer.
var laterThanAMinute = regexp.MustCompile(`\b6[1-9] seconds`)

// acr_values are a wish: another level is told, and the sign-in succeeds.
func TestACRValues(t *testing.T) {
	for acr, want := range map[string]idtoken.Check{
		"gold":   {Name: "acr", Outcome: idtoken.Passed, Reason: "gold"},
		"bronze": {Name: "acr", Outcome: idtoken.Skipped, Reason: "not as requested; the level is bronze"},
		"":       {Name: "acr", Outcome: idtoken.Skipped, Reason: "not as requested; the provider does not say which level was used"},
	} {
		p, b := authtest.NewProvider(t), &authtest.Browser{}
		p.Behave(authtest.Behaviour{ACR: acr})
		account, err := optionAgent(t, p, b, nil).SignIn(t.Context(), SignInRequest{Provider: "authtest", ACRValues: []string{"silver", "gold"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := checkOf(t, account.Checks, "acr"); got != want {
			t.Errorf("%q: %+v", acr, got)
		}
		told := slices.ContainsFunc(account.Missing, func(m identity.Missing) bool { return strings.Contains(m.Reason, "requested silver, gold") })
		if told != (want.Outcome == idtoken.Skipped) {
			t.Errorf("%q: missing %+v", acr, account.Missing)
		}
	}
}

func TestPromptNone(t *testing.T) {
	for code, want := range map[string]string{
		"login_required":             "you are not signed in there in this browser",
		"interaction_required":       "Authtest needs to ask you something",
		"consent_required":           "you have not allowed this app access yet",
		"account_selection_required": "Authtest needs to ask which account you mean",
	} {
		p, b := authtest.NewProvider(t), &authtest.Browser{}
		p.Behave(authtest.Behaviour{NeedsPage: code})
		a := optionAgent(t, p, b, nil)
		_, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Prompt: "none"})
		got := problem.Explain(err, p.Config(), "")
		if !strings.Contains(got.Detail, want) || got.Kind != problem.KindNeedsSignIn || got.Code != code {
			t.Errorf("%s: %+v", code, got)
		}
		// Without the prompt the same code has its ordinary words.
		p.Behave(authtest.Behaviour{AuthorizeError: code})
		_, err = a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
		if got := problem.Explain(err, p.Config(), ""); strings.Contains(got.Detail, "prompt") || got.Code != code {
			t.Errorf("%s without prompt: %+v", code, got)
		}
	}
}

// A refresh token for one API is not kept for a sign-in to another.
func TestRefreshTokenOfAnotherResource(t *testing.T) {
	p, b, store := authtest.NewProvider(t), &authtest.Browser{}, newMemStore()
	a := optionAgent(t, p, b, nil, inStore(store))
	for i, tt := range []struct {
		resource   string
		noRefresh  bool
		canRefresh bool
	}{{filesAPI, false, true}, {filesAPI, true, true}, {mailAPI, true, false}} {
		p.Behave(authtest.Behaviour{NoRefresh: tt.noRefresh})
		account, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Remember: true, Resources: []string{tt.resource}})
		if err != nil || account.CanRefresh != tt.canRefresh {
			t.Errorf("sign-in %d: %+v, %v", i, account, err)
		}
	}
}

func TestDeviceFlowForAResource(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		a, err := New(Options{Lookup: p.Lookup, Transport: p.Transport()})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		if _, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Device: true, Resources: []string{filesAPI}, Audience: "aud"}); err != nil {
			t.Fatal(err)
		}
		want := url.Values{"resource": {filesAPI}, "audience": {"aud"}}
		if d := cmp.Diff(want, parts(p.Last(authtest.Device).Form, "resource", "audience")); d != "" {
			t.Errorf("device request: %s", d)
		}
		want.Del("audience")
		if d := cmp.Diff(want, parts(p.Last(authtest.Token).Form, "resource", "audience")); d != "" {
			t.Errorf("poll: %s", d)
		}
	})
}

func TestPortToComeBackTo(t *testing.T) {
	free, err := receive.Listen(t.Context(), providers.Redirect{}, "/", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	port := free.Port()
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	a := optionAgent(t, p, b, func(*providers.Provider) {})
	request := SignInRequest{Provider: "authtest", Port: port}
	if _, err := a.SignIn(t.Context(), request); !errors.Is(err, ErrPortBusy) || !strings.Contains(err.Error(), strconv.Itoa(port)) {
		t.Errorf("a port that is taken: %v", err)
	}
	free.Close(t.Context(), false)
	if _, err := a.SignIn(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if got, want := p.Last(authtest.Authorize).Form.Get("redirect_uri"), "http://127.0.0.1:"+strconv.Itoa(port)+"/callback"; got != want {
		t.Errorf("redirect %q, want %q", got, want)
	}
}

func TestPortThatCannotBe(t *testing.T) {
	fixed := &providers.Provider{Name: "Acme", Redirect: providers.Redirect{Ports: []int{51789, 51790}}}
	for _, c := range []struct {
		r    SignInRequest
		want string
	}{
		{SignInRequest{}, ""},
		{SignInRequest{Port: 51790}, ""},
		{SignInRequest{Port: 8080}, "Acme sends the browser back to the registered ports only: 51789, 51790"},
		{SignInRequest{Port: -1}, "is no port"},
		{SignInRequest{Port: 65536}, "is no port"},
		{SignInRequest{Port: 51789, Device: true}, "has no port"},
	} {
		err := c.r.possible(fixed, nil)
		if got := err != nil; got != (c.want != "") || got && (!errors.Is(err, oauth.ErrParameter) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%d: %v, want %q", c.r.Port, err, c.want)
		}
	}
}
