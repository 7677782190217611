package providers_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
)

// Whatever the tenant is, everything goes to its own addresses: the sign-in, the
// refresh and the end of the session in the browser.
func TestAzureTenants(t *testing.T) {
	for segment, tid := range map[string]string{
		"common": azTenant, "organizations": azTenant, "consumers": azPersonal, azTenant: azTenant, "contoso.onmicrosoft.com": azTenant,
	} {
		t.Run(segment, func(t *testing.T) {
			t.Parallel()
			a, d := azureDesk(t, segment, tid)
			acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true})
			if acc.Issuer != "https://"+azHost+"/"+tid+"/v2.0" || !passed(acc, "iss") || !passed(acc, "nonce") {
				t.Errorf("%+v", acc)
			}
			d.refresh(acc)
			if n := len(a.to(a.place("token"))); n != 2 {
				t.Errorf("%d token requests", n)
			}
			d.browser.Away = true
			receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
			if err != nil || receipt.Revoked.Outcome != auth.OutcomeNotOffered || receipt.Session.Outcome != auth.OutcomeDone {
				t.Errorf("%+v, %v", receipt, err)
			}
			opened := d.browser.Opened()
			if u, err := url.Parse(opened[len(opened)-1]); err != nil || u.Host+u.Path != a.place("logout") {
				t.Errorf("opened %v, %v", u, err)
			}
		})
	}
}

// Most errors of Entra are shown on its own page, and not reported to the app.
func TestAzurePages(t *testing.T) {
	azureAt := func(t *testing.T, segment string) *desk {
		_, d := azureDesk(t, segment, azTenant)
		return d
	}
	for code, tc := range map[string]struct {
		segment, text string
		says          []string
	}{
		"AADSTS50011": {
			"common", "The redirect URI 'http://127.0.0.1:4711/callback/azure' specified in the request does not match the redirect URIs configured for the application 'client-4711'.",
			[]string{"redirect URI is not registered", "Mobile and desktop applications", "http://localhost/callback/azure"},
		},
		"AADSTS700016": {azTenant, "Application with identifier 'client-4711' was not found in the directory 'Contoso'.", []string{"app ID is unknown in this organisation", "client ID and tenant"}},
		"AADSTS90002":  {"contoso.onmicrosoft.com", "Tenant 'contoso.onmicrosoft.com' not found. Check to make sure you have the correct tenant ID.", []string{"tenant was not found", "name or ID"}},
		"AADSTS50194":  {"common", "Application 'client-4711' is not configured as a multi-tenant application.", []string{"one organisation only", "tenant ID instead of “common”"}},
		"AADSTS50020": {
			"organizations", "User account 'mira@outlook.com' from identity provider 'live.com' does not exist in tenant 'Contoso' and cannot access the application.",
			[]string{"not in that organisation", "guest invitation"},
		},
		"AADSTS9002332": {"consumers", "Application 'client-4711' is configured for use by Azure Active Directory users only.", []string{"work or school accounts only", "“consumers”"}},
		"AADSTS90094":   {"organizations", "The grant requires admin permission.", []string{"permission is missing", "administrator"}},
		"AADSTS50105":   {azTenant, "The signed in user 'ines' is not assigned to a role for the application.", []string{"not been assigned", "administrator"}},
		"AADSTS53003":   {azTenant, "Access has been blocked by Conditional Access policies.", []string{"access policy", "administrator"}},
	} {
		t.Run(code, func(t *testing.T) {
			preset, _ := azureAt(t, tc.segment).set.Lookup("azure")
			p := problem.Page("Sorry, but we’re having trouble signing you in.\n\n"+code+": "+tc.text+"\nRequest Id: 0000aaaa-11bb", preset, "http://localhost:4711/callback/azure")
			if says(t, p, tc.says...); p.Code != code || strings.Contains(p.Detail, "mira@") {
				t.Errorf("%+v", p)
			}
		})
	}
}
