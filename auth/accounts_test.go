package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

func TestSameUserSameAccount(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	first := enroll(t, a, p, time.Hour)
	if !regexp.MustCompile(`^[a-z0-9]{12}$`).MatchString(first.ID) {
		t.Errorf("id %q", first.ID)
	}
	again := enroll(t, storeAgent(t, p, store), p, time.Hour)
	if again.ID != first.ID {
		t.Errorf("signing in again made a second account")
	}
	p.SignsIn(authtest.Jonas)
	other := enroll(t, a, p, time.Hour, func(_ *signInResult, r *SignInRequest) { r.Account = first.ID })
	if other.ID == first.ID {
		t.Error("somebody else replaced the account")
	}
	list, err := a.Accounts(t.Context())
	if err != nil || len(list) != 2 || list[0].User.Name != "Jonas Weber" || list[1].User.Name != "Mira Okonkwo" {
		t.Errorf("accounts = %v, %v", list, err)
	}
}

// A refresh token of an earlier consent goes on only if it gives no more than was
// just asked, and is bound to what the new tokens are.
func TestRefreshTokenOfAnEarlierConsent(t *testing.T) {
	without := func(res *signInResult, _ *SignInRequest) { res.Tokens.Refresh = providers.Secret{} }
	for name, c := range map[string]struct {
		before func(*record)
		again  func(*signInResult)
		keeps  bool
	}{
		"the same":         {nil, nil, true},
		"narrower now":     {nil, func(res *signInResult) { res.Tokens.Scopes = res.Tokens.Scopes[:1] }, false},
		"wider now":        {nil, func(res *signInResult) { res.Tokens.Scopes = append(res.Tokens.Scopes, "more") }, true},
		"other resources":  {nil, func(res *signInResult) { res.Asked.Resources = []string{"https://api.example"} }, false},
		"bound to a key":   {nil, func(res *signInResult) { res.Tokens.Key = providers.NewSecret("key") }, false},
		"was bound to one": {func(r *record) { r.Tokens.Key = providers.NewSecret("key") }, nil, false},
		"had ended":        {func(r *record) { r.turn(StateNeedsSignIn, "over", time.Now()) }, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := authtest.NewProvider(t)
			a := storeAgent(t, p, newMemStore())
			first := enroll(t, a, p, time.Hour)
			if _, err := a.accounts.update(t.Context(), first.ID, func(r *record) (bool, error) {
				if c.before != nil {
					c.before(r)
				}
				return true, nil
			}); err != nil {
				t.Fatal(err)
			}
			again := enroll(t, a, p, time.Hour, without, func(res *signInResult, _ *SignInRequest) {
				if c.again != nil {
					c.again(res)
				}
			})
			if again.ID != first.ID || again.CanRefresh != c.keeps {
				t.Errorf("account %s, was %s; can refresh: %v, want %v", again.ID, first.ID, again.CanRefresh, c.keeps)
			}
		})
	}
}

func TestRemembering(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	forThisTime := func(_ *signInResult, r *SignInRequest) { r.Remember = false }
	acc := enroll(t, a, p, time.Hour, forThisTime)
	if acc.Remembered || len(store.records) != 0 {
		t.Fatal("it was stored")
	}
	if tok, err := a.Token(t.Context(), acc.ID, 0); err != nil || tok.AccountID != acc.ID {
		t.Errorf("Token = %v, %v", tok, err)
	}
	if now := enroll(t, a, p, time.Hour); now.ID != acc.ID || !now.Remembered || len(store.records) != 1 {
		t.Errorf("remembered later: %+v", now)
	}
	// To sign in again in place of a remembered account does not forget it.
	again := enroll(t, a, p, time.Hour, func(_ *signInResult, r *SignInRequest) { r.Remember, r.Account = false, acc.ID })
	if !again.Remembered {
		t.Error("forgotten by signing in again")
	}
	if own := enroll(t, a, p, time.Hour, forThisTime); own.Remembered || len(store.records) != 0 {
		t.Error("a sign-in of its own that says so does not forget it")
	}
}

func TestSignInThatCannotBeStored(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	store.breakPuts(codedErr{"keyring-locked"})
	p.SignsIn(authtest.Jonas)
	tok := p.Issue(time.Hour, "openid")
	res := signInResult{
		Provider: p.Config(), Metadata: &providers.Metadata{Issuer: p.URL},
		Tokens:        oauth.Tokens{Access: providers.NewSecret(tok.Access), Expires: tok.Expires, Issued: time.Now()},
		Identity:      &identity.Identity{User: identity.User{ID: "u-0815"}},
		IDTokenClaims: tok.Claims,
	}
	got, err := a.accounts.adopt(t.Context(), res, SignInRequest{Remember: true})
	if !errors.Is(err, ErrNotStored) || got == nil {
		t.Fatalf("adopt = %v, %v", got, err)
	}
	if got.Remembered || got.Reason == "" {
		t.Errorf("account = %+v: it says that it is remembered", got)
	}
	if found := problem.Explain(err, nil, ""); found.Kind != problem.KindLocked || found.Code != "keyring-locked" {
		t.Errorf("problem = %+v", found)
	}
	if list, _ := a.Accounts(t.Context()); len(list) != 2 {
		t.Errorf("%d accounts", len(list))
	}
	if err := a.RetryNow(t.Context()); !errors.Is(err, ErrNotStored) {
		t.Errorf("RetryNow = %v", err)
	}
	store.breakPuts(nil)
	if err := a.RetryNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a.accounts.unsaved(got.ID) {
		t.Error("it was not stored")
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if list, _ := storeAgent(t, p, store).Accounts(t.Context()); len(list) != 2 {
		t.Errorf("%d accounts in the store, with %s", len(list), acc.ID)
	}
}

func TestDamagedAndNewerRecords(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	store.records["damaged00000"] = []byte(`{"version":1,"id":"dam`)
	store.records["swapped00000"] = bytes.Clone(store.records[acc.ID])
	newer := bytes.Replace(store.records[acc.ID], []byte(acc.ID), []byte("newer0000000"), 1)
	newer = bytes.Replace(newer, []byte(`"version":1`), []byte(`"version":2`), 1)
	store.records["newer0000000"] = bytes.Clone(newer)
	store.records[acc.ID+"-picture"] = []byte("x")
	store.records["something-else"] = []byte("x")
	list, err := a.Accounts(t.Context())
	if len(list) != 1 || list[0].ID != acc.ID {
		t.Errorf("%d accounts, want the good one", len(list))
	}
	for _, name := range []string{"damaged00000", "swapped00000", "newer0000000"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not told: %v", name, err)
		}
	}
	if _, err := a.Refresh(t.Context(), "newer0000000"); coded.Of(err) != "newer-version" || !bytes.Equal(store.records["newer0000000"], newer) {
		t.Errorf("a newer program's record was read as one of today, or written: %v", err)
	}
	// A newer program's field outlives a change by this one.
	var fields map[string]any
	if err := json.Unmarshal(store.records[acc.ID], &fields); err != nil {
		t.Fatal(err)
	}
	fields["from_the_future"] = "keep me"
	store.records[acc.ID], _ = json.Marshal(fields)
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(store.records[acc.ID], []byte("keep me")) {
		t.Error("an unknown field was lost")
	}
}

func TestStoredKeysAreThoseOfTheRecord(t *testing.T) {
	data, err := json.Marshal(storedRecord{})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	for _, k := range storedKeys {
		delete(fields, k)
	}
	if len(fields) != 0 {
		t.Errorf("not in storedKeys: %v", fields)
	}
}

func FuzzDecodeRecord(f *testing.F) {
	rec := &record{ID: "abcdefghijkl", Provider: "p", Subject: "s"}
	data, err := rec.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"version":1,"id":"abcdefghijkl","provider":"p","subject":"s","x":{"y":[1]}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := decodeRecord("abcdefghijkl", data)
		if err != nil {
			return
		}
		once, err := rec.encode()
		if err != nil {
			t.Fatalf("encode: %v", err)
		}
		back, err := decodeRecord("abcdefghijkl", once)
		if err != nil {
			t.Fatalf("round trip: %v", err)
		}
		if again, err := back.encode(); err != nil || !bytes.Equal(once, again) {
			t.Errorf("round trip: %v\n%s\n%s", err, once, again)
		}
	})
}

func TestResolve(t *testing.T) {
	acc := func(id, provider, login, email string) *Account {
		return &Account{ID: id, Provider: provider, User: identity.User{ID: "u" + id, Login: login, Email: email, EmailVerified: id != "eeeeeeeeeeee"}}
	}
	list := []*Account{
		acc("aaaaaaaaaaaa", "github", "mira", "mira@example.org"),
		acc("bbbbbbbbbbbb", "demo", "mira", "mira@example.org"),
		acc("cccccccccccc", "demo", "jonas", "jonas@example.net"),
		acc("dddddddddddd", "google", "", "lea@example.org"),
		acc("eeeeeeeeeeee", "odd", "", "boss@example.org"), // says its user, whom nobody checked
	}
	for name, want := range map[string]string{
		"aaaaaaaaaaaa": "a", "github": "a", "mira@github": "a", "MIRA@demo": "b", "jonas@demo": "c",
		"demo": "bc", "": "abcde", "jonas@example.net": "c", "Lea@example.org": "d", "lea@example.org@google": "d",
		"mira@example.org": "ab", "nobody": "", "nobody@demo": "", "@demo": "", "mira": "",
		"boss@example.org": "", "boss@example.org@odd": "", "ueeeeeeeeeeee@odd": "e",
	} {
		got := ""
		for _, a := range resolve(list, name) {
			got += a.ID[:1]
		}
		if got != want {
			t.Errorf("%q fits %q, want %q", name, got, want)
		}
	}
	for i, name := range handles(list) {
		if fits := resolve(list, name); len(fits) != 1 || fits[0] != list[i] {
			t.Errorf("%q is offered as a name of %s and fits %d", name, list[i].ID, len(fits))
		}
	}
}

func TestAccountByName(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	if _, err := a.Account(t.Context(), ""); !errors.Is(err, ErrNoAccount) {
		t.Errorf("none: %v", err)
	}
	mira := enroll(t, a, p, time.Hour)
	if got, err := a.Account(t.Context(), ""); err != nil || got.ID != mira.ID {
		t.Errorf("the only one: %v, %v", got, err)
	}
	p.SignsIn(authtest.Jonas)
	enroll(t, a, p, time.Hour)
	_, err := a.Account(t.Context(), "authtest")
	var ambiguous *AmbiguousError
	if !errors.As(err, &ambiguous) {
		t.Fatalf("err = %v", err)
	}
	for _, c := range ambiguous.Candidates {
		if _, err := a.Account(t.Context(), c); err != nil {
			t.Errorf("candidate %q: %v", c, err)
		}
	}
	if len(ambiguous.Candidates) != 2 {
		t.Errorf("candidates %q", ambiguous.Candidates)
	}
}

func TestAccountJSON(t *testing.T) {
	full := Account{
		ID: "k3v9x2m7q1ab", Provider: "github", State: StateActive,
		User:   identity.User{ID: "48211937", Login: "mira", Name: "Mira", Email: "m@example.org", EmailVerified: true, Picture: "https://example.org/p", Claims: map[string]any{"a": 1}},
		Groups: []identity.Group{{ID: "77", Name: "northwind:platform", Kind: "team", Sources: []identity.Origin{{From: identity.FromAPI, Name: "Teams"}}}}, Scopes: []string{"read:org"},
		ExpiresAt: time.Date(2026, 1, 2, 16, 4, 5, 600, time.FixedZone("", 3600)), Remembered: true,
		VerifiedAt: time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC),
	}
	for want, a := range map[string]any{
		`{"id":"k3v9x2m7q1ab","provider":"github","issuer":"","state":"active",` +
			`"user":{"id":"48211937","login":"mira","name":"Mira","email":"m@example.org","email_verified":true,"picture":"https://example.org/p","claims":{"a":1}},` +
			`"groups":[{"id":"77","name":"northwind:platform","kind":"team","sources":[{"from":"api","name":"Teams"}]}],"scopes":["read:org"],` +
			`"expires_at":"2026-01-02T15:04:05Z","remembered":true,"verified_at":"2026-01-02T15:04:05Z"}`: &full,
		`{"id":"","provider":"","issuer":"","state":"","user":{"id":"","login":"","name":"","email":"","email_verified":false,"picture":"","claims":{}},` +
			`"groups":[],"scopes":[],"expires_at":null,"remembered":false,"verified_at":null}`: Account{},
	} {
		got, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, string(got)); d != "" {
			t.Errorf("JSON differs (-want +got):\n%s", d)
		}
	}
}

// An account comes back from its object as it went, but for what the object leaves out.
func TestAccountFromItsObject(t *testing.T) {
	at := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	groups := []identity.Group{{ID: "77", Name: "platform", Kind: "team", Sources: []identity.Origin{{From: identity.FromAPI, Name: "Teams"}}, Stale: true}}
	for _, full := range []Account{
		{
			ID: "k3v9x2m7q1ab", Provider: "acme", ProviderName: "Acme", Issuer: "https://acme.example.org", State: StateOffline, Reason: "no network",
			User:   identity.User{ID: "1", Claims: map[string]any{"large": json.Number("9007199254740993")}},
			Groups: groups, GroupsAsked: true, GroupsAt: at, GroupsUnread: groups[0].Sources, Missing: []identity.Missing{{What: "email", Reason: "not shared"}},
			GroupsChanged: &GroupsChange{Since: at, At: at, Gained: groups, Lost: []identity.Group{}, GainedCount: 1},
			Scopes:        []string{"openid"}, ExpiresAt: at, Remembered: true, VerifiedAt: at, RetryAt: at, ClockSkew: time.Hour,
		},
		{User: identity.User{Claims: map[string]any{}}, Groups: []identity.Group{}, Scopes: []string{}},
	} {
		data, err := json.Marshal(full)
		if err != nil {
			t.Fatal(err)
		}
		var got Account
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(full, got); d != "" {
			t.Errorf("it differs (-want +got):\n%s", d)
		}
	}
	if err := json.Unmarshal([]byte(`{"id": 7}`), &Account{}); err == nil {
		t.Error("a number is taken for an ID")
	}
}

func TestNothingShowsASecret(t *testing.T) {
	const canary = "CANARY-4f9d"
	p, store := authtest.NewProvider(t), newMemStore()
	var log bytes.Buffer
	a := storeAgent(t, p, store, func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	acc := enroll(t, a, p, -time.Minute, func(res *signInResult, _ *SignInRequest) {
		res.Tokens.Access = providers.NewSecret("access-" + canary)
		res.Tokens.Refresh = providers.NewSecret("refresh-" + canary)
		res.Tokens.ID = providers.NewSecret("id-" + canary)
	})
	_, failed := a.Token(t.Context(), acc.ID, 0) // the provider knows no such token
	if failed == nil {
		t.Fatal("no error")
	}
	rec, err := a.accounts.load(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	tok := rec.token()
	store.breakPuts(codedErr{"disk-full"})
	notStored := a.accounts.save(t.Context(), rec, true)
	_, damaged := decodeRecord("abcdefghijkl", []byte(`{"tokens":"`+canary+`"}`))
	a.log.Info("all", "account", acc, "token", tok, "tokens", rec.Tokens, "error", failed)
	_ = a.Close() // nothing is logged any more; the store is broken
	out := log.String()
	for _, v := range []any{acc, *acc, tok, *tok, rec.Tokens, failed, notStored, damaged, problem.Explain(failed, p.Config(), "")} {
		out += fmt.Sprintf("%v %+v %#v %q %s", v, v, v, v, v)
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out += string(data)
	}
	if i := strings.Index(out, canary); i >= 0 {
		t.Errorf("a secret shows: …%s…", out[max(0, i-120):i+len(canary)])
	}
	if !bytes.Contains(store.records[acc.ID], []byte(canary)) {
		t.Error("the store has no token: the test tests nothing")
	}
}

func TestWatch(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a, b := storeAgent(t, p, store), storeAgent(t, p, store)
	mine, others := a.Watch(t.Context()), b.Watch(t.Context())
	acc := enroll(t, a, p, time.Hour)
	<-mine
	<-others // through the store
	if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{}); err != nil {
		t.Fatal(err)
	}
	<-others
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for range mine { // ends, because the agent did
	}
	if _, ok := <-a.Watch(t.Context()); ok {
		t.Error("a closed agent tells of changes")
	}
}

// A name is found however its accents were typed, and by the provider written.
func TestResolveComposedAndDecomposed(t *testing.T) {
	composed, decomposed := "ren\u00e9", "rene\u0301"
	for stored, typed := range map[string]string{composed: decomposed, decomposed: composed, "REN\u00c9": decomposed} {
		list := []*Account{
			{ID: "k3v9x0q2mz7a", Provider: "work", User: identity.User{ID: "1", Login: stored, Email: stored + "@a.example", EmailVerified: true}},
			{ID: "k3v9x0q2mz7b", Provider: "work", User: identity.User{ID: "2", Login: "rene", Email: "rene@a.example", EmailVerified: true}},
		}
		for _, name := range []string{typed + "@work", typed + "@a.example"} {
			if fits := resolve(list, name); len(fits) != 1 || fits[0] != list[0] {
				t.Errorf("%+q finds %d", name, len(fits))
			}
		}
	}
}
