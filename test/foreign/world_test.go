//go:build foreign

// Package foreign signs in against servers that nobody of this project wrote,
// with the program as it is shipped and nothing but provider files.
package foreign

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/claviger/claviger/test/program"
	"github.com/claviger/claviger/vault"
)

func TestMain(m *testing.M) {
	if to := os.Getenv(asBrowser); to != "" {
		os.Exit(handOver(to, os.Args[len(os.Args)-1]))
	}
	os.Exit(build(m))
}

// binary is the command under test.
var binary string

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

// need returns an environment variable that script/test sets if this machine
// can have what it names. Without it the test is left out.
func need(t *testing.T, name string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		t.Skipf("%s is not set: script/test sets it, if this machine can have it", name)
	}
	return v
}

// world is a machine of its own: a home, a passphrase file, a person with a
// browser.
type world struct {
	t       *testing.T
	dir     string
	home    string
	env     []string
	said    string // what the latest sign-in wrote to standard error
	browser *browser
}

func newWorld(t *testing.T) *world {
	t.Helper()
	program.Depend(t)
	w := &world{t: t, dir: t.TempDir(), browser: newBrowser(t)}
	w.home = filepath.Join(w.dir, "home")
	if err := os.MkdirAll(filepath.Join(w.home, "providers.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.passphraseFile(), []byte(passphrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.cheapKey()
	return w
}

const passphrase = "correct horse battery staple"

// cheapKey makes a vault whose key opens in no time: these tests start hundreds of
// processes.
func (w *world) cheapKey() {
	w.t.Helper()
	v, err := vault.Open(filepath.Join(w.home, "vault"), vault.Options{
		AskPassphrase:      func(context.Context) (string, error) { return passphrase, nil },
		InsecureWorkFactor: 2,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	if err := v.Protect(w.t.Context(), vault.Passphrase, passphrase); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) passphraseFile() string { return filepath.Join(w.dir, "passphrase") }

// setenv sets a variable for the commands that follow.
func (w *world) setenv(name, value string) { w.env = append(w.env, name+"="+value) }

// provider writes a provider file.
func (w *world) provider(id, text string) {
	w.t.Helper()
	file := filepath.Join(w.home, "providers.d", id+".toml")
	if err := os.WriteFile(file, []byte("schema = 1\nid = \""+id+"\"\n"+text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// twin is a second machine with a copy of everything that the first one keeps,
// as a restored backup would be.
func (w *world) twin() *world {
	w.t.Helper()
	twin := newWorld(w.t)
	twin.env = append(twin.env, w.env...)
	if err := os.RemoveAll(twin.home); err != nil {
		w.t.Fatal(err)
	}
	if err := os.CopyFS(twin.home, os.DirFS(w.home)); err != nil {
		w.t.Fatal(err)
	}
	return twin
}

// process is a command under way.
type process struct {
	w           *world
	args        []string
	cmd         *exec.Cmd
	out, stderr output
}

// start starts a command without a terminal.
func (w *world) start(args ...string) *process {
	w.t.Helper()
	self, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	w.t.Cleanup(cancel)
	p := &process{w: w, args: args, cmd: exec.CommandContext(ctx, binary, args...)}
	p.cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "TMPDIR=" + w.dir,
		"CLAVIGER_HOME=" + w.home, "CLAVIGER_PASSPHRASE_FILE=" + w.passphraseFile(),
		"BROWSER=" + self, asBrowser + "=" + w.browser.addr,
	}, w.env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := p.cmd.Start(); err != nil {
		w.t.Fatalf("claviger %v: %v", args, err)
	}
	return p
}

// interrupt is Ctrl-C.
func (p *process) interrupt() {
	p.w.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.w.t.Fatal(err)
	}
}

// result is what a process left.
type result struct{ out, stderr string }

// ends waits for the end, which must be with that exit code.
func (p *process) ends(code int) result {
	p.w.t.Helper()
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.w.t.Fatalf("claviger %v: %v", p.args, err)
	}
	r := result{p.out.String(), p.stderr.String()}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.w.t.Fatalf("claviger %v: exit code %d, want %d\n%s\nthe browser: %s", p.args, got, code, scrub(r.stderr), scrub(p.w.browser.story()))
	}
	return r
}

// want runs a command, which must end with that exit code.
func (w *world) want(code int, args ...string) result {
	w.t.Helper()
	return w.start(args...).ends(code)
}

// says fails unless every text is there.
func says(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, s := range wanted {
		if !strings.Contains(text, s) {
			t.Errorf("%q is missing in\n%s", s, scrub(text))
		}
	}
}

// user is what the account object says of the person.
type user struct {
	ID, Login, Name, Email string

	EmailVerified bool `json:"email_verified"`
}

// missing is what was asked for and not given.
type missing struct{ What, Reason string }

// account is the account object as documented.
type account struct {
	ID, Provider, Issuer, State, Reason string

	User   user
	Groups []struct {
		Name, Kind string
		Sources    []struct{ From, Name string }
	}
	Missing    []missing
	Scopes     []string
	Remembered bool
}

// groups are the names of groups that a place gave.
func (a account) groups(from string) []string {
	var names []string
	for _, g := range a.Groups {
		for _, s := range g.Sources {
			if s.From == from && !slices.Contains(names, g.Name) {
				names = append(names, g.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, scrub(text))
	}
	return v
}

// login signs in and returns the account.
func (w *world) login(provider string, args ...string) account {
	w.t.Helper()
	r := w.want(0, append([]string{"login", provider, "--json", "--verbose"}, args...)...)
	w.said = r.stderr
	return decode[account](w.t, r.out)
}

// state is the state of the only account.
func (w *world) state() string {
	w.t.Helper()
	return decode[account](w.t, w.want(0, "whoami", "--json").out).State
}

// token is an access token of the only account.
func (w *world) token(args ...string) string {
	w.t.Helper()
	return strings.TrimSpace(w.want(0, append([]string{"token"}, args...)...).out)
}

// keepsSecrets fails if a token of the latest sign-in stands on standard
// error or anywhere in the home in clear.
func (w *world) keepsSecrets() {
	w.t.Helper()
	secrets := [][]byte{[]byte(w.token())}
	if id := w.start("token", "--id-token"); id.cmd.Wait() == nil {
		secrets = append(secrets, bytes.TrimSpace([]byte(id.out.String())))
	}
	err := filepath.WalkDir(w.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, s := range secrets {
			if bytes.Contains(data, s) {
				w.t.Errorf("a token in clear in %s", path)
			}
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	for _, s := range secrets {
		if strings.Contains(w.said, string(s)) {
			w.t.Error("a token on standard error")
		}
	}
}

// output takes what a process writes and can be read meanwhile.
type output struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.data.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.data.String()
}
