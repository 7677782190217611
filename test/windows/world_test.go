//go:build windows

package windows

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/providers/demo/demotest"
)

// programs is the folder of claviger.exe and claviger-token.exe.
var programs string

func TestMain(m *testing.M) {
	if os.Getenv(asBrowser) != "" && len(os.Args) > 1 && strings.HasPrefix(os.Args[len(os.Args)-1], "http") {
		if err := browse(context.Background(), os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if account := os.Getenv(asProgram); account != "" {
		token, err := ask(context.Background(), account)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(token)
		os.Exit(0)
	}
	os.Exit(build(m))
}

// ask asks the agent as a program of its own.
func ask(ctx context.Context, account string) (token string, err error) {
	got, err := agentclient.New(agentclient.DefaultSocket()).Token(ctx, agentclient.TokenRequest{Account: account})
	if err != nil {
		return "", err
	}
	return got.AccessToken.Reveal(), nil
}

// build builds the programs, unless TEST_PROGRAMS names their folder: under wine
// there is no Go.
func build(m *testing.M) int {
	if programs = os.Getenv("TEST_PROGRAMS"); programs == "" {
		dir, err := os.MkdirTemp("", "claviger-programs-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }()
		programs = dir
		cmd := exec.Command("go", "build", "-tags", "nogui", "-o", dir, "../..", "../../auth/agentclient/claviger-token")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
			return 1
		}
	}
	return m.Run()
}

// browse does what a person does at the demo provider who is in a hurry.
func browse(ctx context.Context, address string) error {
	client := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	visit := func(address string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		return resp, resp.Body.Close()
	}
	handoff, err := visit(address) // a one-time address of the command
	if err != nil {
		return err
	}
	back, err := demotest.Approve(ctx, handoff.Header.Get("Location"), "tess")
	if err != nil {
		return err
	}
	_, err = visit(back.String())
	return err
}

// patience is how long something is waited for that should be soon.
const patience = 2 * time.Minute

const passphrase = "correct horse battery staple"

// world is a person of their own on this machine.
type world struct {
	t    *testing.T
	home string
	env  []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w := &world{t, filepath.Join(dir, "home"), slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(strings.ToUpper(kv), "CLAVIGER_")
	})}
	w.env = append(w.env, "CLAVIGER_HOME="+w.home, "BROWSER="+self, asBrowser+"=1")
	return w
}

// with is the same person with more in the environment.
func (w *world) with(env ...string) *world {
	other := *w
	other.env = append(append([]string{}, w.env...), env...)
	return &other
}

// passphrased is the same person with a passphrase in a file. Who has not got that opens no vault.
func (w *world) passphrased() *world {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "passphrase")
	if err := os.WriteFile(file, []byte(passphrase+"\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return w.with("CLAVIGER_PASSPHRASE_FILE=" + file)
}

// result is what a process left.
type result struct {
	code        int
	out, stderr string
}

// run runs a program to its end.
func (w *world) run(program string, args ...string) result {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	var out, stderr bytes.Buffer
	cmd := w.command(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Errorf("%s %v: %v", program, args, err)
		return result{code: -1}
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
}

func (w *world) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(programs, program+".exe"), args...)
	cmd.Env = w.env
	return cmd
}

// want runs a command of claviger and returns what it printed.
func (w *world) want(code int, args ...string) string {
	w.t.Helper()
	r := w.run("claviger", args...)
	if r.code != code {
		w.t.Fatalf("claviger %v: exit code %d, want %d: %s%s", args, r.code, code, r.out, r.stderr)
	}
	return strings.TrimSpace(r.out)
}

// running starts a command that goes on, and returns when it has said a text.
func (w *world) running(says string, args ...string) (end func()) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*patience)
	cmd := w.command(ctx, "claviger", args...)
	said := &listener{text: says, heard: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // it is killed
	}()
	end = func() {
		cancel()
		<-ended
	}
	w.t.Cleanup(end)
	select {
	case <-said.heard:
	case <-ended:
		w.t.Fatalf("claviger %v ended: %s", args, said.all.String())
	}
	return end
}

// listener hears when a text is said. One process writes to it.
type listener struct {
	text  string
	all   bytes.Buffer
	heard chan struct{}
}

func (l *listener) Write(p []byte) (int, error) {
	before := strings.Contains(l.all.String(), l.text)
	n, err := l.all.Write(p)
	if !before && strings.Contains(l.all.String(), l.text) {
		close(l.heard)
	}
	return n, err
}
