package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/vault"
)

func TestAccountObjectIsStable(t *testing.T) {
	at := time.Date(2026, 1, 2, 16, 4, 5, 999, time.FixedZone("CET", 3600))
	full := &auth.Account{
		ID: "k3v9x0q2mz7a", Provider: "github", State: auth.StateOffline, Reason: "no answer",
		User:   identity.User{ID: "7", Login: "mira", Name: "Mira <Okonkwo>", Email: "m@example.org", EmailVerified: true, Picture: "https://p.example/7", Claims: map[string]any{"n": 1}},
		Groups: []identity.Group{{ID: "77", Name: "Platform", Kind: "team", Sources: []identity.Origin{{From: identity.FromAPI, Name: "Teams"}}}},
		Scopes: []string{"read:user"}, ExpiresAt: at, VerifiedAt: at, Remembered: true,
		Missing: []identity.Missing{{What: "E-mail", Reason: "refused"}},
	}
	for _, c := range []struct {
		name string
		a    *auth.Account
		want string
	}{
		{"full", full, `{
  "id": "k3v9x0q2mz7a",
  "provider": "github",
  "issuer": "",
  "state": "offline",
  "reason": "no answer",
  "user": {
    "id": "7",
    "login": "mira",
    "name": "Mira <Okonkwo>",
    "email": "m@example.org",
    "email_verified": true,
    "picture": "https://p.example/7",
    "claims": {
      "n": 1
    }
  },
  "groups": [
    {
      "id": "77",
      "name": "Platform",
      "kind": "team",
      "sources": [
        {
          "from": "api",
          "name": "Teams"
        }
      ]
    }
  ],
  "missing": [
    {
      "what": "E-mail",
      "reason": "refused"
    }
  ],
  "scopes": [
    "read:user"
  ],
  "expires_at": "2026-01-02T15:04:05Z",
  "remembered": true,
  "verified_at": "2026-01-02T15:04:05Z"
}
`},
		{"empty", &auth.Account{}, `{
  "id": "",
  "provider": "",
  "issuer": "",
  "state": "",
  "user": {
    "id": "",
    "login": "",
    "name": "",
    "email": "",
    "email_verified": false,
    "picture": "",
    "claims": {}
  },
  "groups": [],
  "scopes": [],
  "expires_at": null,
  "remembered": false,
  "verified_at": null
}
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			r := &runner{Services: Services{Out: &out}}
			if err := r.printJSON(c.a); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTokenObjectIsStable(t *testing.T) {
	tok := &auth.Token{
		AccessToken: providers.NewSecret("at"), TokenType: "bearer",
		ExpiresAt: time.Date(2026, 1, 2, 17, 4, 5, 678, time.FixedZone("EET", 2*60*60)), AccountID: "k3v9x0q2mz7a",
	}
	for _, c := range []struct {
		name string
		f    tokenFlags
		id   string
		want string
	}{
		{"raw", tokenFlags{}, "", "at\n"},
		{"header", tokenFlags{header: true}, "", "Authorization: Bearer at\n"},
		{"id token", tokenFlags{idToken: true}, "idt", "idt\n"},
		{"id token header", tokenFlags{idToken: true, header: true}, "idt", "Authorization: Bearer idt\n"},
		{"header of a bound token's ID token", tokenFlags{idToken: true, header: true}, "idt", "Authorization: Bearer idt\n"},
		{"json", tokenFlags{asJSON: true}, "", `{
  "access_token": "at",
  "token_type": "bearer",
  "expires_at": "2026-01-02T15:04:05Z",
  "scopes": [],
  "account": "k3v9x0q2mz7a"
}
`},
		{"json with id token", tokenFlags{asJSON: true}, "idt", `{
  "access_token": "at",
  "token_type": "bearer",
  "expires_at": "2026-01-02T15:04:05Z",
  "scopes": [],
  "account": "k3v9x0q2mz7a",
  "id_token": "idt"
}
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			r := &runner{Services: Services{Out: &out}}
			tok := *tok
			tok.IDToken = providers.NewSecret(c.id)
			if strings.Contains(c.name, "bound") {
				tok.TokenType = typeDPoP
			}
			if err := r.printToken(&freshToken{Token: &tok}, c.f); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Mira Okonkwo":        "Mira Okonkwo",
		"a\x1b[31mred\x1b[0m": "a[31mred[0m",
		"two\nlines\tand tab": "two lines and tab",
		"\u202egnp.exe":       "gnp.exe",
		"\u009bC1":            "C1",
		"日本語 ✓":               "日本語 ✓",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCardAlignsAndLeavesEmptyFieldsOut(t *testing.T) {
	var out bytes.Buffer
	r := &runner{Services: Services{Out: &out}}
	if err := r.card("Mira", []field{{"Login", "mira"}, {"Nothing", ""}, {"Groups", "one\ntwo"}}); err != nil {
		t.Fatal(err)
	}
	want := "Mira\n  Login    mira\n  Groups   one\n           two\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// writes counts what reaches an output.
type writes struct {
	text []byte
	n    int
}

func (w *writes) Write(p []byte) (int, error) {
	w.n++
	w.text = append(w.text, p...)
	return len(p), nil
}

func TestTableIsWrittenAtOnce(t *testing.T) {
	out := &writes{}
	r := &runner{Services: Services{Out: out}}
	if err := r.table([][]string{{"A", "B"}, {"long", "1"}, {"x", "2"}}); err != nil {
		t.Fatal(err)
	}
	if want := "A      B\nlong   1\nx      2\n"; string(out.text) != want || out.n != 1 {
		t.Errorf("%q in %d writes, want %q in one", out.text, out.n, want)
	}
}

func TestWhenInWords(t *testing.T) {
	now := time.Date(2026, 1, 2, 15, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{until(time.Time{}, now), "unknown"},
		{until(now.Add(4*time.Minute), now), "in 4 minutes"},
		{until(now.Add(-time.Second), now), "just now"},
		{until(now.Add(50*time.Hour), now), "in 2 days"},
		{ago(time.Time{}, now), ""},
		{ago(now, now), "just now"},
		{ago(now.Add(-2*time.Hour), now), "2 hours ago"},
		// A clock that went back is no reason for "-3 seconds ago".
		{ago(now.Add(time.Hour), now), "just now"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestPastedToken(t *testing.T) {
	r := &runner{Services: Services{Err: io.Discard}}
	for in, want := range map[string]string{
		" a.b.c \n":                   "a.b.c",
		"Authorization: Bearer a.b.c": "a.b.c",
		`"a.b.c"`:                     "a.b.c",
		"":                            "",
	} {
		got, err := r.found(in, "standard input", false)
		if got.token.Reveal() != want || (err == nil) != (want != "") {
			t.Errorf("found(%q) = %q, %v, want %q", in, got.token.Reveal(), err, want)
		}
	}
}

func TestVaultStatusSaysWhoCanUnlock(t *testing.T) {
	for _, c := range []struct {
		st   vault.Status
		want string
	}{
		{vault.Status{Protection: vault.Keyring}, "no\n"},
		{vault.Status{Protection: vault.Keyring, Locked: true, Marked: true}, "claviger vault unlock\n"},
		{vault.Status{Protection: vault.Passphrase, Locked: true}, "needs the passphrase\n"},
		{vault.Status{Protection: vault.Passphrase, Locked: true, Marked: true}, "claviger vault unlock\n"},
	} {
		var out bytes.Buffer
		r := &runner{Services: Services{Out: &out}}
		if err := r.showStatus(c.st); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("%+v is shown as\n%s", c.st, out.String())
		}
	}
}

func TestDayAndTime(t *testing.T) {
	now := time.Date(2026, 3, 1, 15, 0, 0, 0, time.Local)
	for at, want := range map[time.Time]string{
		now.Add(-time.Hour):   "14:00",
		now.AddDate(0, 0, -1): "28 February 2026, 15:00",
		now.AddDate(-1, 0, 0): "1 March 2025, 15:00", // the same day of the year
	} {
		if got := dayAndTime(at, now); got != want {
			t.Errorf("%v is %q, want %q", at, got, want)
		}
	}
}

func TestEmailThatNobodyVerified(t *testing.T) {
	for verified, want := range map[bool]string{true: "mira@example.org\n", false: "mira@example.org (not verified)\n"} {
		var out bytes.Buffer
		r := &runner{Services: Services{Out: &out}}
		a := &auth.Account{ID: "a", User: identity.User{Email: "mira@example.org", EmailVerified: verified}}
		if err := r.showAccount(a, time.Now()); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("verified %v: %v\n%s", verified, err, out.String())
		}
	}
}

func TestNoReceiptsAreAnEmptyList(t *testing.T) {
	var out bytes.Buffer
	r := &runner{Services: Services{Out: &out}}
	if err := r.printJSON(receiptsToSeconds(nil)); err != nil || out.String() != "[]\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}
