package vault

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// copied copies a vault's folder, as cp -r does.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(to, 0o700); err != nil {
		t.Fatal(err)
	}
	return to
}

// wordsFor is the passphrase of a protection.
func wordsFor(p Protection) string {
	return map[bool]string{true: "horse"}[p.NeedsPassphrase()]
}

// A copy of a folder takes the key from no one when its protection changes, nor
// does the original take it from a copy that was opened.
func TestCopiedFolderLeavesTheKey(t *testing.T) {
	for _, from := range []Protection{Keyring, Both, Passphrase} {
		for _, to := range []Protection{Keyring, Both, Passphrase} {
			v, dir, ring := fresh(t)
			if err := v.Protect(t.Context(), from, wordsFor(from)); err != nil {
				t.Fatal(err)
			}
			put(t, v, "a", "x")
			second := copied(t, dir)
			o := Options{Keyring: ring, AskPassphrase: horse}
			want(t, open(t, second, o), "a", "x")
			for _, changed := range []string{second, dir} {
				for _, p := range []Protection{to, Passphrase} {
					if err := open(t, changed, o).Protect(t.Context(), p, wordsFor(p)); err != nil {
						t.Errorf("from %s to %s: %v", from, p, err)
					}
					want(t, open(t, dir, o), "a", "x")
					want(t, open(t, second, o), "a", "x")
				}
			}
			if len(ring.items) != 0 {
				t.Errorf("from %s to %s: the keyring still has %d items", from, to, len(ring.items))
			}
		}
	}
}

// A folder that was moved, or that has another name, is no copy: what is in the
// keyring is its own.
func TestMovedFolderKeepsItsItem(t *testing.T) {
	for name, move := range map[string]func(t *testing.T, dir string) string{
		"moved": func(t *testing.T, dir string) string {
			to := dir + "-moved"
			if err := os.Rename(dir, to); err != nil {
				t.Fatal(err)
			}
			return to
		},
		"restored": func(t *testing.T, dir string) string {
			backup := copied(t, dir)
			if err := errors.Join(os.RemoveAll(dir), os.CopyFS(dir, os.DirFS(backup)), os.Chmod(dir, 0o700)); err != nil {
				t.Fatal(err)
			}
			return dir
		},
		"replaced": func(t *testing.T, dir string) string {
			backup := copied(t, dir)
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			put(t, open(t, dir, Options{Keyring: newFakeRing()}), "b", "y") // another vault
			return backup
		},
	} {
		t.Run(name, func(t *testing.T) {
			v, dir, ring := fresh(t)
			put(t, v, "a", "x")
			before := maps.Clone(ring.items)
			dir = move(t, dir)
			o := Options{Keyring: ring, AskPassphrase: horse}
			want(t, open(t, dir, o), "a", "x")
			if len(ring.items) != len(before) {
				t.Errorf("the keyring has %d items", len(ring.items))
			}
			if err := open(t, dir, o).Protect(t.Context(), Passphrase, "horse"); err != nil {
				t.Fatal(err)
			}
			if len(ring.items) != 0 {
				t.Error("the key is still in the keyring")
			}
			want(t, open(t, dir, o), "a", "x")
		})
	}
}

// A vault of an older version says no folder. The first that opens it says it.
func TestFolderIsNotedOnce(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	writtenByOthers(t, dir, map[string]any{"folder": ""})
	o := Options{Keyring: ring, AskPassphrase: horse}
	want(t, open(t, dir, o), "a", "x")
	if m, err := open(t, dir, o).files.readMeta(); err != nil || m.Folder != dir {
		t.Fatalf("%q, %v", m.Folder, err)
	}
	second := copied(t, dir)
	if err := open(t, second, o).Protect(t.Context(), Passphrase, "horse"); err != nil {
		t.Fatal(err)
	}
	want(t, open(t, dir, o), "a", "x")
}

// A copy that cannot have an item of its own does not take the original's.
func TestCopyWithoutRoomChangesNothing(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	second := copied(t, dir)
	o := Options{Keyring: ring}
	copyV := open(t, second, o)
	m, err := copyV.files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	ring.items[itemName(meta{ID: copyV.files.ownID(m)}, Keyring)] = anotherKey(t).text()
	want(t, copyV, "a", "x") // it opens all the same
	err = copyV.Protect(t.Context(), Passphrase, "horse")
	wantErr(t, err, ErrKeyringTaken)
	want(t, open(t, second, o), "a", "x")
	want(t, open(t, dir, o), "a", "x")
}

// A vault.json from before a change of protection is not a lost key: where the key
// is, and what vault.json should say, is said.
func TestOldMetaSaysWhereTheKeyIs(t *testing.T) {
	for _, c := range []struct {
		from, to Protection
		where    string
	}{{Keyring, Passphrase, keyFile}, {Both, Passphrase, keyFile}, {Passphrase, Keyring, "keyring has a key"}, {Passphrase, Both, "keyring has a key with a passphrase"}} {
		v, dir, ring := fresh(t)
		if err := v.Protect(t.Context(), c.from, wordsFor(c.from)); err != nil {
			t.Fatal(err)
		}
		put(t, v, "a", "x")
		old := readAll(t, filepath.Join(dir, metaFile))
		if err := v.Protect(t.Context(), c.to, wordsFor(c.to)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, metaFile), old, 0o600); err != nil {
			t.Fatal(err)
		}
		o := Options{Keyring: ring, AskPassphrase: horse}
		_, err := open(t, dir, o).Get(t.Context(), "a")
		wantErr(t, err, ErrKeyMissing, ErrKeyElsewhere)
		if !strings.Contains(err.Error(), c.where) || !strings.Contains(err.Error(), `"protection": "`+string(c.to)+`"`) {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
		writtenByOthers(t, dir, map[string]any{"protection": c.to}) // as the words advise
		want(t, open(t, dir, o), "a", "x")
	}
}

// An old copy of the key that cannot be shown to be one, found at an unlocking, is
// said until it is gone.
func TestPendingThatStaysIsNotForgotten(t *testing.T) {
	v, dir, ring := fresh(t)
	if err := v.Protect(t.Context(), Passphrase, "horse"); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", "x")
	k, err := v.keys.unlocked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, err := v.files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	item := itemName(m, Both)
	if ring.items[item], err = v.copies.wrapKey(k, "goat-goat"); err != nil { // of a change that was cut off
		t.Fatal(err)
	}
	writtenByOthers(t, dir, map[string]any{"pending": Both, "format": 2})
	o := Options{Keyring: ring, AskPassphrase: horse}
	for range 2 {
		other := open(t, dir, o)
		want(t, other, "a", "x")
		if st := status(t, other); st.OldKey != item {
			t.Errorf("the status names %q", st.OldKey)
		}
	}
	if ring.items[item] == nil {
		t.Error("the item is gone")
	}
	wantErr(t, open(t, dir, o).Protect(t.Context(), Passphrase, "goat"), ErrOldKey)
	delete(ring.items, item)
	writtenByOthers(t, dir, map[string]any{"pending": Both, "format": 2})
	other := open(t, dir, Options{Keyring: ring, AskPassphrase: nil})
	if err := other.Unlock(t.Context(), "goat"); err != nil {
		t.Fatal(err)
	}
	if st := status(t, other); st.OldKey != "" {
		t.Errorf("the status still names %q", st.OldKey)
	}
}
