package providers_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers/identity"
)

func gitHubDesk(t *testing.T, environ ...string) (*gitHub, *desk) {
	t.Helper()
	g := newGitHub(t, "github.com", "api.github.com")
	return g, newDesk(t, g.op, g.transport(), "", append(environ, ghEnviron)...)
}

func TestGitHubSignIn(t *testing.T) {
	for _, form := range []bool{false, true} {
		g, d := gitHubDesk(t, ghSecret)
		g.form = form
		acc := d.must(auth.SignInRequest{Provider: "github", Groups: true, LoginHint: "mira-okonkwo"})
		q := g.last(ghAuthorize)
		var teams trace.Progress // what is kept of the pages: the last word about them
		for _, e := range acc.Steps {
			if e.Name == "Teams" && e.Progress != nil {
				teams = *e.Progress
			}
		}
		if teams.Page < 2 || teams.Groups != 3 || !teams.Last {
			t.Errorf("progress of the teams: %+v", teams)
		}
		loopback(t, q, "127.0.0.1")
		if q.query.Get("login") != "mira-okonkwo" || q.query.Has("nonce") || q.query.Get("scope") != "read:user user:email offline_access read:org" {
			t.Errorf("authorization request %v", q.query)
		}
		if f := g.last(ghToken).form; len(f["client_secret"]) != 1 || g.last(ghToken).header.Get("Authorization") != "" {
			t.Error("the secret does not go in the body")
		}
		d.check(acc, outcome{
			User: identity.User{
				ID: "48211937", Login: "mira-okonkwo", Name: "Mira Okonkwo", Email: "mira@example.org", EmailVerified: true,
				Picture: "https://avatars.githubusercontent.com/u/48211937?v=4",
			},
			Groups: []string{"organization northwind-1", "organization northwind-2", "team northwind:team-1", "team northwind:team-2", "team northwind:team-3"},
			Scopes: []string{"read:org", "read:user", "user:email"}, Lifetime: 8 * time.Hour, Refresh: true,
		})
	}
}

func TestGitHubRefreshEndsBothOldTokens(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	acc := d.must(auth.SignInRequest{Provider: "github"})
	old := d.token(acc)
	for range 2 { // the second one needs the refresh token of the first
		d.refresh(acc)
	}
	if now, err := d.agent.Account(t.Context(), acc.ID); err != nil || now.Forecast == nil || now.Forecast.Sure != auth.Stated ||
		!now.Forecast.Moves || time.Until(now.Forecast.At).Round(time.Hour) != 184*24*time.Hour {
		t.Errorf("forecast %+v, %v", now.Forecast, err)
	}
	if got := d.token(acc); got == old || g.alive(old) != nil || g.alive(got) == nil {
		t.Error("the token was not replaced")
	}
	if got, err := d.agent.Check(t.Context(), acc.ID); err != nil || got.User.Name != "Mira Okonkwo" || got.State != auth.StateActive {
		t.Errorf("check: %+v, %v", got, err)
	}
}

// It was used up elsewhere: GitHub says so with status 200.
func TestGitHubSessionEnds(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	acc := d.must(auth.SignInRequest{Provider: "github"})
	g.kill(g.alive(d.token(acc)), all)
	_, err := d.agent.Check(t.Context(), acc.ID)
	if !errors.Is(err, auth.ErrNeedsSignIn) {
		t.Fatalf("check: %v", err)
	}
	p := d.words("github", err)
	if says(t, p, "session has ended", "Sign in again"); p.Kind != problem.KindNeedsSignIn || p.Code != "bad_refresh_token" {
		t.Errorf("%+v", p)
	}
	if got, err := d.agent.Account(t.Context(), acc.ID); err != nil || got.State != auth.StateNeedsSignIn || got.User.Name != "Mira Okonkwo" {
		t.Errorf("the account: %+v, %v", got, err)
	}
	if again := d.must(auth.SignInRequest{Provider: "github", Account: acc.ID}); again.ID != acc.ID || again.State != auth.StateActive {
		t.Errorf("signed in again: %+v", again)
	}
}

func TestGitHubSignOut(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	acc := d.must(auth.SignInRequest{Provider: "github"})
	token := d.token(acc)
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Revoked.Outcome != auth.OutcomeDone || receipt.Proof.Outcome != auth.OutcomeDone || receipt.Session.Outcome != auth.OutcomeNotOffered || g.alive(token) != nil {
		t.Errorf("%+v, %v", receipt, err)
	}
	if n := len(g.to(ghRevokeApp)); n != 1 || len(g.to(ghRevoke)) != 0 {
		t.Errorf("%d requests", n)
	}
	if _, err := d.agent.Token(t.Context(), acc.ID, 0); !errors.Is(err, auth.ErrNoAccount) {
		t.Errorf("token: %v", err)
	}
}

// A refused revocation forgets here all the same, and says where to do it.
func TestGitHubSignOutRefused(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	g.serve(ghRevokeApp, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, `{"message":"Not Found"}`)
	})
	acc := d.must(auth.SignInRequest{Provider: "github"})
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true})
	if err != nil || receipt.Forgotten.Outcome != auth.OutcomeDone || receipt.Revoked.Outcome != auth.OutcomeFailed ||
		!strings.Contains(receipt.Revoked.Detail, "https://github.com/settings/connections/applications/"+clientID) {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestGitHubErrors(t *testing.T) {
	back := func(code, description string) func(*gitHub) {
		return func(g *gitHub) {
			g.refuse = url.Values{"error": {code}, "error_description": {description}, "error_uri": {"https://docs.github.com/x"}}
		}
	}
	token := func(code, description string) func(*gitHub) {
		return func(g *gitHub) {
			g.fail(func(w http.ResponseWriter) bool { return g.refused(w, code, description) })
		}
	}
	const apps = "https://github.com/settings/applications/new"
	for name, tc := range map[string]struct {
		set  func(*gitHub)
		code string
		says []string
	}{
		"callback not registered": {
			back("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application."),
			"redirect_uri_mismatch",
			[]string{"callback URL", "set the authorization callback URL to the one below", "GitHub", "http://127.0.0.1/callback/github", apps},
		},
		"code used":    {token("bad_verification_code", "The code passed is incorrect or expired."), "bad_verification_code", []string{"code has expired or was already used", "Start again"}},
		"wrong secret": {token("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."), "incorrect_client_credentials", []string{"Wrong client ID or secret", "app's settings on GitHub", apps}},
		"no e-mail":    {token("unverified_user_email", "The user must have a verified primary email."), "unverified_user_email", []string{"Verify your primary email address in GitHub's settings"}},
		"said no":      {back("access_denied", "The user has denied your application access."), "access_denied", []string{"Access denied", "denied your application"}},
	} {
		t.Run(name, func(t *testing.T) {
			g, d := gitHubDesk(t, ghSecret)
			tc.set(g)
			acc, err := d.signIn(auth.SignInRequest{Provider: "github"})
			p := d.words("github", err)
			if says(t, p, tc.says...); acc != nil || p.Code != tc.code {
				t.Errorf("%+v, %+v", acc, p)
			}
			if list, err := d.agent.Accounts(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("accounts %v, %v", list, err)
			}
		})
	}
}

// Without a secret the code exchange is refused, in words that help.
func TestGitHubWithoutSecret(t *testing.T) {
	_, d := gitHubDesk(t)
	_, err := d.signIn(auth.SignInRequest{Provider: "github"})
	says(t, d.words("github", err), "Wrong client ID or secret", "GitHub")
}

func TestGitHubWithoutEmailAndName(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	g.serve("api.github.com/user", g.bearer(ghBad, fixed(`{"login":"mira-okonkwo","id":48211937,"name":null,"email":null,"avatar_url":null}`)))
	g.serve("api.github.com/user/emails", g.bearer(ghBad, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Accepted-OAuth-Scopes", "user, user:email")
		answer(w, http.StatusNotFound, `{"message":"Not Found"}`)
	}))
	g.serve("api.github.com/user/teams", g.bearer(ghBad, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-GitHub-SSO", "required; url=https://github.com/orgs/northwind/sso?authorization_request=AAAA")
		answer(w, http.StatusForbidden, `{"message":"Resource protected by organization SAML enforcement."}`)
	}))
	acc := d.must(auth.SignInRequest{Provider: "github", Groups: true})
	if acc.User.Name != "mira-okonkwo" || acc.User.Email != "" || acc.User.EmailVerified || acc.User.Picture != "" {
		t.Errorf("user %+v", acc.User)
	}
	const sso = "https://github.com/orgs/northwind/sso?authorization_request=AAAA"
	reasons, link := "", ""
	for _, m := range acc.Missing {
		reasons += m.What + ": " + m.Reason + "\n"
		link += m.Link
	}
	if !strings.Contains(reasons, "Email addresses") || !strings.Contains(reasons, "single sign-on") || strings.Contains(reasons, "AAAA") || link != sso {
		t.Errorf("missing %s, link %s", reasons, link)
	}
	if data, err := d.agent.Picture(t.Context(), acc.ID); data != nil || err != nil {
		t.Errorf("picture %v, %v", data, err)
	}
}

// An older Enterprise server ignores offline_access and PKCE, and gives a
// token without end.
func TestGitHubEnterpriseServer(t *testing.T) {
	g := newGitHub(t, "git.example.com", "git.example.com/api/v3")
	g.forever = true
	d := newDesk(t, g.op, g.transport(), "", ghEnviron, ghSecret, "CLAVIGER_GITHUB_HOST=git.example.com", "CLAVIGER_GITHUB_API=git.example.com/api/v3")
	acc := d.must(auth.SignInRequest{Provider: "github", Groups: true})
	if !acc.ExpiresAt.IsZero() || acc.CanRefresh || acc.State != auth.StateActive || len(acc.Groups) != 5 {
		t.Errorf("account %+v", acc)
	}
	if g.alive(d.token(acc)) == nil {
		t.Error("no token")
	}
	if _, err := d.agent.Refresh(t.Context(), acc.ID); !errors.Is(err, auth.ErrNoRefresh) {
		t.Errorf("refresh: %v", err)
	}
	if r, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true}); err != nil || r.Revoked.Outcome != auth.OutcomeDone || r.Proof.Outcome != auth.OutcomeDone {
		t.Errorf("%+v, %v", r, err)
	}
}

// A newer Enterprise server does all that github.com does, at its own addresses,
// and the words name them.
func TestGitHubEnterpriseServerOwnAddresses(t *testing.T) {
	const host, api = "git.example.com", "git.example.com/api/v3"
	enterprise := func() (*gitHub, *desk) {
		g := newGitHub(t, host, api)
		return g, newDesk(t, g.op, g.transport(), "", ghEnviron, ghSecret, "CLAVIGER_GITHUB_HOST="+host, "CLAVIGER_GITHUB_API="+api)
	}
	g, d := enterprise()
	acc := d.must(auth.SignInRequest{Provider: "github", Groups: true})
	loopback(t, g.last(host+"/login/oauth/authorize"), "127.0.0.1")
	d.refresh(acc)
	g.serve(api+"/applications/"+clientID+"/token", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, `{"message":"Not Found"}`)
	})
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true})
	if err != nil || !strings.Contains(receipt.Revoked.Detail, "https://git.example.com/settings/connections/applications/"+clientID) {
		t.Errorf("%+v, %v", receipt, err)
	}
	g, d = enterprise()
	g.refuse = url.Values{"error": {"redirect_uri_mismatch"}, "error_description": {"The redirect_uri MUST match the registered callback URL for this application."}}
	_, err = d.signIn(auth.SignInRequest{Provider: "github"})
	says(t, d.words("github", err), "does not list this callback URL", "https://git.example.com/settings/applications/new")
}

// The device flow needs no secret at all: for tokens, refresh and revocation.
func TestGitHubDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGitHub(t, "github.com", "api.github.com")
		g.polls = []string{"authorization_pending", "slow_down", "authorization_pending"}
		d := newDesk(t, g.op, direct{g.internet}, "", ghEnviron)
		start := time.Now()
		acc := d.must(auth.SignInRequest{Provider: "github", Groups: true, Device: true})
		if took := time.Since(start); took != 30*time.Second { // 5, 5, then 10 and 10
			t.Errorf("polled for %v", took)
		}
		if len(acc.Groups) != 5 || acc.User.Email != "mira@example.org" {
			t.Errorf("account %+v", acc)
		}
		d.refresh(acc)
		for _, r := range g.to(ghToken) {
			if r.form.Has("client_secret") {
				t.Error("a secret was sent")
			}
		}
		token := d.token(acc)
		receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true})
		if err != nil || receipt.Revoked.Outcome != auth.OutcomeDone || receipt.Proof.Outcome != auth.OutcomeDone || g.alive(token) != nil || len(g.live) != 0 || len(g.to(ghRevoke)) != 1 {
			t.Errorf("%+v, %v", receipt, err)
		}
	})
}

func TestGitHubDeviceErrors(t *testing.T) {
	for code, want := range map[string]struct {
		is   error
		says []string
	}{
		"token_expired":         {oauth.ErrDeviceExpired, []string{"code has expired", "Start again"}},
		"expired_token":         {oauth.ErrDeviceExpired, []string{"code has expired", "Start again"}},
		"access_denied":         {nil, []string{"Access denied"}},
		"incorrect_device_code": {nil, []string{"new code"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGitHub(t, "github.com", "api.github.com")
			g.polls = []string{"authorization_pending", code}
			d := newDesk(t, g.op, direct{g.internet}, "", ghEnviron)
			_, err := d.signIn(auth.SignInRequest{Provider: "github", Device: true})
			if says(t, d.words("github", err), want.says...); want.is != nil && !errors.Is(err, want.is) {
				t.Errorf("%s: %v", code, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		g := newGitHub(t, "github.com", "api.github.com")
		g.fail(func(w http.ResponseWriter) bool {
			return g.refused(w, "device_flow_disabled", "Device Flow must be explicitly enabled for this App")
		})
		d := newDesk(t, g.op, direct{g.internet}, "", ghEnviron)
		_, err := d.signIn(auth.SignInRequest{Provider: "github", Device: true})
		says(t, d.words("github", err), "turned off", "Tick “Enable Device Flow” in the app's settings", "https://github.com/settings/applications/new")
	})
}
