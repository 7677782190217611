package cli_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/vault"
)

// ring is a keyring in memory.
type ring map[string][]byte

func (ring) Name() string { return "memory" }

func (r ring) Get(_ context.Context, name string) ([]byte, error) {
	if data, ok := r[name]; ok {
		return bytes.Clone(data), nil
	}
	return nil, fs.ErrNotExist
}

func (r ring) Set(_ context.Context, name string, secret []byte) error {
	r[name] = bytes.Clone(secret)
	return nil
}

func (r ring) Remove(_ context.Context, name string) error { delete(r, name); return nil }

// An export that lacks a record is no backup of all: a script must see that.
func TestExportWithRecordsLeftOutFails(t *testing.T) {
	dir, keys := filepath.Join(t.TempDir(), "vault"), ring{}
	s := newSession(t)
	s.Vault = func() (*vault.Vault, error) { return vault.Open(dir, vault.Options{Keyring: keys}) }
	v, err := s.Vault()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		if err := v.Put(t.Context(), name, []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "export.age")
	export := func(code int) string {
		s.In = strings.NewReader("correct horse battery\n")
		_, stderr := s.run(code, "vault", "export", out, "--force")
		return stderr
	}
	if said := export(cli.ExitDone); !strings.Contains(said, "2 records") || strings.Contains(said, "Skipped") {
		t.Errorf("of a good vault: %s", said)
	}
	if err := os.WriteFile(filepath.Join(dir, "records", "a.age"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := export(cli.ExitFailed); !strings.Contains(said, "1 record ") || !strings.Contains(said, "Skipped: a.age") {
		t.Errorf("of one with damage: %s", said)
	}
	if _, err := os.Stat(out); err != nil {
		t.Errorf("what could be exported is not there: %v", err)
	}
}
