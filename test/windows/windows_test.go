//go:build windows

package windows

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"

	"github.com/claviger/claviger/auth/agentclient"
)

func TestTour(t *testing.T) {
	if out := newWorld(t).want(0, "tour"); !strings.Contains(out, "All 10 steps passed") {
		t.Error(out)
	}
}

// The Credential Manager has the vault's key: nobody is asked for a passphrase.
func TestCredentialManager(t *testing.T) {
	w := newWorld(t)
	w.want(0, "login", "demo", "--groups", "--timeout", "1m")
	if out := w.want(0, "vault", "status"); !strings.Contains(out, "Credential Manager") {
		t.Error(out)
	}
	if out := w.want(0, "whoami"); !strings.Contains(out, "Tess Demo") {
		t.Error(out)
	}
	w.want(0, "token", "demo", "--force")
	if out := w.want(0, "history"); !strings.Contains(out, "Signed in") {
		t.Error(out)
	}
	if out := w.want(0, "logout", "--all"); !strings.Contains(out, "now rejects the refresh token") {
		t.Error(out)
	}
}

// Many commands that open the vault at once get a token each, although files are replaced
// while others read them.
func TestManyCommands(t *testing.T) {
	w := newWorld(t)
	w.want(0, "login", "demo", "--timeout", "1m")
	w.running("http://127.0.0.1", "demo")
	together(32, func() {
		if r := w.run("claviger", "token", "demo", "--min-ttl", "5m"); r.code != 0 || strings.TrimSpace(r.out) == "" {
			t.Errorf("exit code %d: %s", r.code, r.stderr)
		}
	})
}

func TestAgent(t *testing.T) {
	keyless := newWorld(t)
	w := keyless.passphrased()
	w.want(0, "login", "demo", "--timeout", "1m")
	w.running("http://127.0.0.1", "demo")
	keyless.want(1, "agent", "status")
	keyless.want(5, "token", "demo")
	token := w.want(0, "token", "demo")

	end := w.running("The agent serves your programs at "+agentclient.SocketOf(w.home), "agent")
	settle(t, agentclient.SocketOf(w.home))
	var status struct {
		Socket string
		Locked bool
	}
	if err := json.Unmarshal([]byte(keyless.want(0, "agent", "status", "--json")), &status); err != nil || status.Socket != agentclient.SocketOf(w.home) || status.Locked {
		t.Errorf("%+v, %v", status, err)
	}
	if r := w.run("claviger", "agent"); r.code != 1 || !strings.Contains(r.stderr, "Another agent is running") {
		t.Errorf("a second agent: %+v", r)
	}
	together(16, func() {
		for _, program := range [][]string{{"claviger", "token", "demo"}, {"claviger-token", "demo"}} {
			if r := keyless.run(program[0], program[1:]...); r.code != 0 || strings.TrimSpace(r.out) != token {
				t.Errorf("%v: exit code %d: %s", program, r.code, r.stderr)
			}
		}
	})
	if got := keyless.want(0, "token", "demo", "--force"); got == "" || got == token {
		t.Error("the agent did not refresh")
	}
	t.Run("consent", func(t *testing.T) { consent(t, w) })
	if out := keyless.want(0, "doctor"); !strings.Contains(out, "It runs (process") || !strings.Contains(out, "Windows Credential Manager is available") {
		t.Errorf("doctor: %s", out)
	}
	end()
	keyless.want(1, "agent", "status")
	keyless.want(5, "token", "demo")
	w.want(0, "token", "demo")
}

// settle takes the part of a pipe that wine 8 lets a first client have, although nobody
// reads from it: Windows does not (a part made without access for data is not listened at).
func settle(t *testing.T, path string) {
	t.Helper()
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() != nil {
		return
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
}

// consent asks the agent as a program of its own, which nobody can be asked about.
func consent(t *testing.T, w *world) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ask := func() (token, problem string) {
		got, err := agentclient.New(agentclient.SocketOf(w.home)).Token(t.Context(), agentclient.TokenRequest{Account: "demo"})
		var refused *agentclient.Error
		if errors.As(err, &refused) {
			return "", refused.Code
		}
		if err != nil {
			return "", err.Error()
		}
		return got.AccessToken.Reveal(), ""
	}
	token := w.want(0, "token", "demo")
	if got, problem := ask(); problem != "nobody-to-ask" || got != "" {
		t.Errorf("before it was allowed: %s", problem)
	}
	w.want(0, "agent", "allow", "demo", self)
	if out := w.want(0, "agent", "grants"); !strings.Contains(out, filepath.Base(self)) {
		t.Error(out)
	}
	together(32, func() {
		if got, problem := ask(); got != token {
			t.Errorf("it was allowed and got another token, or none: %s", problem)
		}
	})
	w.want(0, "agent", "revoke", "--all")
	if got, problem := ask(); problem != "nobody-to-ask" || got != "" {
		t.Errorf("after it was taken back: %s", problem)
	}
}

// The log-in starts the agent as long as it is installed.
func TestInstallAgent(t *testing.T) {
	// What Windows starts gets the variables of its user, not those of this process.
	w := newWorld(t).with("CLAVIGER_HOME=")
	w.want(0, "agent", "--install")
	command := runValue(t, "Claviger Agent")
	if !strings.Contains(command, filepath.Join(programs, "claviger.exe")+`" agent`) {
		t.Errorf("%s", command)
	}
	w.want(0, "agent", "--remove")
	if command := runValue(t, "Claviger Agent"); command != "" {
		t.Errorf("still %s", command)
	}
}

func runValue(t *testing.T, name string) string {
	t.Helper()
	k, err := registry.OpenKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Run`, registry.QUERY_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	command, _, err := k.GetStringValue(name)
	if err != nil && !errors.Is(err, registry.ErrNotExist) {
		t.Fatal(err)
	}
	return command
}

// together runs something many times at once.
func together(times int, do func()) {
	var all sync.WaitGroup
	for range times {
		all.Go(do)
	}
	all.Wait()
}
