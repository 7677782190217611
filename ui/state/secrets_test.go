package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// dump is a state in all the ways in which it could be printed, and each
// string in it, whatever a printed form leaves out.
func dump(t *testing.T, st State) string {
	t.Helper()
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%+v\n%#v\n", st, st)
	// Providers have functions in them, which JSON has no form for.
	data, err := json.Marshal([]any{st.TokenPage, st.Accounts, st.VaultForm, st.Notice, st.Flow.Events})
	if err != nil {
		t.Fatal(err)
	}
	b.Write(data)
	walk(&b, reflect.ValueOf(st), 0)
	return b.String()
}

// walk writes every string below v. What a Secret holds is left out: that is
// where it belongs.
func walk(b *strings.Builder, v reflect.Value, depth int) {
	if depth > 20 || !v.IsValid() || v.Type() == reflect.TypeFor[providers.Secret]() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		b.WriteString(v.String() + "\n")
	case reflect.Pointer, reflect.Interface:
		walk(b, v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			walk(b, v.Field(i), depth+1)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(b, v.Index(i), depth+1)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			walk(b, k, depth+1)
			walk(b, v.MapIndex(k), depth+1)
		}
	default:
	}
}

// TestNoSecretOnTheScreen: what the window knows, and so whatever it could draw
// or log, holds tokens inside of their type only, and never what was typed.
func TestNoSecretOnTheScreen(t *testing.T) {
	const access, id, typed = "canary-access", "eyJ-canary-id.eyJ-canary-claims.canary-signature", "canary-passphrase"
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t, withAccounts("a", "b"), func(r *rig) {
			r.agent.token = auth.Token{
				AccessToken: providers.NewSecret(access), IDToken: providers.NewSecret(id), TokenType: "Bearer",
				ExpiresAt: time.Now().Add(time.Hour),
			}
			r.vault.passphrase = "right"
		})
		check := func(when string) {
			t.Helper()
			r.q.settle()
			text := dump(t, r.State())
			for _, secret := range []string{access, "eyJ-canary-id", "canary-signature", typed} {
				if strings.Contains(text, secret) {
					t.Errorf("%s: the state holds %q", when, secret)
				}
			}
		}
		r.Start()
		check("started")
		r.SelectAccount("a")
		r.SelectTab(TabTokens)
		check("tokens")
		if p := r.State().TokenPage; p.ID == nil || p.Access == nil || p.ID.Raw.Reveal() != id {
			t.Fatalf("no tokens are there to look for: %+v", p)
		}
		r.Over.OpenPalette()
		r.Over.SetQuery("a")
		check("the palette")
		r.Cancel()
		r.Tokens.Show(IDToken)
		r.Tokens.Show(AccessToken)
		check("tokens, shown")
		r.SelectTab(TabTry)
		r.q.settle()
		r.Try.Set(TryFields{Method: "GET", URL: "https://a.example/userinfo"})
		r.Try.Send()
		for _, form := range []tryit.Form{tryit.Curl, tryit.Go, tryit.Python} {
			r.Try.Copy(form, "Command")
		}
		check("a request tried")
		if r.State().Try.Answer == nil {
			t.Fatal("no answer is there to look at")
		}
		r.agent.tokenErr = errors.New("the provider said no")
		r.SelectAccount("b")
		check("tokens that cannot be had")
		r.vault.status.Protection, r.vault.status.Locked = vault.Passphrase, true
		r.Lock()
		check("locked")
		r.Unlock(typed)
		check("a wrong passphrase")
	})
}
