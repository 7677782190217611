package vault

import (
	"os"
	"path/filepath"
	"testing"
)

// The key of a vault whose vault.json is gone may open what was exported or backed
// up: a new vault sets it aside.
func TestSetupKeepsAnOldKeyFile(t *testing.T) {
	v, dir, ring := fresh(t)
	if err := v.Setup(t.Context(), "correct horse"); err != nil {
		t.Fatal(err)
	}
	old := string(readAll(t, v.files.path(keyFile)))
	if err := os.Remove(v.files.path(metaFile)); err != nil {
		t.Fatal(err)
	}
	anew := open(t, dir, Options{Keyring: ring})
	if err := anew.Setup(t.Context(), "battery staple"); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(dir, asideDir, asideKey+".*"))
	if err != nil || len(kept) != 1 || string(readAll(t, kept[0])) != old {
		t.Fatalf("kept %v, %v", kept, err)
	}
	if k, err := unwrapKey(readAll(t, kept[0]), "correct horse", kept[0]); err != nil || k.fingerprint == anew.keys.key.fingerprint {
		t.Errorf("what is kept is not the old key: %v", err)
	}
	put(t, anew, "a", "x")
	want(t, anew, "a", "x")
}

// Between the look at vault.json, which is not there yet, and the look at the records,
// another process may set the vault up and store the first: no key is missing then.
func TestSetUpBetweenTwoLooks(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "x")
	if text, err := v.files.withoutMeta(); err != nil || string(text) != string(readAll(t, v.files.path(metaFile))) {
		t.Errorf("%s, %v", text, err)
	}
}
