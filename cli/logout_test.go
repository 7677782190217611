package cli_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/vault"
)

// stuck is a store in memory that removes nothing.
type stuck map[string][]byte

func (s stuck) List(context.Context) ([]string, error) {
	var names []string
	for name := range s {
		names = append(names, name)
	}
	return names, nil
}

func (s stuck) Get(_ context.Context, name string) ([]byte, error) {
	if data, ok := s[name]; ok {
		return data, nil
	}
	return nil, fs.ErrNotExist
}

func (s stuck) Put(_ context.Context, name string, data []byte) error { s[name] = data; return nil }

func (s stuck) Delete(context.Context, string) error { return errors.New("read-only file system") }

// Who is still here after a sign-out is not signed out: a script must see that.
func TestLogoutThatCannotForgetFails(t *testing.T) {
	s := newSession(t)
	agent, err := auth.New(auth.Options{
		Lookup: s.provider.Lookup, Browser: s.browser.Open, Store: stuck{},
	})
	if err != nil {
		t.Fatal(err)
	}
	before, dir, keys := s.agent, filepath.Join(t.TempDir(), "vault"), ring{}
	t.Cleanup(func() { _ = before.Close() })
	s.agent = agent
	s.Vault = func() (*vault.Vault, error) { return vault.Open(dir, vault.Options{Keyring: keys}) }
	s.run(cli.ExitDone, "login", "authtest", "--timeout", "20s")
	for _, args := range [][]string{{"logout", "--local"}, {"logout", "--all", "--local"}} {
		if _, said := s.run(cli.ExitFailed, args...); !strings.HasPrefix(said, "claviger: ") {
			t.Errorf("%v says %q", args, said)
		}
	}
	if list, err := agent.Accounts(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%d accounts, %v", len(list), err)
	}
}
