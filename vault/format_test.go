package vault

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"filippo.io/age"
)

var update = flag.String("update-golden", "", "the format, such as format-2, to write the test vectors of anew: only for a new format")

// vectors are the vaults that every version must read, for ever: each format
// that was ever written, with what it takes to open it.
var vectors = map[string]Protection{"format-1": Passphrase, "format-2": Both, "format-3": File}

const vectorPassphrase = "correct horse"

// ringOf is the keyring that a vector's key is in, wrapped.
func ringOf(t *testing.T, format string) *fakeRing {
	t.Helper()
	ring := newFakeRing()
	if vectors[format] == Both {
		var m meta
		if err := json.Unmarshal(readAll(t, filepath.Join("testdata", format, metaFile)), &m); err != nil {
			t.Fatal(err)
		}
		ring.items[itemName(m, Both)] = readAll(t, filepath.Join("testdata", format+".ring"))
	}
	return ring
}

// keyOfVector is a vector's identity file, as its owner would have it; a
// checkout's files are for everybody.
func keyOfVector(t *testing.T, format string) string {
	t.Helper()
	file := keyPath(t)
	if err := os.WriteFile(file, readAll(t, filepath.Join("testdata", format+".key")), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Records of every format must stay readable for ever.
func TestGolden(t *testing.T) {
	if *update != "" {
		writeGolden(t, *update)
	}
	for format, protection := range vectors {
		t.Run(format, func(t *testing.T) { readsGolden(t, format, protection) })
	}
}

func readsGolden(t *testing.T, format string, protection Protection) {
	dir := filepath.Join("testdata", format)
	v := open(t, copyDir(t, dir), Options{Keyring: ringOf(t, format), KeyFile: keyOfVector(t, format)})
	if err := v.Unlock(t.Context(), vectorPassphrase); err != nil {
		t.Fatal(err)
	}
	if s := status(t, v); s.Protection != protection {
		t.Fatalf("%+v", s)
	}
	want(t, v, "hello", "hello, vault\n")
	want(t, v, "empty", "")
	r, err := v.Check(t.Context())
	if err != nil || r.Good != 2 || len(r.Damaged) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	// A change from an old format to any protection keeps the records.
	if err := v.Protect(t.Context(), Keyring, ""); err != nil {
		t.Fatal(err)
	}
	want(t, v, "hello", "hello, vault\n")
	// The way of the age tool: an identity file and a record, nothing of ours.
	k, err := os.Open(filepath.Join("testdata", format+".key"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	ids, err := age.ParseIdentities(k)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := unseal(readAll(t, filepath.Join(dir, recordsDir, "hello.age")), ids[0])
	if err != nil || string(plain) != "claviger/1 hello\nhello, vault\n" {
		t.Fatalf("%q, %v", plain, err)
	}
}

// What a version of format 1 does not know, it must refuse and not misread.
func TestEveryVectorSaysItsFormat(t *testing.T) {
	for format := range vectors {
		var m meta
		if err := json.Unmarshal(readAll(t, filepath.Join("testdata", format, metaFile)), &m); err != nil {
			t.Fatal(err)
		}
		if "format-"+strconv.Itoa(m.Format) != format || m.needs() != m.Format {
			t.Errorf("%s has format %d and needs %d", format, m.Format, m.needs())
		}
	}
	if len(vectors) != Format {
		t.Errorf("there are %d formats and vectors of %d", Format, len(vectors))
	}
}

// Exports of every format, too.
func TestGoldenExport(t *testing.T) {
	file := filepath.Join("testdata", "export-1.age")
	if *update == "export-1" {
		sealed := exported(t, map[string]string{"hello": "hello, vault\n", "empty": ""})
		if err := os.WriteFile(file, sealed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v, _, _ := fresh(t)
	r, err := v.Import(t.Context(), bytes.NewReader(readAll(t, file)), exportPassphrase, ImportOptions{})
	if err != nil || len(r.Added) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	want(t, v, "hello", "hello, vault\n")
	want(t, v, "empty", "")
}

// The age tool itself, if the machine has it.
func TestAgeTool(t *testing.T) {
	tool, err := exec.LookPath("age")
	if err != nil {
		t.Skip("there is no age tool here; TestGolden decrypts with its library") // it is no dependency of ours
	}
	for format := range vectors {
		out, err := exec.CommandContext(t.Context(), tool, "-d", "-i", filepath.Join("testdata", format+".key"),
			filepath.Join("testdata", format, recordsDir, "hello.age")).Output()
		if err != nil || string(out) != "claviger/1 hello\nhello, vault\n" {
			t.Fatalf("%s: %q, %v (age 1.3 or newer is needed)", format, out, err)
		}
	}
}

// writeGolden writes the vectors of a format.
func writeGolden(t *testing.T, format string) {
	protection, ok := vectors[format]
	if !ok {
		return
	}
	dir, ring := filepath.Join("testdata", format), newFakeRing()
	v := open(t, dir, Options{Keyring: ring})
	v.copies.workFactor = 10
	var err error
	if protection == File {
		err = v.KeyToFile(t.Context(), keyPath(t))
	} else {
		err = v.Protect(t.Context(), protection, vectorPassphrase)
	}
	if err != nil {
		t.Fatal(err)
	}
	put(t, v, "hello", "hello, vault\n")
	put(t, v, "empty", "")
	if format != "format-1" { // which knows no such thing
		if err := v.LockAfter(t.Context(), 15*time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{dir + ".key": append(v.keys.key.text(), '\n')}
	for _, secret := range ring.items {
		files[dir+".ring"] = secret
	}
	for path, b := range files {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, extra := range []string{locksDir, usedFile} {
		if err := os.RemoveAll(filepath.Join(dir, extra)); err != nil {
			t.Fatal(err)
		}
	}
}

func copyDir(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "vault")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}
