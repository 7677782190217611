package providers_test

import (
	"testing"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// What GitHub, Google and Auth0 say in the browser only. The pages of the
// others are among the faults of their stay.
func TestBrowserPages(t *testing.T) {
	set, err := providers.Load("", []string{a0Name})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		provider, page, code string
		says                 []string
	}{
		"GitHub, another address": {
			"github", "Be careful! The redirect_uri is not associated with this application. The application might be misconfigured or could be trying to redirect you to a website you weren't expecting.",
			"browser-page",
			[]string{"does not list this callback URL", "its port may differ", "http://127.0.0.1/callback/github", "https://github.com/settings/applications/new"},
		},
		"GitHub, unknown client": {"github", "404\nThis is not the web page you are looking for.", "browser-page", []string{"does not know this client ID", "not the app ID"}},
		"Google, another kind": {
			"google", "Access blocked: This app’s request is invalid\nYou can’t sign in because this app sent an invalid request. Error 400: redirect_uri_mismatch",
			"redirect_uri_mismatch",
			[]string{"type is not “Desktop app”", "https://console.cloud.google.com/auth/clients"},
		},
		"Google, in testing": {
			"google", "Access blocked: Claviger has not completed the Google verification process\nThe app is currently being tested, and can only be accessed by developer-approved testers. Error 403: access_denied",
			"browser-page",
			[]string{"is in testing", "“Test users”"},
		},
		"Google, administrator":  {"google", "Access blocked: your institution’s admin needs to review Claviger. Error 400: admin_policy_enforced", "admin_policy_enforced", []string{"administrator blocks this app", "API controls"}},
		"Google, internal":       {"google", "Access blocked: Claviger can only be used within its organization. Error 403: org_internal", "org_internal", []string{"only for members", "“External”"}},
		"Google, deleted":        {"google", "Access blocked: Authorization Error. The OAuth client was deleted. Error 401: deleted_client", "deleted_client", []string{"was deleted", "30 days"}},
		"Auth0, another address": {"auth0", "Oops!, something went wrong. Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.", "browser-page", []string{"does not list this callback URL", "Allowed Callback URLs", "http://127.0.0.1:51789/callback"}},
		"Auth0, unknown client":  {"auth0", "Oops!, something went wrong. invalid_request: Unknown client: client-4711", "browser-page", []string{"no application with that client ID", "Compare the domain and client ID"}},
		"Auth0, unknown API":     {"auth0", "Oops!, something went wrong. access_denied: Service not found: https://api.example.com", "browser-page", []string{"no API with that audience"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := set.Lookup(tc.provider)
			got := problem.Page(tc.page, p, "http://127.0.0.1:4711/callback")
			if says(t, got, tc.says...); got.Code != tc.code {
				t.Errorf("code %q, want %q: %+v", got.Code, tc.code, got)
			}
		})
	}
}
