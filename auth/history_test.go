package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/coded"
)

// historyOf is an account's history without times and fingerprints.
func historyOf(t *testing.T, a *Agent, id string) []history.Entry {
	t.Helper()
	list, err := a.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		e := &list[i]
		if e.At.IsZero() {
			t.Errorf("%s has no time", e.Kind)
		}
		if (e.Token == "") != (e.Kind == history.Failed) {
			t.Errorf("%s: fingerprint %q", e.Kind, e.Token)
		}
		e.At, e.Last, e.Token, e.Reason = time.Time{}, time.Time{}, "", ""
	}
	return list
}

var anyClaims = cmpopts.IgnoreFields(history.Entry{}, "Changes", "Steps")

// TestHistory goes through a stay at a provider; another process reads it.
func TestHistory(t *testing.T) {
	p := authtest.NewProvider(t)
	store := newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	tok, err := a.Token(t.Context(), acc.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	a.Handed(tok, history.AccessToken, "deploy")
	a.Handed(tok, history.AccessToken, "deploy") // the same again says nothing new
	a.Handed(tok, history.IDToken, "deploy")
	a.Handed(tok, history.AccessToken, "backup")
	p.RevokeAll()
	if _, err := a.Refresh(t.Context(), acc.ID); !errors.Is(err, oauth.ErrNeedsSignIn) {
		t.Fatalf("refresh: %v", err)
	}
	want := []history.Entry{
		{Kind: history.Failed, During: trace.StepRefresh, Failure: problem.FailureRejected},
		{Kind: history.HandedOut, To: "backup", TokenKind: history.AccessToken},
		{Kind: history.HandedOut, To: "deploy", TokenKind: history.IDToken},
		{Kind: history.HandedOut, To: "deploy", TokenKind: history.AccessToken},
		{Kind: history.Refreshed, Rotated: true},
		{Kind: history.SignedIn},
	}
	if diff := cmp.Diff(want, historyOf(t, a, acc.ID), anyClaims); diff != "" {
		t.Errorf("before it is stored:\n%s", diff)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	other := storeAgent(t, p, store)
	if diff := cmp.Diff(want, historyOf(t, other, acc.ID), anyClaims); diff != "" {
		t.Errorf("of another process:\n%s", diff)
	}
	for _, secret := range []string{tok.AccessToken.Reveal(), tok.IDToken.Reveal()} {
		if strings.Contains(string(store.records[acc.ID+history.Suffix]), secret) {
			t.Error("the history holds a token")
		}
	}
	if _, err := other.SignOut(t.Context(), acc.ID, SignOutOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if store.records[acc.ID+history.Suffix] != nil {
		t.Error("the history outlives its account")
	}
}

// TestHistoryOfARefreshThatChangedSomething: what the tokens say of the person
// and what they allow.
func TestHistoryOfARefreshThatChangedSomething(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	p.Behave(authtest.Behaviour{
		GrantScopes: []string{"openid", "profile", "files"}, AccessTTL: time.Hour,
		IDToken: func(claims map[string]any) {
			claims["email"], claims["roles"], claims["jti"] = "mira@example.com", []string{"admin"}, "new each time"
			delete(claims, "picture")
		},
	})
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	want := &history.Changes{
		ScopesGained: []string{"files"}, ScopesLost: []string{"email"},
		Claims: []history.ClaimChange{
			{Token: history.IDToken, Claim: "email", Before: "mira@example.org", After: "mira@example.com"},
			{Token: history.IDToken, Claim: "picture", Before: p.URL + "/picture.png"},
			{Token: history.IDToken, Claim: "roles", After: `["admin"]`},
		},
	}
	if diff := cmp.Diff(want, historyOf(t, a, acc.ID)[0].Changes); diff != "" {
		t.Error(diff)
	}
}

// TestHistoryOfManyAtOnce: agents that share a store lose nothing of each other.
func TestHistoryOfManyAtOnce(t *testing.T) {
	p := authtest.NewProvider(t)
	store := newMemStore()
	first := storeAgent(t, p, store)
	acc := enroll(t, first, p, time.Hour)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 20 {
		a := storeAgent(t, p, store)
		wg.Go(func() {
			tok, err := a.Token(context.Background(), acc.ID, 0)
			if err != nil {
				t.Error(err)
				return
			}
			a.Handed(tok, history.AccessToken, fmt.Sprint("program ", i))
			_ = a.Close()
		})
	}
	wg.Wait()
	list, err := storeAgent(t, p, store).History(t.Context(), acc.ID)
	to := map[string]bool{}
	for _, e := range list {
		to[e.To] = true
	}
	if err != nil || len(to) != 21 { // "" is the sign-in
		t.Errorf("%d receivers of 20, %v", len(to)-1, err)
	}
}

// TestHistoryIsNoHindrance: a store that takes no history gives tokens, and has
// it later; one of a newer program is left alone.
func TestHistoryIsNoHindrance(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemStore()
		a := storeAgent(t, p, store, inBubble(p))
		acc := enroll(t, a, p, time.Hour)
		store.breakPuts(codedErr{"disk-full"})
		tok, err := a.Token(t.Context(), acc.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		a.Handed(tok, history.AccessToken, "deploy")
		time.Sleep(time.Minute) // tried meanwhile
		if got := historyOf(t, a, acc.ID); len(got) != 2 {
			t.Errorf("in memory: %v", got)
		}
		store.breakPuts(nil)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if got := historyOf(t, storeAgent(t, p, store, inBubble(p)), acc.ID); len(got) != 2 {
			t.Errorf("stored: %v", got)
		}

		newer := []byte(`{"version":2,"entries":"in another form"}`)
		_ = store.Put(t.Context(), acc.ID+history.Suffix, newer)
		b := storeAgent(t, p, store, inBubble(p))
		if _, err := b.History(t.Context(), acc.ID); coded.Of(err) != "newer-version" {
			t.Errorf("a newer program's history: %v", err)
		}
		b.Handed(tok, history.AccessToken, "backup")
		_ = b.Close()
		if string(store.records[acc.ID+history.Suffix]) != string(newer) {
			t.Error("a newer program's history was written over")
		}
	})
}

// TestHistoryEndsWithItsAccount: what is on its way when somebody signs out does
// not stay behind.
func TestHistoryEndsWithItsAccount(t *testing.T) {
	p := authtest.NewProvider(t)
	store := newMemStore()
	a, b := storeAgent(t, p, store), storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	tok, err := b.Token(t.Context(), acc.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	b.Handed(tok, history.AccessToken, "deploy")
	if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, agent := range []*Agent{a, b} {
		if err := agent.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if names, _ := store.List(t.Context()); len(names) != 1 || names[0] != acc.ID+signOutSuffix {
		t.Errorf("left are %v, want the receipt of the sign-out", names)
	}
}

// TestHistoryWithoutStore lasts as long as the agent, and goes into the store
// with the account.
func TestHistoryWithoutStore(t *testing.T) {
	p := authtest.NewProvider(t)
	store := newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour, func(_ *signInResult, r *SignInRequest) { r.Remember = false })
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	if got := historyOf(t, a, acc.ID); len(got) != 2 || len(store.records) != 0 {
		t.Errorf("not remembered: %v, %d records", got, len(store.records))
	}
	again := enroll(t, a, p, time.Hour)
	if again.ID != acc.ID {
		t.Fatal("another account")
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got := historyOf(t, storeAgent(t, p, store), acc.ID); len(got) != 3 {
		t.Errorf("remembered: %v", got)
	}
}

// TestHistoryOfAFailedSignIn: of a known account that signs in again.
func TestHistoryOfAFailedSignIn(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore(), func(o *Options) { o.Browser = (&authtest.Browser{}).Open })
	acc := enroll(t, a, p, time.Hour)
	p.Behave(authtest.Behaviour{AuthorizeError: "access_denied"})
	if _, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Account: acc.ID, Remember: true}); err == nil {
		t.Fatal("signed in")
	}
	want := []history.Entry{{Kind: history.Failed, During: trace.StepWait, Failure: problem.FailureRejected}, {Kind: history.SignedIn}}
	if diff := cmp.Diff(want, historyOf(t, a, acc.ID), anyClaims); diff != "" {
		t.Error(diff)
	}
}
