package vault

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
)

// byFile makes a vault that a key file protects, with one record.
func byFile(t *testing.T) (dir, file string, ring *fakeRing) {
	t.Helper()
	v, dir, ring := fresh(t)
	file = keyPath(t)
	if err := v.KeyToFile(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", canary)
	return dir, file, ring
}

// keyPath is a path for a key file, in a folder for its owner alone.
func keyPath(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "vault key")
}

func TestKeyFile(t *testing.T) {
	dir, file, ring := byFile(t)
	wantClosed(t, dir)
	if len(ring.items) != 0 {
		t.Fatal("the keyring has", ring.names())
	}
	fi, err := os.Stat(file)
	if err != nil || runtime.GOOS != "windows" && fi.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", fi.Mode(), err)
	}
	other := open(t, dir, Options{Keyring: ring, KeyFile: file})
	want(t, other, "a", canary)
	if s := status(t, other); s.Protection != File || s.Locked || s.KeyFile != file || s.KeyFileProblem != "" {
		t.Fatalf("%+v", s)
	}
	if err := other.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = other.Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
	if err := other.Unlock(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	want(t, other, "a", canary)

	without := open(t, dir, Options{Keyring: ring})
	_, err = without.Get(t.Context(), "a")
	wantErr(t, err, ErrKeyFileUnset)
	if s := status(t, without); !strings.Contains(s.KeyFileProblem, "none is set") {
		t.Fatalf("%+v", s)
	}
	meta := string(readAll(t, filepath.Join(dir, metaFile)))
	if strings.Contains(meta, "vault key") || strings.Contains(meta, filepath.Dir(file)) {
		t.Error("the vault remembers a path that could be made to lead elsewhere:", meta)
	}
}

// What the age tool does with a key file and a record.
func TestKeyFileIsStandard(t *testing.T) {
	dir, file, _ := byFile(t)
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	ids, err := age.ParseIdentities(f)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := unseal(readAll(t, filepath.Join(dir, recordsDir, "a.age")), ids[0])
	if err != nil || string(plain) != "claviger/1 a\n"+canary {
		t.Fatalf("%q, %v", plain, err)
	}
}

// A first Put sets the vault up with the file that is named, such as a systemd
// credential, and with nothing else.
func TestKeyFileSetsUp(t *testing.T) {
	_, file, _ := byFile(t)
	ring := newFakeRing()
	dir := filepath.Join(t.TempDir(), "vault")
	v := open(t, dir, Options{Keyring: ring, KeyFile: file})
	put(t, v, "b", "x")
	if s := status(t, v); s.Protection != File || len(ring.items) != 0 {
		t.Fatalf("%+v", s)
	}
	want(t, open(t, dir, Options{Keyring: ring, KeyFile: file}), "b", "x")

	absent := open(t, filepath.Join(t.TempDir(), "vault"), Options{Keyring: ring, KeyFile: file + ".not"})
	wantErr(t, absent.Put(t.Context(), "b", nil), ErrKeyFileMissing)
	if s := status(t, absent); s.Protection != None || len(ring.items) != 0 {
		t.Fatalf("%+v", s)
	}
}

// Each file that cannot be used is refused in words that say what to do, and
// works again when that was done. Nothing is moved, and nothing of the key is shown.
func TestBadKeyFiles(t *testing.T) {
	dir, file, ring := byFile(t)
	good := readAll(t, file)
	secret := strings.TrimSpace(strings.TrimPrefix(string(good), keyComment))
	_, another, _ := byFile(t)
	replaced := func(b []byte) func() error { return func() error { return os.WriteFile(file, b, 0o600) } }
	for name, c := range map[string]struct {
		spoil func() error
		err   error
		says  string
		of    bool // the good one
	}{
		"gone":            {func() error { return nil }, ErrKeyFileMissing, file, false},
		"others read":     {func() error { return os.Chmod(file, 0o644) }, ErrKeyFileShared, "chmod 600 '" + file + "'", true},
		"group reads":     {func() error { return os.Chmod(file, 0o640) }, ErrKeyFileShared, "chmod 600 ", true},
		"empty":           {replaced(nil), ErrKeyFileBad, "has no key in it", false},
		"comments":        {replaced([]byte("# " + secret + "\n\n")), ErrKeyFileBad, "has no key in it", false},
		"rubbish":         {replaced([]byte("hello " + secret)), ErrKeyFileBad, "not an age identity file", false},
		"cut":             {replaced(good[:len(good)-10]), ErrKeyFileBad, "cut or mistyped", false},
		"mistyped":        {replaced([]byte(secret[:40] + "QQQQ" + secret[44:])), ErrKeyFileBad, "cut or mistyped", false},
		"older kind":      {replaced([]byte(olderKeyPrefix + "QQQQ")), ErrKeyFileBad, "older kind", false},
		"public":          {replaced([]byte("age1pq1qqqq")), ErrKeyFileBad, "public key", false},
		"encrypted":       {replaced(readAll(t, filepath.Join("testdata", "format-1", keyFile))), ErrKeyFileBad, "age -d", false},
		"utf-16":          {replaced([]byte("\xff\xfeA\x00G\x00E\x00")), ErrKeyFileBad, "not an age identity file", false},
		"huge":            {replaced(bytes.Repeat([]byte("# x\n"), maxKeyFile)), ErrKeyFileBad, "too large", false},
		"another vault's": {replaced(readAll(t, another)), ErrKeyFileOther, file, false},
		"folder":          {func() error { return os.Mkdir(file, 0o700) }, ErrKeyFileBad, "not a plain file", false},
		"link":            {func() error { return os.Symlink(another, file) }, ErrKeyFileBad, "not a link", false},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && (strings.HasSuffix(name, " read") || strings.HasSuffix(name, " reads") || name == "link") {
				t.Skip("Windows closes a profile by its access list, and makes links for few")
			}
			must(t, os.RemoveAll(file))
			if c.of {
				must(t, os.WriteFile(file, good, 0o600))
			}
			must(t, c.spoil())
			v := open(t, dir, Options{Keyring: ring, KeyFile: file})
			_, err := v.Get(t.Context(), "a")
			wantErr(t, err, c.err)
			if !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), secret[:30]) {
				t.Fatalf("%v does not say %q", err, c.says)
			}
			if s := status(t, v); s.KeyFileProblem != err.Error() || s.SetAside != 0 {
				t.Fatalf("%+v", s)
			}
			must(t, os.RemoveAll(file))
			must(t, os.WriteFile(file, good, 0o600))
			want(t, v, "a", canary)
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What age reads is read: comments, empty lines, the line ends of Windows, keys
// of other vaults, and a byte order mark besides.
func TestKeyFilesOfEditors(t *testing.T) {
	dir, file, ring := byFile(t)
	_, another, _ := byFile(t)
	good := string(readAll(t, file))
	for name, text := range map[string]string{
		"windows":  "\ufeff" + strings.ReplaceAll("# mine\n\n"+good, "\n", "\r\n"),
		"no end":   strings.TrimSpace(good),
		"several":  string(readAll(t, another)) + good,
		"indented": "  " + strings.TrimPrefix(good, keyComment),
		"older":    olderKeyPrefix + "QQQQ\n" + good,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { want(t, open(t, dir, Options{Keyring: ring, KeyFile: file}), "a", canary) })
	}
	// A new vault must not guess which.
	if err := os.WriteFile(file, []byte(good+string(readAll(t, another))), 0o600); err != nil {
		t.Fatal(err)
	}
	v := open(t, filepath.Join(t.TempDir(), "vault"), Options{Keyring: ring, KeyFile: file})
	wantErr(t, v.Put(t.Context(), "a", nil), ErrKeyFileBad)
}

// A key file is made only where no one else can take its place, and never over
// another file; the vault stays as it was, and open.
func TestNoPlaceForAKeyFile(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	shared := filepath.Join(t.TempDir(), "shared")
	taken, foreign := keyPath(t), keyPath(t)
	_, another, _ := byFile(t)
	if err := errors.Join(os.Mkdir(shared, 0o700), os.Chmod(shared, 0o1777), os.WriteFile(taken, []byte("mine"), 0o600),
		os.WriteFile(foreign, readAll(t, another), 0o600)); err != nil {
		t.Fatal(err)
	}
	for path, c := range map[string]struct {
		err  error
		says string
	}{
		filepath.Join(shared, "key"):              {ErrKeyFilePlace, "chmod go-w "},
		filepath.Join(shared, "not there", "key"): {ErrKeyFilePlace, "mkdir -p -m 700 "},
		filepath.Join(taken, "key"):               {ErrKeyFilePlace, ""},
		filepath.Join(dir, "key"):                 {ErrKeyFilePlace, "every copy of the vault"},
		filepath.Join(dir, recordsDir, "key"):     {ErrKeyFilePlace, "every copy of the vault"},
		taken:                                     {ErrKeyFileTaken, "not an age identity file"},
		foreign:                                   {ErrKeyFileTaken, "another key"},
	} {
		if runtime.GOOS == "windows" && filepath.Dir(path) == shared {
			continue
		}
		err := v.KeyToFile(t.Context(), path)
		wantErr(t, err, c.err)
		if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v does not say %q", err, c.says)
		}
	}
	if string(readAll(t, taken)) != "mine" || !bytes.Equal(readAll(t, foreign), readAll(t, another)) {
		t.Error("a file was overwritten")
	}
	if entries, err := os.ReadDir(shared); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v", entries, err)
	}
	if s := status(t, v); s.Protection != Keyring || s.KeyFile != "" {
		t.Fatalf("%+v", s)
	}
	want(t, open(t, dir, Options{Keyring: ring}), "a", "x")
}

// A call that ended after the file was made, and before the vault was changed,
// can be made again, for a new vault too; once more is a second copy.
func TestKeyFileThatIsThere(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	file := keyPath(t)
	v.files.disk.Write = func(*os.File, []byte) error { return fs.ErrClosed }
	wantErr(t, v.KeyToFile(t.Context(), file), fs.ErrClosed)
	v.files.disk.Write = nil
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("half a key file was left:", err)
	}
	if err := v.copies.own.write(file, v.keys.key); err != nil {
		t.Fatal(err)
	}
	if err := v.KeyToFile(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	want(t, open(t, dir, Options{Keyring: ring, KeyFile: file}), "a", "x")
	second := keyPath(t)
	if err := v.KeyToFile(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	want(t, open(t, dir, Options{Keyring: ring, KeyFile: second}), "a", "x")

	anew := filepath.Join(t.TempDir(), "vault")
	if err := open(t, anew, Options{Keyring: ring}).KeyToFile(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	put(t, open(t, anew, Options{Keyring: ring, KeyFile: file}), "b", "y")
	if len(ring.items) != 0 {
		t.Error("the keyring has", ring.names())
	}
}

func FuzzKeyFile(f *testing.F) {
	k, err := newKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(keyComment + string(k.text()) + "\r\n"))
	f.Add([]byte("\ufeff" + olderKeyPrefix))
	f.Fuzz(func(t *testing.T, b []byte) {
		keys, err := parseKeyFile("file", b)
		if (err == nil) != (len(keys) > 0) {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		if err != nil && !errors.Is(err, ErrKeyFileBad) {
			t.Fatal(err)
		}
	})
}
