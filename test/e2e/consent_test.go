//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/test/e2e/desktop"
)

// asks is a program that asks the agent by itself: curl under a name of its own.
type asks struct {
	c    *claviger
	path string
}

func (c *claviger) program(name string) asks {
	c.t.Helper()
	curl, err := exec.LookPath("curl")
	if err != nil {
		c.t.Skip("this machine has no curl")
	}
	path := filepath.Join(c.d.Dir, name)
	if out, err := exec.Command("cp", curl, path).CombinedOutput(); err != nil {
		c.t.Fatalf("%v: %s", err, out)
	}
	return asks{c, path}
}

// token asks for a token; the channel gets it, or the error's code.
func (a asks) token(args ...string) <-chan string {
	a.c.t.Helper()
	args = append([]string{"-sS", "--unix-socket", filepath.Join(a.c.home, "run", "agent.sock"), "http://claviger/v1/token", "-d", "{}"}, args...)
	// A shell of its own starts it: the question says what did.
	cmd := a.c.d.Command("setsid", append([]string{"--fork", "bash", "-c", `"$0" "$@"; exit $?`, a.path}, args...)...)
	cmd.Dir = a.c.d.Dir
	got := make(chan string, 1)
	go func() {
		out, err := cmd.Output()
		var answer struct {
			AccessToken string `json:"access_token"`
			Error       struct{ Code string }
		}
		if err != nil || json.Unmarshal(out, &answer) != nil {
			got <- "no answer: " + string(out)
			return
		}
		got <- answer.AccessToken + answer.Error.Code
	}()
	return got
}

// hears wants a program to get a token, or an error with that code.
func (c *claviger) hears(got <-chan string, when, want string) {
	c.t.Helper()
	if text := <-got; text != want {
		c.t.Errorf("%s: %q, want %q", when, text, want)
	}
}

// asked waits for the question about a program, until it takes an answer.
func (c *claviger) asked(name string) {
	c.t.Helper()
	c.d.See(window, name+" wants a token")
	for _, early := range []string{"2:00", "1:59"} {
		c.d.Gone(window, early)
	}
	c.d.Turn()
}

// The window is the agent: a program asks by itself, the person answers by keyboard,
// and takes it back. While the vault is locked, nobody is asked.
func TestProgramAsksTheWindow(t *testing.T) {
	const noKeyring = "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	// Built without the migration tag, Fyne reports calls on wrong goroutines.
	c.binary = need(t, "CLAVIGER_CHECKED")
	passphrase := filepath.Join(d.Dir, "passphrase")
	if err := os.WriteFile(passphrase, []byte("correct horse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(code int, args ...string) string {
		t.Helper()
		cmd := c.command(args...)
		cmd.Env = append(cmd.Env, noKeyring, "CLAVIGER_PASSPHRASE_FILE="+passphrase)
		out, _ := cmd.CombinedOutput() // the exit code tells
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Fatalf("claviger %s: exit code %d, want %d: %s", strings.Join(args, " "), got, code, out)
		}
		return string(out)
	}
	process := c.openWindow(noKeyring)
	d.See(window, "Where do you want to sign in?")
	d.Key("Return")
	d.See(window, "Sign in to Demo")
	d.Key("Return")
	d.See(window, "Choose a passphrase")
	for range 2 {
		d.Type("correct horse")
		d.Key("Return")
	}
	c.approve("http://127.0.0.1:", "tess")
	d.See(window, "tess@demo.example")
	if out := command(0, "agent", "status"); !strings.Contains(out, "the open window") {
		t.Errorf("status: %s", out)
	}
	if out := command(1, "agent"); !strings.Contains(out, "open window is the agent") {
		t.Errorf("a second agent: %s", out)
	}
	token := strings.TrimSpace(command(0, "token"))

	reporter := c.program("reporter")
	got := reporter.token()
	c.asked("reporter")
	d.Keep("asked")
	d.Key("Tab", "Return") // Allow once
	c.hears(got, "allowed once", token)
	d.Gone(window, "wants a token")

	got = reporter.token()
	c.asked("reporter")
	d.Key("Tab", "Tab", "Tab", "Return") // Always allow
	c.hears(got, "allowed always", token)
	c.hears(reporter.token(), "with a grant", token)

	intruder := c.program("intruder")
	got = intruder.token()
	c.asked("intruder")
	d.Key("Escape")
	c.hears(got, "denied", "denied")

	d.Click(window, "Settings")
	d.Click(window, "Privacy")
	d.See(window, "Clear copied secrets")
	d.Click(window, "Allowed programs")
	d.See(window, "reporter")
	d.See(window, "intruder")
	d.Keep("programs")
	d.Click(window, "Take back")
	d.See(window, "Undo")
	got = reporter.token()
	c.asked("reporter")
	d.Key("Return") // Deny has the keyboard
	c.hears(got, "taken back", "denied")

	// A lock ends a question, and none is asked under it.
	late := c.program("late")
	got = late.token()
	c.asked("late")
	command(0, "vault", "lock")
	c.hears(got, "locked meanwhile", "locked")
	d.See(window, "Claviger is locked")
	c.hears(late.token(), "locked", "locked")
	command(0, "vault", "unlock") // which tells the agent, so the window opens too
	d.See(window, "tess@demo.example")
	got = late.token()
	c.asked("late")
	desktop.Stop(process)
	if text := <-got; text != "denied" && text != "interrupted" {
		t.Errorf("the window was closed: %q", text)
	}
	if out := command(1, "agent", "status"); !strings.Contains(out, "No agent runs") {
		t.Errorf("status: %s", out)
	}
}

// An agent that runs first keeps its socket; the window beside it asks for it, shows and
// changes what it goes by, and serves programs once it has ended.
func TestWindowBesideAnAgent(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	login := c.command("login", "demo")
	if err := login.Start(); err != nil {
		t.Fatal(err)
	}
	c.approve("http://127.0.0.1:", "tess")
	if err := login.Wait(); err != nil {
		t.Fatal(err)
	}
	agent := c.command("agent")
	agent.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // without a terminal
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { desktop.Stop(agent) })
	status := func(want string) {
		t.Helper()
		d.Eventually("the agent is "+want, func() error {
			out, err := c.command("agent", "status").CombinedOutput()
			if err != nil || !strings.Contains(string(out), want) {
				return fmt.Errorf("%s, %w", out, err)
			}
			return nil
		})
	}
	status("claviger agent")
	reporter := c.program("reporter")
	c.hears(reporter.token(), "without a window", "nobody-to-ask")
	c.openWindow()
	d.See(window, "tess@demo.example")
	d.Click(window, "Settings")
	d.Click(window, "Privacy")
	d.See(window, "Clear copied secrets")
	d.Click(window, "Allowed programs")
	d.See(window, "you are asked here")

	got := reporter.token()
	c.asked("reporter")
	d.Keep("asked-for-the-agent")
	d.Key("Tab", "Tab", "Tab", "Return") // Always allow
	if text := <-got; text != strings.TrimSpace(c.run("token")) {
		t.Errorf("allowed always: %q", text)
	}
	d.See(window, "reporter")
	if text := <-reporter.token(); text != strings.TrimSpace(c.run("token")) {
		t.Errorf("with a grant: %q", text)
	}
	d.Click(window, "Take back")
	d.See(window, "Undo")
	got = reporter.token()
	c.asked("reporter")
	d.Key("Escape")
	c.hears(got, "taken back", "denied")
	if out := c.run("agent", "grants"); strings.Contains(out, "reporter") {
		t.Errorf("grants: %s", out)
	}
	desktop.Stop(agent)
	status("the open window")
	d.Gone(window, "you are asked here")
	got = c.program("later").token()
	c.asked("later")
	d.Key("Escape")
	c.hears(got, "by the window", "denied")
}
