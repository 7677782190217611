package providers_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

func azureDesk(t *testing.T, segment, tid string) (*azure, *desk) {
	t.Helper()
	a := newAzure(t, segment, tid)
	return a, newDesk(t, a.op, a.transport(), "", azID, "CLAVIGER_AZURE_TENANT="+segment)
}

func (a *azure) place(what string) string { return azHost + "/" + a.segment + "/oauth2/v2.0/" + what }

func TestAzureSignIn(t *testing.T) {
	for _, segment := range []string{"common", "organizations", azTenant, "contoso.onmicrosoft.com"} {
		a, d := azureDesk(t, segment, azTenant)
		a.claims["roles"], a.claims["wids"] = []string{"Task.Write"}, []string{"62e90394-69f5-4237-9190-012177145e10"}
		acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true, LoginHint: "ines@contoso.example"})
		q := a.last(a.place("authorize"))
		loopback(t, q, "localhost")
		if q.query.Get("scope") != "openid profile email User.Read offline_access GroupMember.Read.All" || q.query.Get("login_hint") != "ines@contoso.example" || q.query.Has("prompt") {
			t.Errorf("authorization request %v", q.query)
		}
		d.check(acc, outcome{
			User: identity.User{
				ID: "8f2a1c44-9d3b-4f0e-8a55-0c1d2e3f4a5b", Login: "ines@contoso.example", Name: "Ines Ferreira", Email: "ines@contoso.example",
				Picture: "https://graph.microsoft.com/v1.0/me/photos/48x48/$value",
			},
			Issuer:   "https://" + azHost + "/" + azTenant + "/v2.0",
			Groups:   []string{"directory role Global Administrator", "group 6c1f2d3e-0000-4000-8000-000000000002", "group Operations", "group Platform", "role Task.Write"},
			Scopes:   []string{"GroupMember.Read.All", "User.Read", "email", "openid", "profile"},
			Lifetime: 4211 * time.Second, Refresh: true,
			Passed: []string{"signature", "iss", "aud", "nonce", "exp", "iat", "nbf", "sub"}, // no at_hash
		})
	}
}

// If the tenant is named, a token of another one is someone else's.
func TestAzureOtherTenant(t *testing.T) {
	for _, segment := range []string{azTenant, "contoso.onmicrosoft.com", "consumers"} {
		a, d := azureDesk(t, segment, azOther)
		acc, err := d.signIn(auth.SignInRequest{Provider: "azure"})
		var bad *idtoken.Error
		if acc != nil || !errors.As(err, &bad) || len(a.to("graph.microsoft.com/v1.0/me")) != 0 {
			t.Fatalf("%s: %+v, %v", segment, acc, err)
		}
		says(t, d.words("azure", err), "identity could not be verified", "iss")
	}
	// The template is no free choice either: the token's own tid counts.
	a, d := azureDesk(t, "common", azTenant)
	a.claims["iss"] = "https://" + azHost + "/" + azOther + "/v2.0"
	if _, err := d.signIn(auth.SignInRequest{Provider: "azure"}); !errors.Is(err, auth.ErrIDToken) {
		t.Errorf("iss and tid differ: %v", err)
	}
}

func TestAzurePersonalAccount(t *testing.T) {
	for _, segment := range []string{"common", "consumers"} {
		a, d := azureDesk(t, segment, azPersonal)
		a.serve("graph.microsoft.com/v1.0/me/photos/48x48/$value", a.bearer(azBad, func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusNotFound, `{"error":{"code":"ImageNotFound","message":"Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown."}}`)
		}))
		a.claims["email"] = "" // it need not be there
		acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true})
		if len(acc.Groups) != 0 || len(acc.Missing) != 0 || len(a.to(azGroups)) != 0 || acc.User.Email != "" || acc.User.Login != "ines@contoso.example" {
			t.Errorf("%+v", acc)
		}
		if data, err := d.agent.Picture(t.Context(), acc.ID); data != nil || err != nil {
			t.Errorf("picture %v, %v", data, err)
		}
	}
}

func TestAzureTooManyGroups(t *testing.T) {
	a, d := azureDesk(t, "common", azTenant)
	a.claims["_claim_names"] = map[string]string{"groups": "src1"}
	a.claims["_claim_sources"] = map[string]any{"src1": map[string]string{"endpoint": "https://graph.windows.net/x/users/y/getMemberObjects"}}
	if acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true}); len(acc.Groups) != 3 || len(acc.Missing) != 0 {
		t.Errorf("groups %v, missing %v", acc.Groups, acc.Missing)
	}
	// Without the administrator's consent Graph gives none.
	a.serve(azGroups, a.bearer(azBad, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusForbidden, `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}`)
	}))
	acc := d.must(auth.SignInRequest{Provider: "azure", Groups: true})
	if s := fmt.Sprint(acc.Missing); !strings.Contains(s, "too many") || !strings.Contains(s, "administrator") {
		t.Errorf("missing %s", s)
	}
}

func TestAzureRefreshGivesANewTokenEachTime(t *testing.T) {
	a, d := azureDesk(t, "common", azTenant)
	acc := d.must(auth.SignInRequest{Provider: "azure"})
	for range 3 {
		d.refresh(acc)
	}
	var used []string
	for _, r := range a.to(a.place("token"))[1:] {
		used = append(used, r.form.Get("refresh_token"))
		if a.alive(r.form.Get("refresh_token")) == nil {
			t.Error("an old one died")
		}
	}
	slices.Sort(used)
	if len(slices.Compact(used)) != 3 {
		t.Error("an old refresh token was used again")
	}
	if got, err := d.agent.Check(t.Context(), acc.ID); err != nil || got.State != auth.StateActive || !passed(got, "iss") {
		t.Errorf("%+v, %v", got, err)
	}
	// Months later.
	a.kill(a.alive(d.token(acc)), all)
	_, err := d.agent.Refresh(t.Context(), acc.ID)
	p := d.words("azure", err)
	if says(t, p, "Your session has ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) || p.Kind != problem.KindNeedsSignIn || !strings.Contains(p.Code, "AADSTS700082") {
		t.Errorf("%v, %+v", err, p)
	}
}

func TestAzureSignOut(t *testing.T) {
	a, d := azureDesk(t, "common", azTenant)
	a.claims["login_hint"] = "O.CiQ5"
	acc := d.must(auth.SignInRequest{Provider: "azure"})
	raw := stored(d, acc).IDToken.Reveal()
	a.serve(a.place("logout"), func(http.ResponseWriter, *http.Request) {})
	before := a.count()
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Forgotten.Outcome != auth.OutcomeDone || receipt.Revoked.Outcome != auth.OutcomeNotOffered || receipt.Session.Outcome != auth.OutcomeDone {
		t.Fatalf("%+v, %v", receipt, err)
	}
	d.browser.Wait()
	if !strings.Contains(receipt.Revoked.Detail, "https://myapps.microsoft.com") || a.count() != before+1 {
		t.Errorf("%+v, %d requests", receipt.Revoked, a.count()-before)
	}
	if q := a.last(a.place("logout")).query; q.Get("id_token_hint") != raw || q.Get("logout_hint") != "O.CiQ5" {
		t.Errorf("the sign-out page was asked for with %v", q)
	}
}

func TestAzureErrors(t *testing.T) {
	const page = "https://entra.microsoft.com/"
	for number, tc := range map[int]struct {
		status     int
		code       string
		text, more string
		says       []string
	}{
		50011:   {400, "invalid_request", "The redirect URI 'http://localhost:4711/callback/azure' specified in the request does not match.", "", []string{"redirect URI is not registered", "Mobile and desktop applications", "http://localhost/callback/azure", page}},
		7000218: {401, "invalid_client", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", "", []string{"requires a client secret", "Mobile and desktop applications", "public client flows", "http://localhost/callback/azure", page}},
		65001:   {400, "invalid_grant", "The user or administrator has not consented to use the application.", "consent_required", []string{"permission is missing", "administrator", "API permissions", "Entra admin center", page}},
		700016:  {400, "unauthorized_client", "Application with identifier '" + clientID + "' was not found in the directory.", "", []string{"app ID is unknown", "client ID and tenant", page}},
		50194:   {400, "invalid_request", "Application is not configured as a multi-tenant application.", "", []string{"one organisation", "tenant ID"}},
		54005:   {400, "invalid_grant", "OAuth2 Authorization code was already redeemed.", "", []string{"used twice", "Start again"}},
	} {
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			a, d := azureDesk(t, "common", azTenant)
			a.fail(func(w http.ResponseWriter) bool { return a.refused(w, tc.status, tc.code, number, tc.text, tc.more) })
			acc, err := d.signIn(auth.SignInRequest{Provider: "azure"})
			p := d.words("azure", err)
			if says(t, p, tc.says...); acc != nil || p.Code != fmt.Sprintf("%s (AADSTS%d)", tc.code, number) {
				t.Errorf("%+v, %+v", acc, p)
			}
		})
	}
	t.Run("declined in the browser", func(t *testing.T) {
		a, d := azureDesk(t, "common", azTenant)
		a.refuse = url.Values{"error": {"access_denied"}, "error_subcode": {"cancel"}, "error_description": {"AADSTS65004: User declined to consent to access the app."}}
		_, err := d.signIn(auth.SignInRequest{Provider: "azure"})
		p := d.words("azure", err)
		if says(t, p, "You declined the permissions"); p.Kind != problem.KindRefused {
			t.Errorf("%+v", p)
		}
	})
}

// A secret is sent to a public registration too, if there is one: Azure says why it
// must not be.
func TestAzureWithSecret(t *testing.T) {
	a := newAzure(t, "common", azTenant)
	d := newDesk(t, a.op, a.transport(), "id = \"mine\"\npreset = \"azure\"\n[client]\nid = \""+clientID+"\"\n", "CLAVIGER_MINE_CLIENT_SECRET="+clientSecret)
	_, err := d.signIn(auth.SignInRequest{Provider: "mine"})
	p := d.words("mine", err)
	if says(t, p, "Remove the client secret", "from the settings"); p.Code != "invalid_client (AADSTS700025)" {
		t.Errorf("%+v", p)
	}
}

func TestAzureDevice(t *testing.T) {
	for name, tc := range map[string]struct {
		polls []string
		is    error
		says  string
	}{
		"done":     {[]string{"authorization_pending", "authorization_pending"}, nil, ""},
		"declined": {[]string{"authorization_pending", "authorization_declined"}, nil, "Access denied"},
		"expired":  {[]string{"expired_token"}, oauth.ErrDeviceExpired, "The code has expired"},
		"bad code": {[]string{"bad_verification_code"}, nil, "Start again"},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAzure(t, "common", azTenant)
			a.polls = slices.Clone(tc.polls)
			d := newDesk(t, a.op, direct{a.internet}, "", azID)
			f, err := d.agent.Start(t.Context(), auth.SignInRequest{Provider: "azure", Device: true})
			if err != nil {
				t.Fatal(err)
			}
			if c := f.Device(); f.URL() != "https://microsoft.com/devicelogin" || c.VerificationURIComplete != "" || c.UserCode != "GTHK-QPMN" {
				t.Errorf("code %+v", c)
			}
			acc, err := f.Wait(t.Context())
			if tc.says != "" {
				if says(t, d.words("azure", err), tc.says); tc.is != nil && !errors.Is(err, tc.is) {
					t.Errorf("%s: %v", name, err)
				}
				return
			}
			if err != nil || acc.User.Name != "Ines Ferreira" || passed(acc, "nonce") {
				t.Errorf("%+v, %v", acc, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		a := newAzure(t, "common", azTenant)
		a.fail(func(w http.ResponseWriter) bool {
			return a.refused(w, 401, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", "")
		})
		d := newDesk(t, a.op, direct{a.internet}, "", azID)
		_, err := d.signIn(auth.SignInRequest{Provider: "azure", Device: true})
		says(t, d.words("azure", err), "public client flows")
	})
}
