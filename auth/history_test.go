package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers"
)

// historyOf is an account's history without times and fingerprints.
func historyOf(t *testing.T, a *Agent, id string) []HistoryEntry {
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
		if (e.Token == "") != (e.Kind == HistoryFailed) {
			t.Errorf("%s: fingerprint %q", e.Kind, e.Token)
		}
		e.At, e.Last, e.Token, e.Reason = time.Time{}, time.Time{}, "", ""
	}
	return list
}

var anyClaims = cmpopts.IgnoreFields(HistoryEntry{}, "Changes")

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
	a.Handed(tok, AccessToken, "deploy")
	a.Handed(tok, AccessToken, "deploy") // the same again says nothing new
	a.Handed(tok, IDToken, "deploy")
	a.Handed(tok, AccessToken, "backup")
	p.RevokeAll()
	if _, err := a.Refresh(t.Context(), acc.ID); !errors.Is(err, ErrNeedsSignIn) {
		t.Fatalf("refresh: %v", err)
	}
	want := []HistoryEntry{
		{Kind: HistoryFailed, During: StepRefresh, Failure: FailureRejected},
		{Kind: HistoryHandedOut, To: "backup", TokenKind: AccessToken},
		{Kind: HistoryHandedOut, To: "deploy", TokenKind: IDToken},
		{Kind: HistoryHandedOut, To: "deploy", TokenKind: AccessToken},
		{Kind: HistoryRefreshed, Rotated: true},
		{Kind: HistorySignedIn},
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
		if strings.Contains(string(store.records[acc.ID+historySuffix]), secret) {
			t.Error("the history holds a token")
		}
	}
	if _, err := other.SignOut(t.Context(), acc.ID, SignOutOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if store.records[acc.ID+historySuffix] != nil {
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
	want := &TokenChanges{
		ScopesGained: []string{"files"}, ScopesLost: []string{"email"},
		Claims: []ClaimChange{
			{Token: IDToken, Claim: "email", Before: "mira@example.org", After: "mira@example.com"},
			{Token: IDToken, Claim: "picture", Before: p.URL + "/picture.png"},
			{Token: IDToken, Claim: "roles", After: `["admin"]`},
		},
	}
	if diff := cmp.Diff(want, historyOf(t, a, acc.ID)[0].Changes); diff != "" {
		t.Error(diff)
	}
}

func TestTokenChanges(t *testing.T) {
	jwt := func(claims string) Secret {
		part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
		return providers.NewSecret(part(`{"alg":"RS256","typ":"at+jwt"}`) + "." + part(claims) + ".c2ln")
	}
	rec := func(access Secret, scopes ...string) *record {
		return &record{Tokens: tokenSet{Access: access, Scopes: scopes}}
	}
	many := map[string]any{}
	for i := range 15 {
		many[fmt.Sprintf("c%02d", i)] = i
	}
	short, long := map[string]any{"a": "b"}, map[string]any{"a": strings.Repeat("é", 300)}
	for name, c := range map[string]struct {
		old, next *record
		want      *TokenChanges
	}{
		"the same":          {rec(jwt(`{"a":9007199254740993,"iat":1}`), "x"), rec(jwt(`{"a":9007199254740992.0,"iat":2}`), "x"), nil},
		"opaque":            {rec(providers.NewSecret("one")), rec(providers.NewSecret("two")), nil},
		"opaque, then JWT":  {rec(providers.NewSecret("one")), rec(jwt(`{"a":1}`)), nil},
		"order of scopes":   {rec(Secret{}, "x", "y"), rec(Secret{}, "y", "x"), nil},
		"access token":      {rec(jwt(`{"scp":["a"]}`)), rec(jwt(`{"scp":["a","b"]}`)), &TokenChanges{Claims: []ClaimChange{{AccessToken, "scp", `["a"]`, `["a","b"]`}}}},
		"null":              {rec(jwt(`{"a":null,"b":1}`)), rec(jwt(`{"b":1}`)), &TokenChanges{Claims: []ClaimChange{{AccessToken, "a", "null", ""}}}},
		"scopes":            {rec(Secret{}, "x"), rec(Secret{}, "y", "y"), &TokenChanges{ScopesGained: []string{"y"}, ScopesLost: []string{"x"}}},
		"long":              {&record{IDClaims: short}, &record{IDClaims: long}, &TokenChanges{Claims: []ClaimChange{{IDToken, "a", "b", strings.Repeat("é", maxClaimText) + "…"}}}},
		"name for a screen": {&record{IDClaims: short}, &record{IDClaims: map[string]any{"a": "b", "x\u202e\n": "y\x1b[2J"}}, &TokenChanges{Claims: []ClaimChange{{IDToken, "x", "", "y[2J"}}}},
	} {
		if diff := cmp.Diff(c.want, tokenChanges(c.old, c.next)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	c := tokenChanges(&record{IDClaims: short}, &record{IDClaims: many})
	if c == nil || len(c.Claims) != maxClaimChanges || c.MoreClaims != 6 {
		t.Errorf("of 16 changes: %+v", c)
	}
}

// TestHistoryIsBounded: by number, of each kind by itself, and by size.
func TestHistoryIsBounded(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var list []HistoryEntry
	list, _ = addHistory(list, HistoryEntry{Kind: HistorySignedIn, At: at})
	for i := range 5000 {
		list, _ = addHistory(list, HistoryEntry{Kind: HistoryHandedOut, At: at.Add(time.Duration(i) * time.Second), To: fmt.Sprint(i)})
	}
	if n := len(list); n != historyEach+1 || list[0].Kind != HistorySignedIn || list[n-1].To != "4999" {
		t.Errorf("%d entries, the first %s, the last to %s", n, list[0].Kind, list[n-1].To)
	}
	if !slices.IsSortedFunc(list, func(x, y HistoryEntry) int { return x.At.Compare(y.At) }) {
		t.Error("not in order")
	}
	for i := range list {
		list[i].Reason = strings.Repeat("x", historySize/20)
	}
	data, err := encodeHistory(list)
	var s storedHistory
	if err != nil || json.Unmarshal(data, &s) != nil || len(data) > historySize || len(s.Entries) < 10 || s.Entries[len(s.Entries)-1].To != "4999" {
		t.Errorf("%d bytes, %d entries, %v", len(data), len(s.Entries), err)
	}
}

// TestHistoryCountsFailures: what fails all day is one entry.
func TestHistoryCountsFailures(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	fail := func(after time.Duration, f Failure) HistoryEntry {
		return HistoryEntry{Kind: HistoryFailed, At: at.Add(after), During: StepRefresh, Failure: f}
	}
	var list []HistoryEntry
	for i, step := range []struct {
		e    HistoryEntry
		news bool
	}{
		{fail(0, FailureOffline), true},
		{fail(time.Second, FailureOffline), false},
		{fail(2*time.Minute, FailureOffline), true},
		{fail(2*time.Minute+time.Second, FailureOffline), false},
		{fail(4*time.Minute, FailureServer), true},
		{fail(8*time.Minute, FailureOffline), true},
	} {
		var news bool
		if list, news = addHistory(list, step.e); news != step.news {
			t.Errorf("entry %d is news: %t", i, news)
		}
	}
	first := fail(0, FailureOffline)
	first.Count, first.Last = 2, at.Add(2*time.Minute)
	if diff := cmp.Diff([]HistoryEntry{first, fail(4*time.Minute, FailureServer), fail(8*time.Minute, FailureOffline)}, list); diff != "" {
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
			a.Handed(tok, AccessToken, fmt.Sprint("program ", i))
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
		a.Handed(tok, AccessToken, "deploy")
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
		_ = store.Put(t.Context(), acc.ID+historySuffix, newer)
		b := storeAgent(t, p, store, inBubble(p))
		if _, err := b.History(t.Context(), acc.ID); errCode(err) != "newer-version" {
			t.Errorf("a newer program's history: %v", err)
		}
		b.Handed(tok, AccessToken, "backup")
		_ = b.Close()
		if string(store.records[acc.ID+historySuffix]) != string(newer) {
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
	b.Handed(tok, AccessToken, "deploy")
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
	want := []HistoryEntry{{Kind: HistoryFailed, During: StepWait, Failure: FailureRejected}, {Kind: HistorySignedIn}}
	if diff := cmp.Diff(want, historyOf(t, a, acc.ID)); diff != "" {
		t.Error(diff)
	}
}

// What the store does not take is bounded, and the latest is what stays.
func TestHistoryThatWaitsKeepsTheLatest(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	store.breakPuts(codedErr{"disk-full"})
	for i := range maxWaiting + 10 {
		a.accounts.happened(acc.ID, HistoryEntry{At: time.Unix(int64(i), 0), Kind: HistoryRefreshed, Token: fmt.Sprint(i)})
	}
	list, _, _ := a.accounts.history.memory.Get(acc.ID)
	if last := list[len(list)-1].Token; len(list) != maxWaiting || last != fmt.Sprint(maxWaiting+9) {
		t.Errorf("%d entries wait, the last is %s", len(list), last)
	}
}
