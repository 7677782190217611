package problem

import (
	"strings"
	"testing"

	"github.com/claviger/claviger/providers"
)

func TestPage(t *testing.T) {
	set, err := providers.Load("", []string{"CLAVIGER_AUTH0_DOMAIN=acme.eu.auth0.com"})
	if err != nil {
		t.Fatal(err)
	}
	const redirect = "http://127.0.0.1:4711/callback"
	for name, c := range map[string]struct {
		provider, text          string
		code, title, next, copy string
	}{
		"a provider's own number": {
			"azure", "Sorry, but we're having trouble signing you in.\n\nAADSTS50011: The redirect URI 'http://127.0.0.1:4711/callback' specified in the request does not match.",
			"AADSTS50011", "The redirect URI is not registered", "Mobile and desktop", "http://localhost/callback/azure",
		},
		"the number where somebody added the issuer": {
			"", "AADSTS700016: Application with identifier 'x' was not found in the directory", "AADSTS700016", "This app ID is unknown in this organisation", "tenant", "",
		},
		"a provider's own words": {"auth0", "Oops!, something went wrong. Callback URL mismatch.", "browser-page", "The application does not list this callback URL", "Allowed Callback URLs", "http://127.0.0.1:51789/callback/auth0, http://127.0.0.1:51790/callback/auth0, http://127.0.0.1:51791/callback/auth0"},
		"google's code":          {"google", "Access blocked: acme’s request is invalid\nError 400: redirect_uri_mismatch", "redirect_uri_mismatch", "", "Desktop", ""},
		"a code in plain text": {
			"", `{"error":"redirect_uri_mismatch"}`, "redirect_uri_mismatch", "The redirect URI is not registered", "Add the URI below", redirect,
		},
		"an address with an error": {
			"", redirect + "?error=access_denied&error_description=Ask+an+administrator&state=abc", "access_denied", "Access denied", "", "",
		},
		"an error in the fragment": {"", "https://id.example/cb#error=invalid_scope&state=abc", "invalid_scope", "", "", ""},
		"words of a page":          {"", "We are sorry...\nInvalid parameter: redirect_uri", "redirect_uri_mismatch", "The redirect URI is not registered", "", redirect},
		"an unknown client":        {"", "Client not found.", "invalid_client", "", "", ""},
		"an unknown scope":         {"", "Unsupported scope", "invalid_scope", "", "", ""},
		"where it wanted to return": {
			"", "https://id.example/authorize?client_id=x&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fother&state=s3cr3t", "browser-page", "", "", redirect,
		},
		"an answer with a code": {"", redirect + "?code=s3cr3t&state=abc", "browser-page", "That address is a successful response, not an error", "Paste address", ""},
		"nothing known":         {"", "It is raining.", "browser-page", "Unknown error", "", redirect},
		"too much":              {"", strings.Repeat("ü", maxPage), "browser-page", "", "", redirect},
	} {
		var p *providers.Provider
		if c.provider != "" {
			p, _ = set.Lookup(c.provider)
		}
		got := Page(c.text, p, redirect)
		if got.Code != c.code || got.Copy != c.copy || !strings.Contains(got.Next, c.next) || c.title != "" && got.Title != c.title {
			t.Errorf("%s: %+v", name, got)
		}
		if all := got.Title + got.Detail + got.Next; strings.Contains(all, "s3cr3t") || got.Title == "" || got.Next == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := Page("https://id.example/authorize?redirect_uri=http%3A%2F%2Fuser%3As3cr3t%40evil%2Fx%3Fq%3Ds3cr3t", nil, redirect); strings.Contains(got.Detail, "s3cr3t") || !strings.Contains(got.Detail, "http://evil/x") {
		t.Errorf("%+v", got)
	}
}

// Glewlwyd refuses with an empty page, of which the person sees only what the
// browser makes: the usual reasons are told with or without a provider.
func TestExplainEmptyPage(t *testing.T) {
	set, err := providers.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	oidc, _ := set.Lookup("oidc")
	const page = "Access to id.example was denied\nYou don't have authorization to view this page.\nHTTP ERROR 403"
	for _, p := range []*providers.Provider{nil, oidc} {
		got := Page(page, p, "http://127.0.0.1:4711/callback")
		if got.Kind != KindFailed || !strings.Contains(got.Detail, "redirect URI is not registered") || got.Copy == "" {
			t.Errorf("%+v", got)
		}
		if strings.Contains(got.Detail, "app's type is not") != (p != nil) {
			t.Errorf("%+v", got)
		}
	}
}

func FuzzPage(f *testing.F) {
	for _, s := range []string{
		"", "AADSTS50011: no", "https://id.example/?error=access_denied#x", "redirect_uri=%zz", "http://127.0.0.1/?code=a&state=b", "redirect_uri=http://[::1]:4711/callback",
	} {
		f.Add(s)
	}
	set, err := providers.Load("", nil)
	if err != nil {
		f.Fatal(err)
	}
	azure, _ := set.Lookup("azure")
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range []*providers.Provider{nil, azure} {
			if got := Page(s, p, "http://127.0.0.1/callback"); got.Title == "" || got.Kind == "" || got.Next == "" {
				t.Errorf("%q: %+v", s, got)
			}
		}
	})
}

// A redirect URI is compared byte for byte, so that it is named as the page has it.
func TestPageKeepsAPathAsItIs(t *testing.T) {
	got := Page("invalid redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback%2F%2567ithub", nil, "")
	if want := "http://127.0.0.1/callback/%67ithub"; got.Copy != want || !strings.Contains(got.Detail, want) {
		t.Errorf("%+v", got)
	}
}
