package vault

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// An item of the keyring that may be an old copy of the key, but was not opened, is
// left where it is, and that is said once the change is made.
func TestOldCopyThatStaysIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		from, to Protection
	}{
		"damaged":         {Keyring, Passphrase},
		"damaged wrapped": {Both, Passphrase},
		"to a file":       {Both, File},
	} {
		t.Run(name, func(t *testing.T) {
			_, dir, ring := fresh(t)
			v := open(t, dir, Options{Keyring: ring, AskPassphrase: horse})
			words := map[bool]string{true: "horse"}
			if err := v.Protect(t.Context(), c.from, words[c.from.NeedsPassphrase()]); err != nil {
				t.Fatal(err)
			}
			put(t, v, "a", "x")
			m, err := v.files.readMeta()
			if err != nil {
				t.Fatal(err)
			}
			item := itemName(m, c.from)
			ring.items[item] = []byte("no key")
			path := ""
			if c.to == File {
				path = keyPath(t)
				err = v.KeyToFile(t.Context(), path)
			} else {
				err = v.Protect(t.Context(), c.to, "goat-goat")
			}
			wantErr(t, err, ErrOldKey)
			if !strings.Contains(err.Error(), item) {
				t.Errorf("%v does not name the item", err)
			}
			if string(ring.items[item]) != "no key" {
				t.Error("the item is gone or changed")
			}
			other := open(t, dir, Options{Keyring: ring, KeyFile: path, AskPassphrase: func(context.Context) (string, error) { return "goat-goat", nil }})
			want(t, other, "a", "x")
			want(t, v, "a", "x")

			err = other.Protect(t.Context(), c.from, words[c.from.NeedsPassphrase()])
			wantErr(t, err, ErrKeyringTaken)
			if !strings.Contains(err.Error(), "damaged") {
				t.Errorf("%v does not say that the item is damaged", err)
			}
			delete(ring.items, item)
			if err := other.Protect(t.Context(), c.from, words[c.from.NeedsPassphrase()]); err != nil {
				t.Errorf("without the item: %v", err)
			}
		})
	}
}

// What is under the vault's name in the keyring is called what it is.
func TestKeyringTakenSaysByWhat(t *testing.T) {
	for name, c := range map[string]struct {
		p    Protection
		item func(t *testing.T, v *Vault) []byte
		want string
	}{
		"another key": {Keyring, func(t *testing.T, _ *Vault) []byte { return anotherKey(t).text() }, "another vault's key"},
		"damage":      {Keyring, func(*testing.T, *Vault) []byte { return []byte("AGE-SECRET-KEY-PQ-1") }, "damaged"},
		"wrapped": {Both, func(t *testing.T, v *Vault) []byte {
			sealed, err := v.copies.wrapKey(anotherKey(t), "goat-goat")
			if err != nil {
				t.Fatal(err)
			}
			return sealed
		}, "a key with a passphrase that was not entered now"},
		"wrapped damage": {Both, func(*testing.T, *Vault) []byte { return []byte("\x00") }, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			v, _, ring := fresh(t)
			if err := v.Protect(t.Context(), Passphrase, "horse"); err != nil {
				t.Fatal(err)
			}
			m, err := v.files.readMeta()
			if err != nil {
				t.Fatal(err)
			}
			ring.items[itemName(m, c.p)] = c.item(t, v)
			err = v.Protect(t.Context(), c.p, map[Protection]string{Both: "horse"}[c.p])
			if !errors.Is(err, ErrKeyringTaken) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func anotherKey(t *testing.T) *key {
	t.Helper()
	k, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}
