//go:build unix

package attack

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// modes are the ways in which the provider answers.
var modes = []string{
	"good", "OAuth error", "error as code", "server error", "page", "redirect", "cut", "wrong ID token", "authorize error",
}

// commands are those that touch a secret or speak of one. The last signs out.
func commands(issuer string) [][]string {
	return [][]string{
		{"login", "leaky", "--timeout", "20s", "--verbose"},
		{"login", "leaky", "--timeout", "20s", "--json", "--no-remember"},
		{"login", "leaky", "--device", "--timeout", "3s", "--verbose"},
		{"accounts", "--json", "--verbose"},
		{"whoami", "--refresh", "--verbose"},
		{"whoami", "--refresh", "--json"},
		{"token", "--force", "--verbose"},
		{"token", "--json", "--min-ttl", "10h", "--verbose"},
		{"token", "--header"},
		{"token", "--id-token", "--verbose"},
		{"inspect", "--verbose"},
		{"inspect", "--id-token", "--json"},
		{"inspect", "--introspect", "--look-up", "--verbose"},
		{"exec", "--verbose", "--", "true"},
		{"history", "--verbose"},
		{"history", "--json"},
		{"providers", "list", "--json"},
		{"providers", "show", "leaky", "--json"},
		{"providers", "show", "leaky"},
		{"providers", "test", "leaky", "--verbose"},
		{"providers", "discover", issuer},
		{"explain", "redirect_uri_mismatch"},
		{"vault", "status", "--json"},
		{"vault", "check", "--verbose"},
		{"logout", "--all", "--browser", "--verbose"},
		{"receipts", "--retry", "--verbose"},
		{"receipts", "--json"},
	}
}

// TestNoSecretIsTold runs every command against a provider that repeats all
// secrets in its errors: none is printed but by token, none is in a file, in
// the arguments or environment of a browser, or in this source tree.
func TestNoSecretIsTold(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.cheapKey()
			w.must("login", "leaky", "--timeout", "20s")
			w.l.behave(mode)
			for _, args := range commands(w.l.server.URL) {
				r := w.run("", args...)
				if mode == "good" && r.code != 0 && args[1] != "test" { // which finds that this provider is odd
					t.Errorf("claviger %v: exit code %d\n%s", args, r.code, r.stderr)
				}
				name := "claviger " + strings.Join(args, " ")
				w.clean("standard error of "+name, r.stderr)
				if args[0] != "token" {
					w.clean("standard output of "+name, r.out)
				}
			}
			w.nothingLeft(w.dir)
			w.childrenClean(3)
			w.hadSecrets("access token", "refresh token", "code", "verifier", "ID token", "client secret", "passphrase")
			if mode != "good" {
				return
			}
			w.hadSecrets("device code")
			select { // it comes on its own, after the command that opened it
			case <-w.l.hinted:
			case <-time.After(30 * time.Second):
				t.Error("the browser did not come to sign out")
			}
			w.nothingLeft(root)
		})
	}
}

// hadSecrets fails unless there was a secret of each kind: else the test would
// look for nothing.
func (w *world) hadSecrets(kinds ...string) {
	w.t.Helper()
	seen := map[string]bool{}
	for _, what := range w.l.secrets() {
		seen[what] = true
	}
	for _, what := range kinds {
		if !seen[what] {
			w.t.Errorf("no %s was seen", what)
		}
	}
}

// childrenClean looks at what browsers were started with, at least n of them.
func (w *world) childrenClean(n int) {
	w.t.Helper()
	files, err := os.ReadDir(w.seen)
	if err != nil || len(files) < n {
		w.t.Errorf("%d browsers, %v", len(files), err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(w.seen, f.Name()))
		var child map[string][]string
		if err != nil || json.Unmarshal(data, &child) != nil || len(child["argv"]) < 2 {
			w.t.Fatalf("%s: %v", f.Name(), err)
		}
		w.clean("the arguments of a browser", strings.Join(child["argv"], "\n"))
		w.clean("the environment of a browser", strings.Join(child["environ"], "\n"))
	}
}

// TestExecGivesTheTokenOnly: the command gets the access token in its
// environment, and nothing else that opens something of ours: neither a client
// secret nor where the vault's passphrase and key are.
func TestExecGivesTheTokenOnly(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	w.must("login", "leaky", "--timeout", "20s")
	token := strings.TrimSpace(w.must("token").out)
	w.env = append(w.env, "CLAVIGER_KEY_FILE=", "CLAVIGER_LEAKY_CLIENT_ID=client", "SOME_CLIENT_SECRET=the person's own")
	env := strings.Split(w.must("exec", "--", "env").out, "\n")
	for _, kv := range []string{"CLAVIGER_TOKEN=" + token, "CLAVIGER_LEAKY_CLIENT_ID=client", "SOME_CLIENT_SECRET=the person's own"} {
		if !slices.Contains(env, kv) {
			t.Errorf("the command lacks %s", kv[:strings.Index(kv, "=")])
		}
	}
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "CLAVIGER_TOKEN":
		case "CLAVIGER_PASSPHRASE_FILE", "CLAVIGER_KEY_FILE", "CLAVIGER_LEAKY_CLIENT_SECRET":
			t.Errorf("the command got %s", name)
		default:
			w.clean("the environment of the command", kv)
		}
	}
}

// TestExecGivesNoCredentialOfTheVault: under systemd the key comes as a credential
// (systemd.exec(5), LoadCredential=), and the command of a unit is often exec's.
func TestExecGivesNoCredentialOfTheVault(t *testing.T) {
	w := newWorld(t)
	credentials := t.TempDir()
	key := filepath.Join(credentials, "claviger-key")
	w.must("vault", "key-file", key)
	w.env = append(w.env, "CREDENTIALS_DIRECTORY="+credentials)
	w.must("login", "leaky", "--timeout", "20s")
	if r := w.run("", "exec", "--", binary, "token"); r.code != 5 || r.out != "" {
		t.Errorf("the command opens the vault: exit code %d", r.code)
	}
	// The key of no vault: a service's other credentials are its own business.
	t.Run("others", func(t *testing.T) {
		w := newWorld(t)
		w.cheapKey()
		w.env = append(w.env, "CREDENTIALS_DIRECTORY="+t.TempDir())
		w.must("login", "leaky", "--timeout", "20s")
		if env := w.must("exec", "--", "env").out; !strings.Contains(env, "CREDENTIALS_DIRECTORY=") {
			t.Error("the command lacks CREDENTIALS_DIRECTORY")
		}
	})
}

// TestNoSecretInACrash: a process that is made to die with the stacks of all
// goroutines, while it holds a verifier, a refresh token and a client secret.
func TestNoSecretInACrash(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	w.must("login", "leaky", "--timeout", "20s")
	w.l.behave("hang")
	for _, args := range [][]string{
		{"token", "--force", "--verbose"},
		{"login", "leaky", "--timeout", "20s", "--verbose"},
		{"whoami", "--refresh", "--verbose"},
	} {
		ctx, cancel := contextOf(t, time.Minute)
		defer cancel()
		var out, stderr bytes.Buffer
		cmd := w.command(ctx, args...)
		cmd.Stdout, cmd.Stderr = &out, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-w.l.hung:
		case <-ctx.Done():
			t.Fatalf("claviger %v asks nothing", args)
		}
		if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // the trace says how
		if !strings.Contains(stderr.String(), "goroutine ") {
			t.Errorf("claviger %v did not crash:\n%s", args, stderr.String())
		}
		w.clean("the crash of claviger "+args[0], stderr.String()+out.String())
	}
	w.nothingLeft(w.dir)
}
