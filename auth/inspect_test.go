package auth

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/providers"
)

// checkOf finds one check of a list.
func checkOf(t *testing.T, checks []idtoken.Check, name string) idtoken.Check {
	t.Helper()
	i := slices.IndexFunc(checks, func(c idtoken.Check) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no check %s in %+v", name, checks)
	}
	return checks[i]
}

// The nonce is known at the sign-in only: what was found then holds for the
// token as long as it is the account's own.
func TestInspectOfAStoredToken(t *testing.T) {
	op := newFakeOP(t)
	clock := time.Now()
	a := newTestAgent(t, op, nil, func(ctx context.Context, link string) error {
		address := op.authorize(link)
		go visit(context.WithoutCancel(ctx), address)
		return nil
	})
	a.clock = func() time.Time { return clock }
	op.now = a.clock
	acc, err := a.SignIn(t.Context(), SignInRequest{Provider: "fake"})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := a.Stored(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	in, err := a.Inspect(t.Context(), acc.ID, stored.IDToken)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nonce", "at_hash", "sub", "exp"} {
		if c := checkOf(t, in.Checks, name); c.Outcome != idtoken.Passed {
			t.Errorf("%+v", c)
		}
	}
	if c := checkOf(t, in.Checks, "sub"); c != checkOf(t, acc.Checks, "sub") {
		t.Errorf("%+v, at the sign-in %+v", c, checkOf(t, acc.Checks, "sub"))
	}
	// Times are of today, not of the sign-in.
	clock = clock.Add(2 * time.Hour)
	if in, err = a.Inspect(t.Context(), acc.ID, stored.IDToken); err != nil || checkOf(t, in.Checks, "exp").Outcome != idtoken.Failed || checkOf(t, in.Checks, "nonce").Outcome != idtoken.Passed {
		t.Errorf("later: %+v, %v", in.Checks, err)
	}
	// Another token of the same user has checks of its own.
	if in, err = a.Inspect(t.Context(), acc.ID, providers.NewSecret(op.idToken())); err != nil || checkOf(t, in.Checks, "nonce").Outcome != idtoken.Skipped {
		t.Errorf("another token: %+v, %v", in.Checks, err)
	}
	// Without the keys the checks of the sign-in are better than none.
	a.idTokens = idtoken.New(a.keys, time.Now)
	op.server.Close()
	if in, err = a.Inspect(t.Context(), acc.ID, stored.IDToken); err == nil || len(in.Checks) != len(acc.Checks) {
		t.Errorf("offline: %+v, %v", in.Checks, err)
	}
}

// What the sign-in asked for is known to it alone.
func TestInspectKeepsAgeAndLevel(t *testing.T) {
	recorded := []idtoken.Check{{Name: "exp", Outcome: idtoken.Passed, Reason: "then"}, {Name: "auth_time", Outcome: idtoken.Passed, Reason: "a minute ago"}, {Name: "acr", Outcome: idtoken.Skipped, Reason: "another level"}}
	got := idtoken.WithRecorded([]idtoken.Check{{Name: "exp", Outcome: idtoken.Failed, Reason: "now"}}, recorded)
	if want := []idtoken.Check{{Name: "exp", Outcome: idtoken.Failed, Reason: "now"}, recorded[1], recorded[2]}; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

// An ID token outlives the access token that it came with: after a refresh without
// a new one there is nothing to compare at_hash with, and that is said.
func TestInspectAfterARefreshWithoutIDToken(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{NoIDToken: true})
	a := optionAgent(t, p, &authtest.Browser{}, nil)
	acc, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
	if err != nil {
		t.Fatal(err)
	}
	look := func(want idtoken.Outcome, reason string) {
		t.Helper()
		stored, err := a.Stored(t.Context(), acc.ID)
		if err != nil {
			t.Fatal(err)
		}
		in, err := a.Inspect(t.Context(), acc.ID, stored.IDToken)
		if err != nil {
			t.Fatal(err)
		}
		if c := checkOf(t, in.Checks, "at_hash"); c.Outcome != want || !strings.Contains(c.Reason, reason) {
			t.Errorf("%+v", c)
		}
	}
	look(idtoken.Passed, "matches")
	for range 2 {
		if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
			t.Fatal(err)
		}
		look(idtoken.Skipped, "without a new ID token")
	}
}
