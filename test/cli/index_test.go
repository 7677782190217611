//go:build unix

package cli

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

func exists(t *testing.T, path string) bool {
	t.Helper()
	_, err := os.Lstat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}

// TestTheIndexOfManyAccounts is made by a list and goes with an account that is signed
// out. A list says the same with it, without it, with an old one, and after others
// that were killed, at any moment of theirs.
func TestTheIndexOfManyAccounts(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	w.multiply(id, 60)
	index := filepath.Join(w.home, "vault", "index.age")
	there := func() bool { return exists(t, index) }
	if there() {
		t.Fatal("an index before there was a list")
	}
	began := time.Now()
	list := w.want(0, "accounts", "--json").out
	took := time.Since(began)
	if !there() {
		t.Fatal("no index after a list")
	}
	old, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	same := func(when string) {
		t.Helper()
		if now := w.want(0, "accounts", "--json").out; now != list {
			t.Errorf("%s: another list:\n%s", when, now)
		}
	}
	same("with an index")

	for range cut(40, 8) {
		if err := os.Remove(index); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), rand.N(took+took/4))
		_ = w.command(ctx, "accounts").Run() // killed, or not
		cancel()
	}
	same("after lists that were killed")
	if s := decode[struct {
		Records int `json:"records"`
		Aside   int `json:"set_aside"`
	}](t, w.want(0, "vault", "status", "--json").out); s.Aside != 0 || s.Records < 60 {
		t.Errorf("%+v", s)
	}

	w.want(0, "logout", "copy00000007")
	if there() {
		t.Error("the index still names what was signed out")
	}
	list = w.want(0, "accounts", "--json").out
	if n := len(decode[[]account](t, list)); n != 59 || !there() {
		t.Errorf("%d accounts, an index: %v", n, there())
	}
	if err := os.WriteFile(index, old, 0o600); err != nil {
		t.Fatal(err)
	}
	same("with an index from a backup")
	w.noSecretInClear()
}
