package providers_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/test/ports"
)

// stay is a person's stay at a provider, from the sign-in to the sign-out, and
// what has to come of it.
type stay struct {
	// provider is the preset's id; file are more lines for the person's own
	// file of that id.
	provider, file string
	environ        []string
	// house opens the provider.
	house func(t *testing.T) *house
	// exact is the host of redirect addresses that were registered with their
	// ports; "" if any port does.
	exact string
	// scope is what is asked for, with groups.
	scope string
	want  outcome
	// page is named if a program can end nothing at the provider.
	page   string
	faults []fault
}

// run lives through it all.
func (s *stay) run(t *testing.T) {
	t.Helper()
	if len(s.faults) < 3 {
		t.Errorf("%d errors are explained; the three most common ones should be", len(s.faults))
	}
	part := func(name string, f func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t)
		})
	}
	part("sign-in", s.signIn)
	part("refresh", s.refresh)
	part("sign-out", s.signOut)
	for _, f := range s.faults {
		part(f.name, func(t *testing.T) { s.goWrong(t, f) })
	}
}

// sit opens the provider, registers the app there and sits down.
func (s *stay) sit(t *testing.T) (*house, *desk) {
	t.Helper()
	h := s.house(t)
	file := fmt.Sprintf("id = %q\n%s", s.provider, s.file)
	if s.exact != "" {
		free := []string{ports.Free(t), ports.Free(t), ports.Free(t)}
		h.ports = free
		var registered []string
		for _, p := range free {
			registered = append(registered, "http://"+s.exact+":"+p+"/callback/"+s.provider)
		}
		h.registered = exactly(registered...)
		file += "\n[redirect]\nports = [" + strings.Join(free, ",") + "]\n"
	}
	name := "CLAVIGER_" + strings.ToUpper(s.provider)
	environ := append([]string{name + "_CLIENT_ID=" + clientID}, s.environ...)
	if h.secret != "" {
		environ = append(environ, name+"_CLIENT_SECRET="+clientSecret)
	}
	return h, newDesk(t, h.op, h.transport(), file, environ...)
}

// verified are the checks of an ID token that is all in order.
func verified() []string {
	return []string{"signature", "iss", "aud", "nonce", "exp", "iat", "at_hash", "sub"}
}

func (s *stay) request() auth.SignInRequest {
	return auth.SignInRequest{Provider: s.provider, Groups: true}
}

func (s *stay) signIn(t *testing.T) {
	h, d := s.sit(t)
	acc := d.must(s.request())
	if got := h.last(h.login).query.Get("scope"); got != s.scope {
		t.Errorf("asked for %q, want %q", got, s.scope)
	}
	d.check(acc, s.want)
}

func (s *stay) refresh(t *testing.T) {
	h, d := s.sit(t)
	acc := d.must(s.request())
	if h.offline == never {
		_, err := d.agent.Refresh(t.Context(), acc.ID)
		if says(t, d.words(s.provider, err), "no refresh token", "cannot be renewed", "sign in again"); acc.CanRefresh || !errors.Is(err, auth.ErrNoRefresh) {
			t.Errorf("%+v, %v", acc, err)
		}
		return
	}
	s.renew(t, h, d, acc)
	h.kill(h.alive(d.token(acc)), all) // by an administrator, or after months
	s.comeBack(t, d, acc)
}

// renew refreshes twice: the second one needs what the first one gave.
func (s *stay) renew(t *testing.T, h *house, d *desk, acc *auth.Account) {
	t.Helper()
	first := d.token(acc)
	d.refresh(acc)
	d.refresh(acc)
	asked := h.to(h.token)
	if a, b := asked[1].form.Get("refresh_token"), asked[2].form.Get("refresh_token"); (a != b) != h.rotates {
		t.Errorf("a new refresh token was used: %v, want %v", a != b, h.rotates)
	}
	if got := d.token(acc); got == first || h.alive(got) == nil {
		t.Error("the token was not replaced")
	}
	if got, err := d.agent.Check(t.Context(), acc.ID); err != nil || got.State != auth.StateActive || got.User.Name != s.want.User.Name {
		t.Errorf("check: %+v, %v", got, err)
	}
}

// comeBack finds the session ended, and everything else kept.
func (s *stay) comeBack(t *testing.T, d *desk, acc *auth.Account) {
	t.Helper()
	_, err := d.agent.Refresh(t.Context(), acc.ID)
	p := d.words(s.provider, err)
	if says(t, p, "ession has ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) || p.Kind != problem.KindNeedsSignIn {
		t.Errorf("%v, %+v", err, p)
	}
	got, err := d.agent.Account(t.Context(), acc.ID)
	if err != nil || got.State != auth.StateNeedsSignIn || got.User.Name != s.want.User.Name {
		t.Errorf("the account: %+v, %v", got, err)
	}
	r := s.request()
	r.Account = acc.ID
	if again := d.must(r); again.ID != acc.ID || again.State != auth.StateActive {
		t.Errorf("signed in again: %+v", again)
	}
}

func (s *stay) signOut(t *testing.T) {
	h, d := s.sit(t)
	acc := d.must(s.request())
	hint := ""
	if acc.HasIDToken {
		hint = stored(d, acc).IDToken.Reveal()
	}
	d.browser.Away = true
	before := h.count()
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Forgotten.Outcome != auth.OutcomeDone {
		t.Fatalf("%+v, %v", receipt, err)
	}
	if _, err := d.agent.Token(t.Context(), acc.ID, 0); !errors.Is(err, auth.ErrNoAccount) {
		t.Errorf("token: %v", err)
	}
	s.revoked(t, h, receipt.Revoked, before)
	if want := map[bool]string{true: auth.OutcomeDone, false: auth.OutcomeNotAsked}[h.revoke != ""]; receipt.Proof.Outcome != want || receipt.Pending() {
		t.Errorf("proof: %+v, want %s", receipt.Proof, want)
	}
	s.sessionEnded(t, h, d, receipt.Session, hint)
}

// revoked checks that no token lives on or, if that cannot be done, that the
// person learned where to do it.
func (s *stay) revoked(t *testing.T, h *house, got auth.Result, before int) {
	t.Helper()
	if h.revoke != "" {
		if got.Outcome != auth.OutcomeDone || len(h.live) != 0 {
			t.Errorf("%+v, %d tokens live on", got, len(h.live))
		}
		return
	}
	if got.Outcome != auth.OutcomeNotOffered || !strings.Contains(got.Detail, s.page) || h.count() != before {
		t.Errorf("%+v, want the page %q; %d requests", got, s.page, h.count()-before)
	}
}

// sessionEnded checks where the browser was led (RP-Initiated Logout 1.0 §2).
func (s *stay) sessionEnded(t *testing.T, h *house, d *desk, got auth.Result, hint string) {
	t.Helper()
	opened := d.browser.Opened()
	if h.end == "" {
		if got.Outcome != auth.OutcomeNotOffered || len(opened) != 1 {
			t.Errorf("%+v, opened %d pages", got, len(opened))
		}
		return
	}
	u, err := url.Parse(opened[len(opened)-1])
	if err != nil || u.Host+u.Path != h.end || u.Query().Get("id_token_hint") != hint || u.Query().Get("client_id") != clientID || got.Outcome != auth.OutcomeDone {
		t.Errorf("%+v, opened %v, %v", got, u, err)
	}
}
