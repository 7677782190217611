package vault

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"filippo.io/age"
)

var update = flag.Bool("update-golden", false, "write testdata anew: only for a new format")

// Records of format 1 must stay readable for ever.
func TestGolden(t *testing.T) {
	dir := filepath.Join("testdata", "format-1")
	if *update {
		writeGolden(t, dir)
	}
	v := open(t, copyDir(t, dir), Options{Keyring: newFakeRing()})
	if err := v.Unlock(t.Context(), "correct horse"); err != nil {
		t.Fatal(err)
	}
	want(t, v, "hello", "hello, vault\n")
	want(t, v, "empty", "")
	r, err := v.Check(t.Context())
	if err != nil || r.Good != 2 || len(r.Damaged) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	// The way of the age tool: an identity file and a record, nothing of ours.
	k, err := os.Open(filepath.Join("testdata", "format-1.key"))
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

// The age tool itself, where the machine has it.
func TestAgeTool(t *testing.T) {
	tool, err := exec.LookPath("age")
	if err != nil {
		t.Skip("there is no age tool here; TestGolden decrypts with its library") // it is no dependency of ours
	}
	out, err := exec.CommandContext(t.Context(), tool, "-d", "-i", filepath.Join("testdata", "format-1.key"),
		filepath.Join("testdata", "format-1", recordsDir, "hello.age")).Output()
	if err != nil || string(out) != "claviger/1 hello\nhello, vault\n" {
		t.Fatalf("%q, %v (age 1.3 or newer is needed)", out, err)
	}
}

func writeGolden(t *testing.T, dir string) {
	v := open(t, dir, Options{Keyring: newFakeRing()})
	v.workFactor = 10
	if err := v.Setup(t.Context(), "correct horse"); err != nil {
		t.Fatal(err)
	}
	put(t, v, "hello", "hello, vault\n")
	put(t, v, "empty", "")
	if err := os.WriteFile(dir+".key", append(v.key.text(), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, locksDir)); err != nil {
		t.Fatal(err)
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
