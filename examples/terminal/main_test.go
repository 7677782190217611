package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// TestMain is the test, or else the example, or what that starts as the browser.
func TestMain(m *testing.M) {
	last := os.Args[len(os.Args)-1]
	switch os.Getenv("EXAMPLE_TEST") {
	case "":
		os.Exit(m.Run())
	case "program":
		if err := os.Setenv("EXAMPLE_TEST", "browser"); err != nil {
			panic(err)
		}
		main()
	case "browser":
		b := &authtest.Browser{}
		if err := b.Open(context.Background(), last); err != nil {
			panic(err)
		}
		b.Wait()
	}
}

func TestSignsInOnce(t *testing.T) {
	provider := authtest.NewProvider(t)
	home := t.TempDir()
	dir := filepath.Join(home, "claviger-example", "providers.d")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf("id = \"work\"\npreset = \"oidc\"\nissuer = %q\n[client]\nid = %q\n", provider.URL, authtest.ClientID)
	if err := os.WriteFile(filepath.Join(dir, "work.toml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	// A keyring of its own, as a desktop has one after the log-in.
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("this machine has no " + program)
		}
	}
	const twice = `printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
		export EXAMPLE_TEST=program BROWSER="$0"
		"$0" work "$1" && "$0" work "$1"`
	cmd := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c", twice, os.Args[0], provider.URL+"/api/me")
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home, "HOME="+home)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"login":"mira"`, "Hello, Mira Okonkwo"} {
		if n := strings.Count(string(out), want); n != 2 {
			t.Errorf("%q stands there %d times, want 2: %s", want, n, out)
		}
	}
	if n := provider.Count(authtest.Authorize); n != 1 {
		t.Errorf("the browser was opened %d times", n)
	}
}
