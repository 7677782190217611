//go:build unix

package attack

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/claviger/claviger/vault"
)

// says runs a command and looks at what it says; the token command alone prints
// a token, and its proof.
func (w *world) says(input string, args ...string) output {
	w.t.Helper()
	r := w.run(input, args...)
	name := "claviger " + strings.Join(args, " ")
	w.clean("standard error of "+name, r.stderr)
	if args[0] != "token" {
		w.clean("standard output of "+name, r.out)
	}
	if strings.Contains(r.stderr, "panic") || strings.Contains(r.stderr, "goroutine ") {
		w.t.Errorf("%s crashed:\n%s", name, r.stderr)
	}
	return r
}

// knows adds a secret that the test itself chose.
func (w *world) knows(what, value string) string {
	w.l.mu.Lock()
	defer w.l.mu.Unlock()
	return w.l.secret(what, value)
}

// documented are the names of the commands.
var documented = regexp.MustCompile(`(?m)^## claviger ([a-z]+(?: [a-z-]+)?)`)

// TestNoSecretInTheRest runs what TestNoSecretIsTold does not: registration, the
// care of the vault, wrong usage, and what is pasted. Together they are every
// command there is.
func TestNoSecretInTheRest(t *testing.T) {
	for _, mode := range []string{"good", "OAuth error", "server error"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.cheapKey()
			w.must("login", "leaky", "--timeout", "20s")
			token := strings.TrimSpace(w.must("token").out)
			file := filepath.Join(filepath.Dir(w.outside), "secret")
			w.write(file, w.knows("initial access token", ""))
			if mode == "OAuth error" {
				w.says("", "providers", "add", "early", "--issuer", w.l.server.URL, "--register", "--verbose")
			}
			w.says("", "providers", "add", "work", "--issuer", w.l.server.URL, "--register", "--registration-token-file", file, "--verbose")
			w.l.behave(mode)
			w.says("", "providers", "add", "late", "--issuer", w.l.server.URL, "--register", "--registration-token-file", file, "--verbose")
			w.write(file, w.knows("own secret", ""))
			w.says("", "providers", "add", "mine", "--issuer", w.l.server.URL, "--client-id", "c", "--secret-file", file, "--json", "--verbose")
			w.says("", "providers", "test", "mine", "--json")
			w.says("", "providers", "remove", "work", "--verbose")
			w.says("", "providers", "remove", "mine", "--verbose")
			w.says("secret = \""+w.knows("secret in a file", "")+"\"", "providers", "add", "--file", "-", "--verbose")
			w.says(token, "inspect", "-", "--json")
			w.says("Bearer "+token, "inspect", "-", "--look-up", "--verbose")
			w.says("", "inspect", "--id-token", "--compare", "leaky", "--verbose")
			w.says("http://127.0.0.1:1/callback?state=s&code="+w.knows("pasted code", ""), "explain", "leaky", "-")
			w.says("error=x&access_token="+token+"&client_secret="+clientSecret, "explain", "-", "--json")
			w.says("", "token", "--for", "https://api.example/?access_token="+token, "--verbose")
			w.says("", "token", "--for", w.l.server.URL+"/userinfo", "--json", "--verbose")
			w.says("", "whoami", "--groups", "--verbose")
			w.says("", "accounts", "rename", "leaky", "my own", "--verbose")
			w.says("", "accounts", "--verbose")
			w.says("", "login", "leaky", "--no-browser", "--timeout", "1s", "--verbose")
			w.says("", "login", "leaky", "--login-hint", "ada", "--timeout", "20s", "--groups", "--verbose")
			w.says("", "logout", "nobody", "--verbose")
			w.says("", "exec", "--verbose", "--", "/nonexistent/command")
			w.says("", "demo", "--addr", "192.0.2.1:1", "--verbose")
			w.says("", "completion", "bash")
			w.says("", "version", "--verbose")
			w.says("", "doctor", "--verbose")
			w.says("", "doctor", "--json", "--verbose")
			w.says("", "doctor", "--report", "-", "--verbose")
			w.says("", "token", "--login", "--json", "--verbose")
			if mode == "good" { // it knows nothing of the other provider
				w.says("", "tour", "--verbose")
			}
			w.served()
			w.care()
			w.says("", "logout", "--local", "--verbose")
			w.says("", "receipts", "--retry", "--verbose")
			w.says("", "receipts", "--json", "--verbose")
			w.says("", "receipts", "--clear", "--pending", "--verbose")
			w.nothingLeft(w.dir)
			w.hadSecrets("initial access token", "own secret", "new passphrase", "passphrase of the export", "key of the vault")
			if mode == "good" {
				w.hadSecrets("registered secret", "registration access token")
			}
		})
	}
}

// served asks an agent, which has the vault open and its tokens in memory.
func (w *world) served() {
	w.t.Helper()
	asker := *w
	asker.env = append(slices.Clone(w.env), "CLAVIGER_AGENT_SOCK="+filepath.Join(w.dir, "agent", "sock"))
	ctx, cancel := contextOf(w.t, time.Minute)
	defer cancel()
	agent := asker.command(ctx, "agent", "--verbose")
	stderr, err := agent.StderrPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	var out, said strings.Builder
	agent.Stdout = &out
	if err := agent.Start(); err != nil {
		w.t.Fatal(err)
	}
	lines := bufio.NewReader(io.TeeReader(stderr, &said))
	for !strings.Contains(said.String(), "serves your programs") {
		if _, err := lines.ReadString('\n'); err != nil {
			w.t.Fatalf("the agent never served: %s", said.String())
		}
	}
	asker.says("", "agent", "status", "--json", "--verbose")
	asker.says("", "token", "--json", "--verbose")
	asker.says("", "token", "--header", "--refresh", "--verbose")
	asker.says("", "exec", "--verbose", "--", "/bin/true")
	asker.says("", "agent", "allow", "leaky", "/bin/sh", "--verbose")
	asker.says("", "agent", "grants", "--json", "--verbose")
	asker.says("", "agent", "rule", "leaky", "never", "--verbose")
	asker.says("", "agent", "revoke", "--all", "--verbose")
	if err := agent.Process.Signal(syscall.SIGTERM); err != nil {
		w.t.Error(err)
	}
	_, _ = io.Copy(io.Discard, lines)
	if err := agent.Wait(); err != nil {
		w.t.Errorf("the agent: %v", err)
	}
	w.clean("the agent", out.String()+said.String())
}

// care is what is done with the vault: its passphrases are typed, or read from
// files and standard input.
func (w *world) care() {
	w.t.Helper()
	next := w.knows("new passphrase", "")
	w.says(next+"\n", "vault", "passphrase", "--verbose")
	w.passphrase = next
	w.write(w.outside, next)
	w.cheapKey()
	export := filepath.Join(w.dir, "export.age")
	of := w.knows("passphrase of the export", "")
	w.says(of+"\n", "vault", "export", export, "--verbose")
	w.says(of+"\n", "vault", "import", export, "--replace", "--json", "--verbose")
	w.says(w.knows("wrong passphrase", "")+"\n", "vault", "import", export, "--verbose")
	if records, err := filepath.Glob(filepath.Join(w.dir, "home", "vault", "records", "*.age")); err != nil || len(records) == 0 {
		w.t.Error(records, err)
	} else if err := os.Rename(records[0], strings.TrimSuffix(records[0], ".age")+"-moved.age"); err != nil {
		w.t.Error(err)
	}
	w.says("", "accounts", "--verbose")
	w.says("", "vault", "check", "--json", "--verbose")
	w.says("", "vault", "repair", "--verbose")
	w.says("", "vault", "lock", "--after", "2h", "--verbose")
	w.says("", "vault", "lock", "--verbose")
	w.says("", "token", "--json", "--verbose")
	w.write(w.outside, w.knows("wrong passphrase of the vault", ""))
	w.says("", "vault", "unlock", "--verbose")
	w.write(w.outside, next)
	w.says("", "vault", "unlock", "--verbose")
	w.says("", "vault", "status", "--verbose")
	w.keyFile()
}

// keyFile lets a key file open the vault, and another one not.
func (w *world) keyFile() {
	w.t.Helper()
	file := filepath.Join(filepath.Dir(w.outside), "key")
	made := w.says("", "vault", "key-file", file, "--verbose")
	data, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	key := w.knows("key of the vault", lines[len(lines)-1])
	w.clean("the making of a key file", made.out+made.stderr)
	w.env = append(w.env, "CLAVIGER_KEY_FILE="+file)
	w.write(file, key[:len(key)-5])
	w.says("", "accounts", "--verbose")
	w.says("", "vault", "status", "--json", "--verbose")
	w.write(file, "a word and "+key)
	w.says("", "accounts", "--verbose")
	w.write(file, key)
	w.says("", "vault", "unlock", "--for", "1h", "--verbose")
	w.says("", "accounts", "--verbose")
}

func (w *world) write(file, line string) {
	w.t.Helper()
	if err := os.WriteFile(file, []byte(line+"\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// TestEveryCommandIsHuntedForSecrets: a new command comes into these tests.
func TestEveryCommandIsHuntedForSecrets(t *testing.T) {
	doc, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("secretsmore_test.go")
	if err != nil {
		t.Fatal(err)
	}
	ran := string(source)
	for _, args := range commands("") {
		ran += fmt.Sprintf("%q", args)
	}
	ran = strings.NewReplacer(`", "`, " ", `" "`, " ", `"`, " ").Replace(ran)
	found := documented.FindAllStringSubmatch(string(doc), -1)
	if len(found) < 20 {
		t.Fatalf("only %d commands are documented", len(found))
	}
	for _, m := range found {
		if !strings.Contains(ran, " "+m[1]+" ") {
			t.Errorf("no test looks for secrets in claviger %s", m[1])
		}
	}
}

// TestNoKeyIsTold: the key that tokens are bound to (RFC 9449) stays in the vault.
func TestNoKeyIsTold(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(w.dir, "home", "providers.d", "leaky.toml")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w.write(path, string(file)+"\n[authorization]\ndpop = \"required\"\n")
	w.cheapKey()
	login := w.must("login", "leaky", "--timeout", "20s", "--verbose")
	v, err := vault.Open(filepath.Join(w.dir, "home", "vault"), vault.Options{
		AskPassphrase: func(context.Context) (string, error) { return w.passphrase, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	names, err := v.List(t.Context())
	names = slices.DeleteFunc(names, func(name string) bool { return strings.Contains(name, "-") }) // those beside the account's
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	data, err := v.Get(t.Context(), names[0])
	if err != nil {
		t.Fatal(err)
	}
	var record struct{ Tokens struct{ Key string } }
	var key struct{ D string }
	if json.Unmarshal(data, &record) != nil || json.Unmarshal([]byte(record.Tokens.Key), &key) != nil || len(key.D) < 40 {
		t.Fatal("the record has no key")
	}
	w.knows("key of the tokens", key.D)
	w.clean("the sign-in", login.out+login.stderr)
	for _, mode := range []string{"good", "OAuth error", "error as code"} {
		w.l.behave(mode)
		for _, args := range [][]string{
			{"token", "--force", "--verbose"},
			{"token", "--for", w.l.server.URL + "/userinfo", "--json", "--verbose"},
			{"whoami", "--refresh", "--json", "--verbose"},
			{"inspect", "--json", "--verbose"},
			{"exec", "--verbose", "--", "env"},
			{"logout", "--verbose"},
		} {
			if args[0] == "logout" && mode != "error as code" {
				continue
			}
			r := w.run("", args...)
			for _, text := range []string{r.out, r.stderr} {
				if strings.Contains(text, key.D) {
					t.Errorf("%s: claviger %v tells the key", mode, args)
				}
			}
		}
	}
	w.nothingLeft(w.dir)
}
