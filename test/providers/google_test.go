package providers_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

func googleDesk(t *testing.T) (*google, *desk) {
	t.Helper()
	g := newGoogle(t)
	return g, newDesk(t, g.op, g.transport(), "", goID, goSecret)
}

func TestGoogleSignIn(t *testing.T) {
	for _, text := range []bool{false, true} {
		g, d := googleDesk(t)
		g.text = text
		acc := d.must(auth.SignInRequest{Provider: "google", Groups: true, LoginHint: "tomas@example.com"})
		q := g.last(goAuthorize)
		loopback(t, q, "127.0.0.1")
		if q.query.Get("scope") != "openid profile email "+goGroups || q.query.Get("access_type") != "offline" || q.query.Get("login_hint") != "tomas@example.com" {
			t.Errorf("authorization request %v", q.query)
		}
		d.check(acc, outcome{
			User: identity.User{
				ID: "113400928817364550921", Login: "tomas@example.com", Name: "Tomas Lindqvist", Email: "tomas@example.com", EmailVerified: true,
				Picture: "https://lh3.googleusercontent.com/a/EXAMPLE=s96-c",
			},
			Issuer: "accounts.google.com", Groups: []string{"group Team 1", "group Team 2", "group Team 3"},
			Scopes: sorted([]string{"openid", "profile", "email", goGroups}), Lifetime: 3599 * time.Second, Refresh: true,
			Passed: []string{"signature", "iss", "aud", "azp", "nonce", "exp", "iat", "at_hash", "sub"},
		})
		if in, err := d.agent.Inspect(t.Context(), acc.ID, stored(d, acc).IDToken); err != nil || cmp.Diff(acc.Checks[4], in.Checks[4]) != "" {
			t.Errorf("inspection: %+v, %v", in, err)
		}
	}
}

func stored(d *desk, acc *auth.Account) *auth.Token {
	d.t.Helper()
	tok, err := d.agent.Stored(d.t.Context(), acc.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return tok
}

func TestGoogleKeepsItsRefreshToken(t *testing.T) {
	g, d := googleDesk(t)
	acc := d.must(auth.SignInRequest{Provider: "google"})
	for range 3 {
		old := d.token(acc)
		d.refresh(acc)
		if got := d.token(acc); got == old || g.alive(got) == nil {
			t.Error("the token was not replaced")
		}
	}
	used := map[string]bool{}
	for _, r := range g.to(goToken)[1:] {
		used[r.form.Get("refresh_token")] = true
	}
	if len(used) != 1 {
		t.Errorf("%d refresh tokens were used", len(used))
	}
	// Who agreed before may get no refresh token: the one from then is kept.
	g.again = true
	if again := d.must(auth.SignInRequest{Provider: "google"}); again.ID != acc.ID || !again.CanRefresh {
		t.Errorf("signed in again: %+v", again)
	}
	d.refresh(acc)
	// The Workspace wants a new sign-in every so often.
	g.fail(func(w http.ResponseWriter) bool {
		answer(w, 400, `{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)","error_subtype":"invalid_rapt","error_uri":"https://support.google.com/a/answer/9368756"}`)
		return true
	})
	_, err := d.agent.Refresh(t.Context(), acc.ID)
	p := d.words("google", err)
	if says(t, p, "Your session has ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) || p.Kind != problem.KindNeedsSignIn {
		t.Errorf("%v, %+v", err, p)
	}
}

func TestGoogleSignOut(t *testing.T) {
	g, d := googleDesk(t)
	acc := d.must(auth.SignInRequest{Provider: "google"})
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Revoked.Outcome != auth.OutcomeDone || receipt.Proof.Outcome != auth.OutcomeDone || receipt.Session.Outcome != auth.OutcomeNotOffered || len(g.live) != 0 {
		t.Errorf("%+v, %v", receipt, err)
	}
	if n := len(g.to(goRevoke)); n != 1 {
		t.Errorf("%d revocations", n)
	}
	// One that is dead already is no failure.
	acc = d.must(auth.SignInRequest{Provider: "google"})
	g.kill(g.alive(d.token(acc)), all)
	if receipt, err = d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true}); err != nil || receipt.Revoked.Outcome != auth.OutcomeDone || receipt.Proof.Outcome != auth.OutcomeDone {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestGoogleUntickedEmail(t *testing.T) {
	g, d := googleDesk(t)
	g.granted = "openid https://www.googleapis.com/auth/userinfo.profile"
	acc := d.must(auth.SignInRequest{Provider: "google", Groups: true})
	if acc.User.Email != "" || acc.User.EmailVerified || acc.User.Name != "Tomas Lindqvist" {
		t.Errorf("user %+v", acc.User)
	}
	if diff := cmp.Diff([]string{"openid", "profile"}, sorted(acc.Scopes)); diff != "" {
		t.Error(diff)
	}
	if len(acc.Missing) != 1 || !strings.Contains(acc.Missing[0].Reason, goGroups) || len(g.to(goTransitive)) != 0 {
		t.Errorf("missing %+v", acc.Missing)
	}
}

func TestGoogleConsumer(t *testing.T) {
	g, d := googleDesk(t)
	delete(g.person, "hd")
	g.person["email_verified"] = "false" // some send text
	acc := d.must(auth.SignInRequest{Provider: "google", Groups: true})
	if len(acc.Groups) != 0 || len(acc.Missing) != 0 || acc.User.EmailVerified || len(g.to(goTransitive)) != 0 {
		t.Errorf("%+v", acc)
	}
}

func TestGoogleErrors(t *testing.T) {
	back := func(code string) func(*google) {
		return func(g *google) { g.refuse = url.Values{"error": {code}} }
	}
	token := func(status int, code, description string) func(*google) {
		return func(g *google) {
			g.fail(func(w http.ResponseWriter) bool { return g.refused(w, status, code, description) })
		}
	}
	const clients = "https://console.cloud.google.com/auth/clients"
	for name, tc := range map[string]struct {
		set  func(*google)
		code string
		says []string
	}{
		"secret missing": {token(400, "invalid_request", "client_secret is missing."), "invalid_request", []string{"requires the client secret", "desktop apps", "enter it", clients}},
		"wrong kind":     {back("redirect_uri_mismatch"), "redirect_uri_mismatch", []string{"Desktop app", "need none registered", clients}},
		"admin":          {back("admin_policy_enforced"), "admin_policy_enforced", []string{"administrator blocks this app", "Admin console", "API controls", "client ID"}},
		"code used":      {token(400, "invalid_grant", "Malformed auth code."), "invalid_grant", []string{"code has expired or was already used", "Start again"}},
		"internal":       {back("org_internal"), "org_internal", []string{"only for members", "account of that organisation"}},
		"deleted":        {token(401, "deleted_client", "The OAuth client was deleted."), "deleted_client", []string{"deleted", "30 days", clients}},
		"said no":        {back("access_denied"), "access_denied", []string{"Access denied"}},
	} {
		t.Run(name, func(t *testing.T) {
			g, d := googleDesk(t)
			tc.set(g)
			acc, err := d.signIn(auth.SignInRequest{Provider: "google"})
			p := d.words("google", err)
			if says(t, p, tc.says...); acc != nil || p.Code != tc.code {
				t.Errorf("%+v, %+v", acc, p)
			}
			if strings.Contains(p.Next, "URI below") {
				t.Errorf("Google's desktop apps list no address: %s", p.Next)
			}
		})
	}
}

// A person believes the documentation and leaves the secret out.
func TestGoogleWithoutSecret(t *testing.T) {
	g := newGoogle(t)
	d := newDesk(t, g.op, g.transport(), "id = \"mine\"\npreset = \"google\"\n[client]\nid = \""+clientID+"\"\nsecret = \"optional\"\n")
	_, err := d.signIn(auth.SignInRequest{Provider: "mine"})
	says(t, d.words("mine", err), "requires the client secret", "enter it")
	// The built-in one asks for it before the browser opens.
	g = newGoogle(t)
	d = newDesk(t, g.op, g.transport(), "", goID)
	if _, err = d.signIn(auth.SignInRequest{Provider: "google"}); !errors.Is(err, oauth.ErrNoSecret) || g.count() != 0 {
		t.Errorf("%v, %d requests", err, g.count())
	}
	says(t, d.words("google", err), "requires a client secret", "none is saved", "enter it", "https://console.cloud.google.com/auth/clients")
}

func TestGoogleIssuerOfTheRedirect(t *testing.T) {
	g, d := googleDesk(t)
	g.serve(goAuthorize, func(w http.ResponseWriter, r *http.Request) {
		g.authorize(w, r, url.Values{"iss": {"https://login.example.net"}})
	})
	if _, err := d.signIn(auth.SignInRequest{Provider: "google"}); !errors.Is(err, oauth.ErrIssMismatch) || len(g.to(goToken)) != 0 {
		t.Errorf("%v, %d token requests", err, len(g.to(goToken)))
	}
}

// An ID token of another sign-in is nobody's here (OIDC Core §3.1.3.7 point 11).
func TestGoogleForeignNonce(t *testing.T) {
	g, d := googleDesk(t)
	g.nonce = "of-another-sign-in"
	acc, err := d.signIn(auth.SignInRequest{Provider: "google"})
	if says(t, d.words("google", err), "identity could not be verified", "nonce"); acc != nil || !errors.Is(err, auth.ErrIDToken) {
		t.Errorf("%+v, %v", acc, err)
	}
}

func TestGoogleDevice(t *testing.T) {
	for name, tc := range map[string]struct {
		polls []string
		took  time.Duration
		says  string
	}{
		"done":    {[]string{"authorization_pending", "slow_down"}, 20 * time.Second, ""},
		"refused": {[]string{"authorization_pending", "access_denied"}, 10 * time.Second, "Access denied"},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGoogle(t)
			g.polls = slices.Clone(tc.polls)
			d := newDesk(t, g.op, direct{g.internet}, "", goID, goSecret)
			start := time.Now()
			f, err := d.agent.Start(t.Context(), auth.SignInRequest{Provider: "google", Device: true})
			if err != nil {
				t.Fatal(err)
			}
			if c := f.Device(); c.VerificationURI != "https://www.google.com/device" || c.UserCode != "GQVQ-JKEC" || f.URL() != c.VerificationURI || c.ExpiresAt.Sub(start) != 30*time.Minute {
				t.Errorf("code %+v", c)
			}
			acc, err := f.Wait(t.Context())
			if took := time.Since(start); took != tc.took {
				t.Errorf("%s: took %v", name, took)
			}
			if tc.says != "" {
				says(t, d.words("google", err), tc.says)
				return
			}
			if err != nil || acc.User.Name != "Tomas Lindqvist" || !acc.CanRefresh {
				t.Errorf("%+v, %v", acc, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		g := newGoogle(t)
		d := newDesk(t, g.op, direct{g.internet}, "", goID, goSecret)
		_, err := d.signIn(auth.SignInRequest{Provider: "google", Device: true, Groups: true})
		says(t, d.words("google", err), "does not know a requested permission", "cloud-identity.groups.readonly")
	})
}
