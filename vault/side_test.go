package vault

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestPublicFilesDamaged flips each byte of the files beside the records and cuts
// them at every length. Either that does no harm, or it is reported by an error that
// has words. It never looks like damage of the records, makes no new key, and is
// mended by the file as it was.
func TestPublicFilesDamaged(t *testing.T) {
	v, dir, ring := fresh(t)
	if err := v.Setup(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	if err := v.LockAfter(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", "x")
	for _, file := range []string{metaFile, keyFile} {
		good := readAll(t, filepath.Join(dir, file))
		told := 0
		for i := range good {
			flipped := bytes.Clone(good)
			flipped[i] ^= 1 << (i % 8)
			for _, bad := range [][]byte{flipped, good[:i]} {
				if opensOrTells(t, dir, ring, file, bad) {
					told++
				}
				if err := os.WriteFile(filepath.Join(dir, file), good, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if told < len(good) {
			t.Errorf("%s: only %d of %d damages were told", file, told, 2*len(good))
		}
		opened := open(t, dir, Options{Keyring: ring, AskPassphrase: horse})
		want(t, opened, "a", "x")
		if s := status(t, opened); s.SetAside != 0 || s.Records != 1 || len(ring.names()) != 0 {
			t.Errorf("after damages of %s: %+v, keyring %v", file, s, ring.names())
		}
	}
}

func horse(context.Context) (string, error) { return "horse", nil }

// opensOrTells opens a vault with a damaged file, reads and writes, and reports
// whether there was an error.
func opensOrTells(t *testing.T, dir string, ring KeyStore, file string, bad []byte) (told bool) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, file), bad, 0o600); err != nil {
		t.Fatal(err)
	}
	v := open(t, dir, Options{Keyring: ring, AskPassphrase: horse})
	defer func() { _ = v.Close() }()
	got, err := v.Get(t.Context(), "a")
	if err == nil {
		err = v.Put(t.Context(), "a", got)
	} else if putErr := v.Put(t.Context(), "a", []byte("lost")); putErr == nil {
		t.Fatalf("%s as %q: read says %v, and yet it can be written", file, bad, err)
	}
	var known *Error
	if err == nil && string(got) != "x" || err != nil && !errors.As(err, &known) {
		t.Fatalf("%s as %q: %q, %v", file, bad, got, err)
	}
	return err != nil
}

// TestMarkOfAnyContent: a vault is locked by a mark whatever it is, and unlocking
// removes it, but for a folder, which no lock left.
func TestMarkOfAnyContent(t *testing.T) {
	v, dir, _ := fresh(t)
	put(t, v, "a", "x")
	mark := filepath.Join(dir, markFile)
	for name, make := range map[string]func() error{
		"empty":   func() error { return os.WriteFile(mark, nil, 0o600) },
		"rubbish": func() error { return os.WriteFile(mark, bytes.Repeat([]byte{0xff}, 1<<16), 0o600) },
		"link":    func() error { return os.Symlink(filepath.Join(dir, metaFile), mark) },
		"nothing": func() error { return os.Symlink(filepath.Join(dir, "nowhere"), mark) },
	} {
		if err := make(); err != nil {
			t.Fatal(err)
		}
		_, err := v.Get(t.Context(), "a")
		wantErr(t, err, ErrLocked)
		if err := v.Unlock(t.Context(), ""); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want(t, v, "a", "x")
		if _, err := os.Lstat(mark); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the mark is still there", name)
		}
		if _, err := os.Stat(filepath.Join(dir, metaFile)); err != nil {
			t.Errorf("%s: what the mark pointed to is gone", name)
		}
	}
}

// TestLinksBesideTheRecords: no file that is written or believed is a link to
// elsewhere, and what it points to stays as it is.
func TestLinksBesideTheRecords(t *testing.T) {
	for name, c := range map[string]struct {
		path string
		do   func(v *Vault) error
	}{
		"key, read":     {keyFile, func(v *Vault) error { _, err := v.Get(context.Background(), "a"); return err }},
		"key, written":  {keyFile, func(v *Vault) error { return v.Protect(context.Background(), Passphrase, "cow") }},
		"lock":          {locksDir + "/a.lock", func(v *Vault) error { _, err := v.LockRecord(context.Background(), "a"); return err }},
		"lock of saves": {locksDir + "/" + writeLock + ".lock", func(v *Vault) error { return v.Put(context.Background(), "a", nil) }},
		"record":        {recordsDir + "/a.age", func(v *Vault) error { return v.Put(context.Background(), "a", nil) }},
		"mark":          {markFile, func(v *Vault) error { return v.Lock(context.Background()) }},
		"set aside": {asideDir, func(v *Vault) error {
			if err := os.WriteFile(v.files.recordPath("a"), []byte("damaged"), 0o600); err != nil {
				return err
			}
			_, err := v.Get(context.Background(), "a")
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			v, dir, ring := fresh(t)
			if err := v.Setup(t.Context(), "horse"); err != nil {
				t.Fatal(err)
			}
			put(t, v, "a", "x")
			elsewhere := linkAt(t, filepath.Join(dir, c.path), c.path == asideDir)
			reader := v
			if c.path == keyFile {
				reader = open(t, dir, Options{Keyring: ring, AskPassphrase: horse})
			}
			if name == "key, written" {
				reader = v // which has the key
			}
			wantErr(t, c.do(reader), ErrUnsafe)
			if c.path == asideDir {
				if e, err := os.ReadDir(elsewhere); err != nil || len(e) != 0 {
					t.Errorf("written behind the link: %v, %v", e, err)
				}
			} else if got := readAll(t, elsewhere); string(got) != precious {
				t.Errorf("behind the link stands %q", got)
			}
		})
	}
}

const precious = "precious"

// linkAt puts a link in the place of a file, to a folder or a precious file.
func linkAt(t *testing.T, path string, toFolder bool) (elsewhere string) {
	t.Helper()
	elsewhere = filepath.Join(t.TempDir(), "elsewhere")
	err := os.Mkdir(elsewhere, 0o700)
	if !toFolder {
		elsewhere = filepath.Join(elsewhere, "file")
		err = os.WriteFile(elsewhere, []byte(precious), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, path); err != nil {
		t.Fatal(err)
	}
	return elsewhere
}

// TestGoodKeyWaitsForNoChange: a change of protection that is under way, or that
// a crash cut off, keeps no one from the records.
func TestGoodKeyWaitsForNoChange(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	m, err := v.files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	m.Pending = Passphrase
	if err := v.files.writeMeta(m); err != nil {
		t.Fatal(err)
	}
	release, err := v.locks.hold(t.Context(), setupLock)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	got := make(chan error, 1)
	other := open(t, dir, Options{Keyring: ring})
	go func() { _, err := other.Get(context.Background(), "a"); got <- err }()
	select {
	case err := <-got:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("reading waits for the change of protection")
	}
	release()
	// Once it is over, whoever comes next clears up.
	want(t, open(t, dir, Options{Keyring: ring}), "a", "x")
	if m, err := v.files.readMeta(); err != nil || m.Pending != None {
		t.Errorf("still pending: %+v, %v", m, err)
	}
}
