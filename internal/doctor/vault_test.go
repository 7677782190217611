package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/internal/owner"
)

func TestFilesThatOthersCanReadAreFound(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	file := filepath.Join(p.Home, "vault", "vault.json")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	r := p.is("vault-files", Warn, "1 file", file)
	if want := "chmod -R u+rwX,go= " + filepath.Join(p.Home, "vault"); len(r.Commands) != 1 || r.Commands[0] != want {
		t.Errorf("%q, want %q", r.Commands, want)
	}
}

func TestFilesThatOthersCanChangeAreFound(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	file := filepath.Join(p.Home, "vault", "records", "clients.age")
	if err := os.Chmod(file, 0o602); err != nil {
		t.Fatal(err)
	}
	p.is("vault-files", Fail, "clients.age", "chmod go-w '"+file+"'")
}

func TestFilesOfAnotherUserAreFound(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only the superuser gives files away")
	}
	p := newPatient(t)
	p.setUp()
	file := filepath.Join(p.Home, "vault", "records", "clients.age")
	if err := os.Lchown(file, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	p.is("vault-files", Fail, "another user", "chown")
}

func TestAFolderThatCannotBeUsed(t *testing.T) {
	p := newPatient(t)
	if err := os.Chmod(p.Home, 0o777); err != nil {
		t.Fatal(err)
	}
	p.HomeErr = owner.Dir(p.Home)
	p.is("folder", Fail, "ther users can change", "chmod go-w")
	p.HomeErr = errors.New("no configuration folder")
	p.is("disk", Skipped)
	p.HomeErr = nil

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Home = file
	p.is("folder", Fail, "is not a folder", "CLAVIGER_HOME")
	p.Home = filepath.Join(file, "below")
	p.is("folder", Fail, "not a directory", "CLAVIGER_HOME")
	p.Home = filepath.Join(t.TempDir(), "new", "folder")
	p.is("folder", OK, "does not exist yet")
}

func TestALeftoverAndADamagedFileAreFound(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	left := filepath.Join(p.Home, "vault", ".tmp-abc")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.is("vault-files", OK) // it may be under way
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(left, long, long); err != nil {
		t.Fatal(err)
	}
	p.is("vault-files", Warn, "1 file left over", "claviger vault check")
	aside := filepath.Join(p.Home, "vault", "set-aside")
	if err := os.Mkdir(aside, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(aside, "x.age"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.is("vault-files", Warn, "1 file is set aside", "claviger vault repair")
}

func TestAVaultOfAnotherVersion(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	file := filepath.Join(p.Home, "vault", "vault.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), `"format": 1`, `"format": 99`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	p.is("vault", Fail, "newer version")
	p.is("accounts", Skipped, "the vault cannot be used")
}

func TestAKeyFileThatOthersCanRead(t *testing.T) {
	p := newPatient(t)
	v := p.open(false)
	key := filepath.Join(t.TempDir(), "key")
	if err := v.KeyToFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	p.is("vault", Fail, "key file")
	if got, want := keyFileCommands(key), []string{"claviger vault status"}; !cmp.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, want := keyFileCommands(key), []string{"chmod 600 " + key}; !cmp.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Nothing changes: no file, no time of one.
func TestAnExaminationChangesNothing(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	v := p.open(false)
	if err := v.LockAfter(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	// A damaged account would be set aside, and a use noted.
	if err := os.WriteFile(filepath.Join(p.Home, "vault", "records", "k3v9x2m7q1ab.age"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-30 * time.Minute)
	for _, name := range []string{"used", ".tmp-abc"} {
		if err := os.WriteFile(filepath.Join(p.Home, "vault", name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(p.Home, "vault", name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	before := files(t, p.Home)
	p.is("accounts", Fail, "claviger vault repair")
	if diff := cmp.Diff(before, files(t, p.Home)); diff != "" {
		t.Error(diff)
	}
}

// files are all files of a folder, with their contents and times.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		out[path] = info.Mode().String() + " " + info.ModTime().String()
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			out[path] += " " + string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
