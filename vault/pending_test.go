package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// writtenByOthers changes the meta file as whoever may write the folder can.
func writtenByOthers(t *testing.T, dir string, changes map[string]any) {
	t.Helper()
	path := filepath.Join(dir, metaFile)
	all := map[string]any{}
	if err := json.Unmarshal(readAll(t, path), &all); err != nil {
		t.Fatal(err)
	}
	maps.Copy(all, changes)
	b, err := json.Marshal(all)
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// keyPlaces is all that could hold a key: the keyring and the folder's file.
func keyPlaces(t *testing.T, dir string, ring *fakeRing) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, secret := range ring.items {
		all[name] = string(secret)
	}
	if b, err := os.ReadFile(filepath.Join(dir, keyFile)); err == nil {
		all[keyFile] = string(b)
	}
	return all
}

// The meta file is not signed: what it says of a copy of the key that should go
// never costs the key in force, in whatever place.
func TestForgedPendingDestroysNothing(t *testing.T) {
	for _, p := range []Protection{Keyring, Passphrase, Both} {
		for _, pending := range []any{Keyring, Passphrase, Both, File, "KEYRING", "elsewhere", 7, []string{"keyring"}} {
			v, dir, ring := fresh(t)
			passphrase := map[bool]string{true: "horse"}[p.NeedsPassphrase()]
			if err := v.Protect(t.Context(), p, passphrase); err != nil {
				t.Fatal(err)
			}
			put(t, v, "a", "x")
			before := keyPlaces(t, dir, ring)
			writtenByOthers(t, dir, map[string]any{"pending": pending})
			other := open(t, dir, Options{Keyring: ring})
			err := other.Unlock(t.Context(), passphrase)
			possible := pending == Keyring || pending == Passphrase || pending == Both
			if possible = possible && pending != p; possible != (err == nil) {
				t.Errorf("%s, pending %v: unlocking says %v", p, pending, err)
			}
			if err != nil && !errors.Is(err, ErrMeta) {
				t.Errorf("%s, pending %v: %v does not say what is wrong", p, pending, err)
			}
			if after := keyPlaces(t, dir, ring); !maps.Equal(before, after) {
				t.Errorf("%s, pending %v: a key is gone or changed", p, pending)
			}
			_ = other.Close()
		}
	}
}

// foreignKeys puts the keys of another vault in every place that a vault's
// meta file can be made to name by giving it that vault's id.
func foreignKeys(t *testing.T, ring *fakeRing) (id string) {
	t.Helper()
	id = "00112233aabbccdd"
	for _, p := range []Protection{Keyring, Both} {
		k, err := newKey()
		if err != nil {
			t.Fatal(err)
		}
		ring.items[itemName(meta{ID: id}, p)] = k.text()
	}
	return id
}

// A vault that was given the id of another one removes and overwrites none of
// that one's keys: neither at the start nor by a change of protection.
func TestKeysOfAnotherVaultStay(t *testing.T) {
	for _, to := range []Protection{None, Keyring, Both} {
		for _, pending := range []Protection{None, Keyring, Both} {
			v, dir, ring := fresh(t)
			if err := v.Protect(t.Context(), Passphrase, "horse"); err != nil {
				t.Fatal(err)
			}
			put(t, v, "a", "x")
			id := foreignKeys(t, ring)
			before := maps.Clone(ring.items)
			changes := map[string]any{"id": id}
			if pending != None {
				changes["pending"] = pending
			}
			writtenByOthers(t, dir, changes)
			other := open(t, dir, Options{Keyring: ring})
			if err := other.Unlock(t.Context(), "horse"); err != nil {
				t.Fatal(err)
			}
			if to != None {
				err := other.Protect(t.Context(), to, map[Protection]string{Both: "goat"}[to])
				wantErr(t, err, ErrKeyringTaken)
			}
			for name, secret := range before {
				if !bytes.Equal(ring.items[name], secret) {
					t.Errorf("to %q, pending %q: %s is gone or changed", to, pending, name)
				}
			}
			want(t, open(t, dir, Options{Keyring: ring, AskPassphrase: horse}), "a", "x")
		}
	}
}

// A key that only the kernel had in this run is no reason to remove a copy that
// may be the last one.
func TestPendingWaitsForTheCopyThatStays(t *testing.T) {
	v, dir, ring := fresh(t)
	if err := v.Protect(t.Context(), Both, "horse"); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", "x")
	m, err := v.files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	k, err := v.keys.unlocked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// What the keyring has now is the true key, as the old copy of a change that was cut off.
	ring.items[itemName(m, Keyring)] = k.text()
	writtenByOthers(t, dir, map[string]any{"pending": Keyring})
	delete(ring.items, itemName(m, Both))
	other := open(t, dir, Options{Keyring: ring})
	other.keys.keep(k) // as from the kernel
	if m, err = other.files.readMeta(); err != nil {
		t.Fatal(err)
	}
	_ = other.keys.settle(t.Context(), m)
	if ring.items[itemName(m, Keyring)] == nil {
		t.Fatal("the last copy of the key was removed")
	}
}

// A key file that is in the folder for whatever reason is not overwritten.
func TestKeyFileInTheWayIsSetAside(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	if err := os.WriteFile(filepath.Join(dir, keyFile), []byte(precious), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.Protect(t.Context(), Passphrase, "horse"); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, asideDir, asideKey+".*"))
	if err != nil || len(files) != 1 || string(readAll(t, files[0])) != precious {
		t.Fatal("what was there is gone:", files, err)
	}
	want(t, open(t, dir, Options{Keyring: ring, AskPassphrase: horse}), "a", "x")
}
