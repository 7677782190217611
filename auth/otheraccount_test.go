package auth

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/problem"
)

// Whoever signs in again as somebody else gets a second account; the first
// one's record does not change by a byte, and the words tell the two apart.
func TestSigningInAgainAsSomebodyElse(t *testing.T) {
	for name, c := range map[string]struct {
		change     func(res *signInResult)
		asked, got string // the names in the words
	}{
		"another subject": {
			func(res *signInResult) {
				res.IDTokenClaims["sub"], res.Identity.User.ID = "u-2", "u-2"
				res.Identity.User.Name, res.Identity.User.Login, res.Identity.User.Email = "Jonas Weber", "jonas", "jonas@example.net"
			},
			"Mira Okonkwo", "Jonas Weber",
		},
		"the same subject at another issuer": {
			func(res *signInResult) { res.IDTokenClaims["iss"] = "https://other.example" },
			"Mira Okonkwo (at http://", "Mira Okonkwo (at https://other.example)",
		},
		"the same e-mail, another subject": {
			func(res *signInResult) {
				res.IDTokenClaims["sub"], res.Identity.User.ID = "u-2", "u-2"
				res.Identity.User.Login = "mira2"
			},
			"mira", "mira2",
		},
		"a name that reads the same": {
			func(res *signInResult) {
				res.IDTokenClaims["sub"], res.Identity.User.ID = "u-2", "u-2"
				res.Identity.User.Name, res.Identity.User.Login = "Mira\u2800Okonkwo\U000e0100", "mira\u200b"
			},
			"Mira Okonkwo (user ID u-4711)", "Mira Okonkwo (user ID u-2)",
		},
		"a login given to somebody new": {
			func(res *signInResult) {
				res.IDTokenClaims, res.Identity.User.ID = nil, "u-2" // plain OAuth 2.0
			},
			"Mira Okonkwo (user ID u-4711)", "Mira Okonkwo (user ID u-2)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a := storeAgent(t, p, store)
			first := enroll(t, a, p, time.Hour, func(_ *signInResult, r *SignInRequest) { r.Groups = true })
			if _, err := a.accounts.update(t.Context(), first.ID, func(r *record) (bool, error) {
				r.State, r.Reason = StateNeedsSignIn, "the session ended"
				return true, nil
			}); err != nil {
				t.Fatal(err)
			}
			before, _ := store.Get(t.Context(), first.ID)
			second := enroll(t, a, p, time.Hour, func(res *signInResult, r *SignInRequest) {
				res.IDTokenClaims = maps.Clone(res.IDTokenClaims)
				c.change(res)
				r.Account = first.ID
			})
			after, _ := store.Get(t.Context(), first.ID)
			if list, _ := a.Accounts(t.Context()); second.ID == first.ID || len(list) != 2 || !bytes.Equal(before, after) {
				t.Errorf("accounts %s and %s, %d of them, the first one changed: %v", first.ID, second.ID, len(list), !bytes.Equal(before, after))
			}
			asked, err := a.Account(t.Context(), first.ID)
			if err != nil || asked.State != StateNeedsSignIn || len(asked.Groups) != 1 {
				t.Errorf("%v, %+v", err, asked)
			}
			other := &OtherAccountError{Asked: asked, Got: second, Choose: "select_account"}
			if !errors.Is(other, ErrOtherAccount) {
				t.Error("it is no ErrOtherAccount")
			}
			words := problem.Explain(other, p.Config(), "")
			if words.Kind != problem.KindNeedsSignIn || !strings.HasPrefix(words.Title, "You signed in as "+c.got) ||
				!strings.HasPrefix(words.Detail, c.asked) || !strings.Contains(words.Detail, "still needs to sign in") {
				t.Errorf("%+v", words)
			}
		})
	}
}

// What is to be done depends on what the provider can be asked for.
func TestWordsForSomebodyElse(t *testing.T) {
	p := authtest.NewProvider(t).Config()
	asked, got := &Account{ID: "a", State: StateActive}, &Account{ID: "b"}
	asked.User.Name, got.User.Name = "Mira", "Jonas. {reason}"
	words := problem.Explain(&OtherAccountError{Asked: asked, Got: got}, p, "")
	if words.Title != "You signed in as Jonas. {reason}" || !strings.Contains(words.Detail, "Mira was not signed in again and is unchanged") ||
		!strings.HasPrefix(words.Next, "Sign out of "+p.Name+" in your browser") {
		t.Errorf("%+v", words)
	}
}

// Somebody who is remembered and signs in by mistake, in a sign-in that would
// remember nobody, stays remembered.
func TestSomebodyElseStaysRemembered(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	p.SignsIn(authtest.Jonas)
	jonas := enroll(t, a, p, time.Hour)
	p.SignsIn(authtest.Mira)
	mira := enroll(t, a, p, time.Hour)
	p.SignsIn(authtest.Jonas)
	got := enroll(t, a, p, time.Hour, func(_ *signInResult, r *SignInRequest) { r.Account, r.Remember = mira.ID, false })
	if _, err := store.Get(t.Context(), jonas.ID); got.ID != jonas.ID || !got.Remembered || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	// One of his own forgets him, as before.
	got = enroll(t, a, p, time.Hour, func(_ *signInResult, r *SignInRequest) { r.Remember = false })
	if _, err := store.Get(t.Context(), jonas.ID); got.ID != jonas.ID || got.Remembered || err == nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestExtraScopes(t *testing.T) {
	p := authtest.NewProvider(t).Config()
	a := &Account{Requested: append(wantedScopes(p, SignInRequest{Groups: true}), "read:things", "more")}
	if got := strings.Join(a.ExtraScopes(p), " "); got != "read:things more" {
		t.Errorf("%q", got)
	}
}
