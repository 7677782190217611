package providers_test

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers/identity"
)

func auth0Desk(t *testing.T, environ ...string) (*auth0, *desk) {
	t.Helper()
	a := newAuth0(t)
	return a, newDesk(t, a.op, a.transport(), "", append(environ, a0ID, a0Name)...)
}

// occupy holds ports, unless someone else does.
func occupy(t *testing.T, ports ...string) {
	t.Helper()
	for _, port := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Logf("port %s: %v", port, err) // taken already, which is as good
			continue
		}
		t.Cleanup(func() { _ = l.Close() })
	}
}

func TestAuth0SignIn(t *testing.T) {
	for _, text := range []bool{false, true} {
		a, d := auth0Desk(t)
		a.text = text
		a.claims = map[string]any{"https://app.example.com/roles": []string{"editor", "auditor"}, "org_id": "org_9fK2", "org_name": "northwind"}
		a.userinfo = map[string]any{"https://app.example.com/groups": []string{"emea"}, "email_verified": "true"}
		acc := d.must(auth.SignInRequest{Provider: "auth0", Groups: true})
		q := a.last(a0Host + "/authorize")
		loopback(t, q, "127.0.0.1", a0Ports...)
		if q.query.Get("scope") != "openid profile email offline_access" || q.query.Has("audience") {
			t.Errorf("authorization request %v", q.query)
		}
		d.check(acc, outcome{
			User: identity.User{
				ID: "auth0|66b1f0c2d9e4a7", Login: "jonas.weber", Name: "Jonas Weber", Email: "jonas@example.net", EmailVerified: true,
				Picture: "https://s.gravatar.com/avatar/EXAMPLE",
			},
			Issuer: "https://" + a0Host + "/",
			Groups: []string{"group emea", "organization northwind", "role auditor", "role editor"},
			Scopes: []string{"email", "offline_access", "openid", "profile"}, Lifetime: 24 * time.Hour, Refresh: true,
			Passed: []string{"signature", "iss", "aud", "nonce", "exp", "iat", "at_hash", "sub"},
		})
	}
}

// /userinfo allows few requests: the ID token does for the sign-in.
func TestAuth0TooManyRequests(t *testing.T) {
	a, d := auth0Desk(t)
	a.serve(a0Host+"/userinfo", a.bearer("Unauthorized", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		w.Header().Set("X-RateLimit-Limit", "10")
		w.Header().Set("X-RateLimit-Remaining", "0")
		a.refused(w, http.StatusTooManyRequests, "access_denied", "Global limit has been reached")
	}))
	a.claims["email"] = "" // and the address is not in it
	acc := d.must(auth.SignInRequest{Provider: "auth0", Groups: true})
	if acc.User.Name != "Jonas Weber" || acc.User.Email != "" || acc.User.EmailVerified || len(acc.Missing) == 0 || !strings.Contains(acc.Missing[0].Reason, "too many requests") {
		t.Errorf("%+v, missing %+v", acc.User, acc.Missing)
	}
	if n := len(a.to(a0Host + "/userinfo")); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestAuth0Ports(t *testing.T) {
	occupy(t, "51789")
	a, d := auth0Desk(t)
	d.must(auth.SignInRequest{Provider: "auth0"})
	loopback(t, a.last(a0Host+"/authorize"), "127.0.0.1", "51790", "51791")
	d.browser.Wait()
}

func TestAuth0NoPortFree(t *testing.T) {
	occupy(t, a0Ports...)
	a, d := auth0Desk(t)
	_, err := d.signIn(auth.SignInRequest{Provider: "auth0"})
	if !errors.Is(err, auth.ErrPortBusy) || a.count() != 0 {
		t.Errorf("%v, %d requests", err, a.count())
	}
	says(t, d.words("auth0", err), "sign-in port is in use", "Close that program", "https://manage.auth0.com/")
}

// A port that is not registered ends on a page of Auth0's, which shows the
// program nothing.
func TestAuth0CallbackMismatch(t *testing.T) {
	a := newAuth0(t)
	d := newDesk(t, a.op, a.transport(), "id = \"mine\"\npreset = \"auth0\"\n[client]\nid = \""+clientID+"\"\n[redirect]\npath = \"/other\"\n[variables.domain]\nvalue = \""+a0Host+"\"\n")
	_, err := d.signIn(auth.SignInRequest{Provider: "mine", Timeout: 300 * time.Millisecond})
	pages := d.browser.Wait()
	if !errors.Is(err, auth.ErrTimeout) || len(pages) != 1 || !strings.Contains(pages[0].Body, "Callback URL mismatch") {
		t.Errorf("%v, %+v", err, pages)
	}
	says(t, d.words("mine", err), "browser shows an error page", "https://manage.auth0.com/")
}

func TestAuth0ReuseEndsTheFamily(t *testing.T) {
	a, d := auth0Desk(t)
	acc := d.must(auth.SignInRequest{Provider: "auth0"})
	for range 3 {
		d.refresh(acc)
	}
	used := a.to(a0Host + "/oauth/token")[1:]
	seen := map[string]bool{}
	for _, r := range used {
		seen[r.form.Get("refresh_token")] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d different refresh tokens in 3 refreshes", len(seen))
	}
	if got, err := d.agent.Check(t.Context(), acc.ID); err != nil || got.State != auth.StateActive {
		t.Errorf("%+v, %v", got, err)
	}
	// A thief uses an old one: everyone is out, and the person reads so.
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {clientID}, "refresh_token": {used[0].form.Get("refresh_token")}}
	resp, err := (&http.Client{Transport: a.transport()}).PostForm("https://"+a0Host+"/oauth/token", form)
	if err != nil || resp.StatusCode != http.StatusForbidden {
		t.Fatalf("%v, %v", resp, err)
	}
	_ = resp.Body.Close()
	_, err = d.agent.Refresh(t.Context(), acc.ID)
	p := d.words("auth0", err)
	if says(t, p, "Your session has ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) || p.Code != "invalid_grant" {
		t.Errorf("%v, %+v", err, p)
	}
	got, err := d.agent.Account(t.Context(), acc.ID)
	if err != nil || got.State != auth.StateNeedsSignIn || got.User.Name != "Jonas Weber" {
		t.Errorf("%+v, %v", got, err)
	}
	if again := d.must(auth.SignInRequest{Provider: "auth0", Account: acc.ID}); again.ID != acc.ID {
		t.Errorf("a second account %s", again.ID)
	}
	// A rule may ask for a second factor in the middle.
	a.fail(func(w http.ResponseWriter) bool {
		object(w, 403, map[string]string{"error": "mfa_required", "error_description": "Multifactor authentication required", "mfa_token": "Fe26.2*refreshtok"})
		return true
	})
	_, err = d.agent.Refresh(t.Context(), acc.ID)
	if says(t, d.words("auth0", err), "second factor", "in the browser"); !errors.Is(err, auth.ErrNeedsSignIn) {
		t.Errorf("%v", err)
	}
}

func TestAuth0SignOut(t *testing.T) {
	a, d := auth0Desk(t)
	acc := d.must(auth.SignInRequest{Provider: "auth0"})
	raw := stored(d, acc).IDToken.Reveal()
	a.serve(a0Host+"/oidc/logout", func(http.ResponseWriter, *http.Request) {})
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Revoked.Outcome != auth.OutcomeDone || receipt.Proof.Outcome != auth.OutcomeDone || receipt.Session.Outcome != auth.OutcomeDone || len(a.live) != 0 {
		t.Fatalf("%+v, %v", receipt, err)
	}
	if n := len(a.to(a0Host + "/oauth/revoke")); n != 1 {
		t.Errorf("%d revocations", n)
	}
	d.browser.Wait()
	if q := a.last(a0Host + "/oidc/logout").query; q.Get("id_token_hint") != raw || q.Get("client_id") != clientID {
		t.Errorf("the sign-out page was asked for with %v", q)
	}
}

// Without a refresh token there is nothing that Auth0 could revoke.
func TestAuth0SignOutWithoutRefreshToken(t *testing.T) {
	a, d := auth0Desk(t)
	acc := d.must(auth.SignInRequest{Provider: "auth0", Scopes: []string{"openid", "profile"}})
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true})
	if err != nil || acc.CanRefresh || receipt.Revoked.Outcome != auth.OutcomeNotOffered || len(a.to(a0Host+"/oauth/revoke")) != 0 {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestAuth0Errors(t *testing.T) {
	const apps = "https://manage.auth0.com/#/applications"
	for name, tc := range map[string]struct {
		set  func(*auth0)
		code string
		says []string
	}{
		"grant type off": {func(a *auth0) {
			a.fail(func(w http.ResponseWriter) bool {
				return a.refused(w, 403, "unauthorized_client", "Grant type 'authorization_code' not allowed for the client.")
			})
		}, "unauthorized_client", []string{"does not allow this sign-in method", "Grant type 'authorization_code'", "Advanced, Grant Types", apps}},
		"a rule refuses": {func(a *auth0) {
			a.refuse = url.Values{"error": {"access_denied"}, "error_description": {"Only members of finance may use this."}}
		}, "access_denied", []string{"Access denied", "Only members of finance", "rule at Auth0", "app's owner"}},
		"code used": {func(a *auth0) {
			a.fail(func(w http.ResponseWriter) bool {
				return a.refused(w, 403, "invalid_grant", "Invalid authorization code")
			})
		}, "invalid_grant", []string{"code has expired or was already used", "Start again"}},
		"third party": {func(a *auth0) {
			a.refuse = url.Values{"error": {"invalid_request"}, "error_description": {"parameter nonce is not allowed for this client"}}
		}, "invalid_request", []string{"rejected the request", "registration", apps}},
		"secret asked for": {func(a *auth0) {
			a.fail(func(w http.ResponseWriter) bool { return a.refused(w, 401, "access_denied", "Unauthorized") })
		}, "access_denied", []string{"Wrong client ID or secret", "app registration at Auth0", apps}},
	} {
		t.Run(name, func(t *testing.T) {
			a, d := auth0Desk(t)
			tc.set(a)
			acc, err := d.signIn(auth.SignInRequest{Provider: "auth0"})
			p := d.words("auth0", err)
			if says(t, p, tc.says...); acc != nil || p.Code != tc.code {
				t.Errorf("%+v, %+v", acc, p)
			}
		})
	}
}

// Without the slash at its end it is another issuer.
func TestAuth0IssuerSlash(t *testing.T) {
	a, d := auth0Desk(t)
	a.claims["iss"] = "https://" + a0Host
	if _, err := d.signIn(auth.SignInRequest{Provider: "auth0"}); !errors.Is(err, auth.ErrIDToken) {
		t.Errorf("token: %v", err)
	}
	d = newDesk(t, a.op, a.transport(), "", a0ID, a0Name, "CLAVIGER_AUTH0_ISSUER=https://"+a0Host)
	_, err := d.signIn(auth.SignInRequest{Provider: "auth0"})
	says(t, d.words("auth0", err), `the trailing "/" counts`)
}

func TestAuth0Device(t *testing.T) {
	for name, tc := range map[string]struct {
		polls []string
		took  time.Duration
		says  string
	}{
		"done":    {[]string{"authorization_pending", "slow_down", "authorization_pending"}, 30 * time.Second, ""},
		"refused": {[]string{"access_denied"}, 5 * time.Second, "Access denied"},
		"expired": {[]string{"authorization_pending", "expired_token"}, 10 * time.Second, "The code has expired"},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAuth0(t)
			a.polls = slices.Clone(tc.polls)
			d := newDesk(t, a.op, direct{a.internet}, "", a0ID, a0Name)
			start := time.Now()
			f, err := d.agent.Start(t.Context(), auth.SignInRequest{Provider: "auth0", Device: true})
			if err != nil {
				t.Fatal(err)
			}
			if c := f.Device(); f.URL() != "https://"+a0Host+"/activate?user_code=BTPW-QKLC" || c.VerificationURI != "https://"+a0Host+"/activate" {
				t.Errorf("code %+v", c)
			}
			acc, err := f.Wait(t.Context())
			if took := time.Since(start); took != tc.took {
				t.Errorf("%s: took %v", name, took)
			}
			if tc.says != "" {
				says(t, d.words("auth0", err), tc.says)
				return
			}
			if err != nil || acc.User.Login != "jonas.weber" || !acc.CanRefresh {
				t.Errorf("%+v, %v", acc, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		a := newAuth0(t)
		a.fail(func(w http.ResponseWriter) bool {
			return a.refused(w, 403, "unauthorized_client", "Grant type 'urn:ietf:params:oauth:grant-type:device_code' not allowed for the client.")
		})
		d := newDesk(t, a.op, direct{a.internet}, "", a0ID, a0Name)
		_, err := d.signIn(auth.SignInRequest{Provider: "auth0", Device: true})
		says(t, d.words("auth0", err), "does not allow this sign-in method", "device_code' not allowed", "https://manage.auth0.com/")
	})
}
