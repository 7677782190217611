package providers_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/providers/demo/demotest"
)

// visitor is a person at the real demo provider, who says yes or no.
type visitor struct {
	server *demo.Server
	agent  *auth.Agent
	deny   bool
	led    chan string // where the page for the end of a session led
}

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	server, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	set, err := providers.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{server: server, led: make(chan string, 1)}
	v.agent, err = auth.New(auth.Options{
		Lookup: set.Lookup, Browser: v.browse,
		Prepare: func(_ context.Context, p *providers.Provider) error {
			*p = *server.Provider(p)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.agent.Close() })
	return v
}

func (v *visitor) browse(ctx context.Context, link string) error {
	if strings.Contains(link, "/go/") { // the opener gets a one-time page
		link = authtest.Get(context.WithoutCancel(ctx), link).Header.Get("Location")
		if !strings.Contains(link, "/authorize") {
			v.led <- link
			return nil
		}
	}
	decide := func() (*url.URL, error) { return demotest.Approve(ctx, link, "tess") }
	if v.deny {
		// Whoever agreed before would not be asked again.
		decide = func() (*url.URL, error) { return demotest.Deny(ctx, link, "sam") }
	}
	back, err := decide()
	if err == nil && back != nil {
		err = authtest.Get(ctx, back.String()).Err
	}
	return err
}

func (v *visitor) signIn(t *testing.T) (*auth.Account, error) {
	t.Helper()
	return v.agent.SignIn(t.Context(), auth.SignInRequest{Provider: "demo", Groups: true, Timeout: 20 * time.Second})
}

func TestDemo(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	acc, err := v.signIn(t)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"group Coffee roster", "group Platform", "group Release captains", "role developer"}
	if got := groupNames(acc.Groups); !slices.Equal(got, want) || acc.User.Name != "Tess Demo" || !acc.User.EmailVerified || len(acc.Missing) != 0 {
		t.Errorf("%+v, groups %q", acc.User, got)
	}
	for range 2 { // the second needs what the first one gave
		if got, err := v.agent.Refresh(t.Context(), acc.ID); err != nil || got.State != auth.StateActive {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	v.comeBack(t, acc)
	v.leave(t, acc)
}

// comeBack finds the session ended.
func (v *visitor) comeBack(t *testing.T, acc *auth.Account) {
	t.Helper()
	v.server.Misbehave(demo.Misbehaviour{RevokeAll: true})
	_, err := v.agent.Refresh(t.Context(), acc.ID)
	if says(t, problem.Explain(err, nil, ""), "Your session has ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) {
		t.Errorf("%v", err)
	}
	v.server.Misbehave(demo.Misbehaviour{})
	again, err := v.agent.SignIn(t.Context(), auth.SignInRequest{Provider: "demo", Account: acc.ID, Timeout: 20 * time.Second})
	if err != nil || again.ID != acc.ID {
		t.Fatalf("%+v, %v", again, err)
	}
}

func (v *visitor) leave(t *testing.T, acc *auth.Account) {
	t.Helper()
	receipt, err := v.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Forgotten.Outcome != auth.OutcomeDone || receipt.Revoked.Outcome != auth.OutcomeDone || receipt.Proof.Outcome != auth.OutcomeDone || receipt.Session.Outcome != auth.OutcomeDone {
		t.Errorf("%+v, %v", receipt, err)
	}
	if receipt.Session.Outcome != auth.OutcomeDone {
		return // nobody was led anywhere
	}
	if to := <-v.led; !strings.HasPrefix(to, v.server.Issuer()+"/end_session?") {
		t.Errorf("led to %s", to)
	}
}

func TestDemoErrors(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for name, tc := range map[string]struct {
		deny bool
		bad  demo.Misbehaviour
		says []string
	}{
		"said no":   {deny: true, says: []string{"Access denied"}},
		"code used": {bad: demo.Misbehaviour{Error: "invalid_grant"}, says: []string{"code has expired or was already used"}},
		"foreign":   {bad: demo.Misbehaviour{WrongNonce: true}, says: []string{"identity could not be verified", "nonce"}},
		"busy":      {bad: demo.Misbehaviour{Endpoint: "token", Status: 503}, says: []string{"temporarily unavailable"}},
	} {
		t.Run(name, func(t *testing.T) {
			v.deny = tc.deny
			v.server.Misbehave(tc.bad)
			acc, err := v.signIn(t)
			if says(t, problem.Explain(err, nil, ""), tc.says...); acc != nil {
				t.Errorf("signed in: %+v", acc)
			}
		})
	}
}
