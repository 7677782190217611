//go:build unix

package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/claviger/claviger/test/program"
)

// binary is the command under test, built once by TestMain.
var binary string

func TestMain(m *testing.M) {
	if os.Getenv(asBrowser) != "" {
		os.Exit(browserMain())
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

// patience is how long a process is waited for that should end soon. It is no
// measure: machines can be busy.
const patience = 5 * time.Minute

// world is a machine of its own: a home, a passphrase file, a browser.
type world struct {
	t    *testing.T
	home string
	env  []string
	// noRoom lets processes write no byte into any file, which fails like a full
	// disk, for root too.
	noRoom bool
	// program is what the person has installed; "" is the program under test.
	program string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel() // worlds share nothing
	return bareWorld(t)
}

// bareWorld is one more world of a test that has one.
func bareWorld(t *testing.T) *world {
	t.Helper()
	program.Depend(t)
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	passphrase := filepath.Join(dir, "passphrase")
	if err := os.WriteFile(passphrase, []byte(worldPassphrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, home: home, env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir,
		"CLAVIGER_HOME=" + home, "CLAVIGER_PASSPHRASE_FILE=" + passphrase,
		"BROWSER=" + self, asBrowser + "=allow", "GORACE=" + os.Getenv("GORACE"),
	}}
	return w
}

// set changes the environment; an empty value takes the variable away.
func (w *world) set(name, value string) {
	kept := w.env[:0:0]
	for _, kv := range w.env {
		if !strings.HasPrefix(kv, name+"=") {
			kept = append(kept, kv)
		}
	}
	if value != "" {
		kept = append(kept, name+"="+value)
	}
	w.env = kept
}

// result is what a process left.
type result struct {
	code        int
	out, stderr string
}

// command prepares a process without a terminal.
func (w *world) command(ctx context.Context, args ...string) *exec.Cmd {
	program := cmp.Or(w.program, binary)
	cmd := exec.CommandContext(ctx, program, args...)
	if w.noRoom {
		cmd = exec.CommandContext(ctx, "sh", append([]string{"-c", `ulimit -f 0; exec "$0" "$@"`, program}, args...)...)
	}
	cmd.Env = w.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

// run runs a command to its end.
func (w *world) run(args ...string) result { return w.runInput("", args...) }

func (w *world) runInput(input string, args ...string) result {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	var out, stderr bytes.Buffer
	cmd := w.command(ctx, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatalf("claviger %v: %v", args, err)
	}
	r := result{cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
	if keyText.MatchString(r.out + r.stderr) {
		w.t.Errorf("claviger %v: the vault's key is shown", args)
	}
	if strings.Contains(r.stderr, canary) {
		w.t.Errorf("claviger %v: a secret on standard error:\n%s", args, r.stderr)
	}
	if strings.Contains(r.out, canary) && filepath.Base(w.program) != "claviger-token" && args[0] != "token" && args[0] != "exec" {
		w.t.Errorf("claviger %v: a secret on standard output", args)
	}
	return r
}

// keyText is a vault's key, which no command ever prints.
var keyText = regexp.MustCompile("AGE-SECRET-KEY-[A-Z-]*1[0-9A-Z]{8}")

// want runs a command and fails unless it ends with that code.
func (w *world) want(code int, args ...string) result {
	w.t.Helper()
	r := w.run(args...)
	if r.code != code {
		w.t.Fatalf("claviger %v: exit code %d, want %d\n%s", args, r.code, code, r.stderr)
	}
	return r
}

// account is the account object as documented.
type account struct {
	ID, Provider, Issuer, State string
	User                        struct {
		ID, Login, Name, Email, Picture string

		EmailVerified bool `json:"email_verified"`
		Claims        map[string]any
	}
	Groups     []struct{ ID, Name, Kind string }
	Scopes     []string
	ExpiresAt  *time.Time `json:"expires_at"`
	VerifiedAt *time.Time `json:"verified_at"`
	Remembered bool
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

// waitUntil waits for a time of the real clock, which the process under test
// goes by.
func waitUntil(t *testing.T, at time.Time) {
	t.Helper()
	select {
	case <-time.After(time.Until(at)):
	case <-t.Context().Done():
		t.Fatal("the test ended")
	}
}

// noSecretInClear looks into every file of the home.
func (w *world) noSecretInClear() {
	w.t.Helper()
	err := filepath.WalkDir(w.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(canary)) {
			w.t.Errorf("a secret in clear in %s", path)
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
}
