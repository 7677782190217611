//go:build unix

package attack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/claviger/claviger/test/program"
	"github.com/claviger/claviger/vault"
)

// asBrowser is the variable that turns the test binary into the browser of
// $BROWSER. It names a folder, where the browser leaves what it was started with.
const asBrowser = "CLAVIGER_ATTACK_BROWSER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asBrowser); dir != "" {
		os.Exit(browserMain(dir))
	}
	if what := os.Getenv(asHolder); what != "" {
		os.Exit(holderMain(what))
	}
	os.Exit(build(m))
}

func build(m *testing.M) int {
	path, remove, err := program.Static()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	binary = path
	return m.Run()
}

// browserMain writes arguments and environment down and opens the address.
func browserMain(dir string) int {
	data, err := json.Marshal(map[string][]string{"argv": os.Args, "environ": os.Environ()})
	if err != nil {
		return 1
	}
	f, err := os.CreateTemp(dir, "browser-")
	if err != nil {
		return 1
	}
	defer func() { _ = f.Close() }()
	if _, err := f.Write(data); err != nil {
		return 1
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, os.Args[len(os.Args)-1], nil)
	if err != nil {
		return 1
	}
	client := &http.Client{Timeout: 20 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return 1
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return 0
}

// binary is the command under test.
var binary string

// world is a computer of its own, with everything that it writes in one folder.
type world struct {
	t    *testing.T
	l    *leaky
	dir  string // home, temporary files, XDG folders
	seen string // what browsers were started with
	env  []string

	passphrase string // of the vault
	outside    string // the file that it stands in, outside of dir
}

func newWorld(t *testing.T) *world {
	t.Helper()
	program.Depend(t)
	dir, err := os.MkdirTemp(t.TempDir(), "dir")
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(t.TempDir(), "passphrase")
	w := &world{t: t, l: newLeaky(t), dir: dir, seen: t.TempDir(), passphrase: vaultPassphrase, outside: outside}
	if err := os.WriteFile(outside, []byte(vaultPassphrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"home/providers.d", "tmp", "config", "cache", "data", "state", "run"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	w.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + in("tmp"), "XDG_CONFIG_HOME=" + in("config"), "XDG_CACHE_HOME=" + in("cache"),
		"XDG_DATA_HOME=" + in("data"), "XDG_STATE_HOME=" + in("state"), "XDG_RUNTIME_DIR=" + in("run"),
		"CLAVIGER_HOME=" + in("home"), "CLAVIGER_PASSPHRASE_FILE=" + outside, "CLAVIGER_LEAKY_CLIENT_SECRET=" + clientSecret,
		"BROWSER=" + self, asBrowser + "=" + w.seen, "GOTRACEBACK=all", "GORACE=" + os.Getenv("GORACE"),
	}
	file := fmt.Sprintf(`id = "leaky"
name = "Leaky"
issuer = %q

[client]
id = "client"
secret = "optional"
auth = "client_secret_post"

[scopes]
base = ["openid"]
offline = ["offline_access"]

[[profile.source]]
name = "User details"
from = "userinfo"
map = "{id: .sub, login: .preferred_username, name}"

[sign_out]
method = "rfc7009"
end_session = "oidc"
`, w.l.server.URL)
	if err := os.WriteFile(in("home/providers.d/leaky.toml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// output is what a command said.
type output struct {
	code        int
	out, stderr string
}

func (w *world) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = w.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

// run runs a command with that standard input.
func (w *world) run(input string, args ...string) output {
	w.t.Helper()
	ctx, cancel := contextOf(w.t, time.Minute)
	defer cancel()
	var out, stderr bytes.Buffer
	cmd := w.command(ctx, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		w.t.Fatalf("claviger %v: %v", args, err)
	}
	return output{cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
}

// must runs a command that works.
func (w *world) must(args ...string) output {
	w.t.Helper()
	r := w.run("", args...)
	if r.code != 0 {
		w.t.Fatalf("claviger %v: exit code %d\n%s", args, r.code, r.stderr)
	}
	return r
}

// clean fails if a text holds a secret.
func (w *world) clean(where, text string) {
	w.t.Helper()
	for s, what := range w.l.secrets() {
		if strings.Contains(text, s) {
			w.t.Errorf("%s holds a secret: %s", where, what)
		}
	}
}

// nothingLeft looks into every file below a folder.
func (w *world) nothingLeft(dir string) {
	w.t.Helper()
	secrets, files := w.l.secrets(), 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == ".cache") {
			return fs.SkipDir
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		for s, what := range secrets {
			// The suite names the two that it chooses.
			if bytes.Contains(data, []byte(s)) && filepath.Base(path) != "leaky_test.go" {
				w.t.Errorf("%s holds a secret in clear: %s", path, what)
			}
		}
		return err
	})
	if err != nil || files == 0 {
		w.t.Errorf("looked into %d files: %v", files, err)
	}
}

// cheapKey makes the vault's key one that opens in no time, before the first
// sign-in or after it.
func (w *world) cheapKey() {
	w.t.Helper()
	v, err := vault.Open(filepath.Join(w.dir, "home", "vault"), vault.Options{
		AskPassphrase:      func(context.Context) (string, error) { return w.passphrase, nil },
		InsecureWorkFactor: 2,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	if err := v.Protect(w.t.Context(), vault.Passphrase, w.passphrase); err != nil {
		w.t.Fatal(err)
	}
}
