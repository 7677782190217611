package providers

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRedirectRule(t *testing.T) {
	for _, c := range []struct {
		redirect Redirect
		want     []string
	}{
		{Redirect{Host: "localhost", Path: "/back"}, []string{"http://localhost:PORT/back", "any free port"}},
		{Redirect{Host: "127.0.0.1", Path: "/", Ports: []int{4000}}, []string{"http://127.0.0.1:4000/.", "fixed"}},
		{Redirect{Host: "[::1]", Path: "/c", Ports: []int{4000, 5000}}, []string{"http://[::1]:PORT/c", "4000, 5000", "Register each of these"}},
	} {
		for _, want := range c.want {
			if got := c.redirect.Rule(); !strings.Contains(got, want) {
				t.Errorf("%+v: %q lacks %q", c.redirect, got, want)
			}
		}
	}
}

func TestSecretRule(t *testing.T) {
	for c, want := range map[Client]string{
		{SecretUse: "none", Auth: "none"}:                    "None: this is a public client, and PKCE protects its code.",
		{SecretUse: "optional", Auth: "client_secret_post"}:  "Optional; if there is one, it is sent in the body of the token request (client_secret_post).",
		{SecretUse: "optional", Auth: "none"}:                "Optional.",
		{SecretUse: "required", Auth: "client_secret_basic"}: "Required, sent in the header of the token request (client_secret_basic).",
	} {
		if got := c.SecretRule(); got != want {
			t.Errorf("%s %s: %q, want %q", c.SecretUse, c.Auth, got, want)
		}
	}
}

func TestSourceWords(t *testing.T) {
	for _, c := range []struct {
		source GroupSource
		want   []string // place, pages, conditions
	}{
		{GroupSource{Source: Source{From: "id_token", When: ".a"}}, []string{"claims of the ID token", "", "only if the ID token matches .a"}},
		{GroupSource{Source: Source{From: "userinfo"}}, []string{"response of the userinfo endpoint", ""}},
		{GroupSource{Source: Source{URL: "https://a/b", Scope: "x"}}, []string{"GET https://a/b", "one page", "requires the scope x"}},
		{
			GroupSource{Source: Source{URL: "https://a/b", Scope: "x y"}, Paging: "token", TokenParam: "after"},
			[]string{"GET https://a/b", "paged by a token in the parameter after", "requires one of the scopes x, y"},
		},
	} {
		got := append([]string{c.source.Place(), c.source.Pages()}, c.source.Conditions()...)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Error(d)
		}
	}
}

func TestSignOutRules(t *testing.T) {
	for _, c := range []struct {
		p    Provider
		want []string
	}{
		{Provider{}, []string{"cannot revoke tokens", "session continues"}},
		{Provider{SignOut: SignOut{Method: "rfc7009", EndSession: "oidc"}}, []string{"revoked (RFC 7009), if", "ended too, if"}},
		{
			Provider{SignOut: SignOut{Method: "rfc7009", RefreshOnly: true, URL: "https://a/revoke", EndSession: "https://a/logout"}},
			[]string{"access token stays valid until it expires.", "ended too."},
		},
		{
			Provider{SignOut: SignOut{Method: "rfc7009", EndSession: "oidc"}, Endpoints: Endpoints{Revocation: "https://a/r", EndSession: "https://a/e"}},
			[]string{"(RFC 7009).", "ended too."},
		},
		{Provider{SignOut: SignOut{Method: "form"}}, []string{"grant", "session continues"}},
		{Provider{SignOut: SignOut{Method: "github"}}, []string{"Tokens are revoked with the provider's own request", "session continues"}},
		{
			Provider{SignOut: SignOut{Method: "requests", Requests: []SignOutRequest{{Auth: "basic"}}}},
			[]string{"If there is a client secret", "session continues"},
		},
	} {
		for i, got := range c.p.SignOutRules() {
			if !strings.Contains(got, c.want[i]) {
				t.Errorf("%+v: %q lacks %q", c.p.SignOut, got, c.want[i])
			}
		}
	}
}

func TestDeviceRule(t *testing.T) {
	for want, p := range map[string]Provider{
		"No.": {Discovery: "none"},
		"Yes, if the provider's metadata announces it.": {Discovery: "oidc"},
		"Yes, if the app registration allows it.":       {Discovery: "none", Endpoints: Endpoints{DeviceAuthorization: "https://a/d"}},
	} {
		if got := p.DeviceRule(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestErrorWords(t *testing.T) {
	p := Provider{Name: "Shop", Errors: []ErrorHelp{{Title: "{provider} refused", Detail: "It wrote {description}.", Next: "Ask {provider}."}}}
	want := []ErrorHelp{{Title: "Shop refused", Detail: "It wrote ….", Next: "Ask Shop."}}
	if d := cmp.Diff(want, p.ErrorWords()); d != "" {
		t.Error(d)
	}
	if p.Errors[0].Next != "Ask {provider}." {
		t.Error("the provider itself was changed")
	}
}
