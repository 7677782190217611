package cli

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// asksAgent runs curl, copied to a path of its own, and returns the token or the
// error's code.
type asksAgent struct {
	w            *world
	curl, socket string
}

func (w *world) asker(name, socket string) *asksAgent {
	w.t.Helper()
	curl, err := exec.LookPath("curl")
	if err != nil {
		w.t.Skip("no curl")
	}
	path := filepath.Join(w.t.TempDir(), name)
	if out, err := exec.Command("cp", curl, path).CombinedOutput(); err != nil {
		w.t.Fatal(string(out))
	}
	return &asksAgent{w, path, socket}
}

func (a *asksAgent) start() chan string {
	a.w.t.Helper()
	cmd := exec.CommandContext(a.w.t.Context(), a.curl, "-sS", "--unix-socket", a.socket, "http://claviger/v1/token", "-d", `{"account": "acme"}`)
	cmd.Dir = "/"
	got := make(chan string, 1)
	go func() {
		out, err := cmd.Output()
		var answer struct {
			AccessToken string `json:"access_token"`
			Error       struct{ Code string }
		}
		if err != nil || json.Unmarshal(out, &answer) != nil {
			got <- string(out)
			return
		}
		got <- answer.AccessToken + answer.Error.Code
	}()
	return got
}

// A headless agent asks on its terminal, and does what the person says.
func TestAgentAsksOnItsTerminal(t *testing.T) {
	w, _ := signedIn(t, 3600)
	token := strings.TrimSpace(w.want(0, "token").out)
	term := w.terminal("agent")
	socket := term.expect(`/\S*agent\.sock\.`)
	socket = strings.TrimSuffix(socket, ".")
	reporter := w.asker("reporter", socket)

	got := reporter.start()
	term.expect("reporter wants a token of mira at Acme")
	term.expect("Program +" + reporter.curl)
	term.expect("Folder +/")
	term.expect("Allow it\\? o = once, h = for an hour, a = always, d = deny \\[d\\]")
	term.send("o\n")
	term.expect(`Allowed once\.`)
	if text := <-got; text != token {
		t.Errorf("allowed once: %q", text)
	}

	got = reporter.start()
	term.expect(`Allow it\?`)
	term.send("always\n")
	if text := <-got; text != token {
		t.Errorf("allowed always: %q", text)
	}
	if text := <-reporter.start(); text != token {
		t.Errorf("with a grant: %q", text)
	}
	grants := decode[[]struct{ ID, Path string }](t, w.want(0, "agent", "grants", "--json").out)
	if len(grants) != 1 || grants[0].Path != reporter.curl {
		t.Errorf("grants %+v", grants)
	}

	// What changed is a new program, and what takes its path too.
	if out, err := exec.Command("sh", "-c", `cp "$1" "$1.new" && printf x >> "$1.new" && mv "$1.new" "$1"`, "sh", reporter.curl).CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	got = reporter.start()
	term.expect(`Allow it\?`)
	term.send("\n")
	term.expect(`Denied\.`)
	if text := <-got; text != "denied" {
		t.Errorf("denied: %q", text)
	}
	// Whoever was denied does not ask again at once.
	if text := <-reporter.start(); text != "denied" {
		t.Errorf("denied again: %q", text)
	}

	// Claviger's own commands are asked about if the account says so.
	if out := w.keyless().want(0, "token").out; strings.TrimSpace(out) != token {
		t.Errorf("a command: %q", out)
	}
	w.want(0, "agent", "rule", "acme", "ask", "--commands")
	asked := make(chan result, 1)
	blind := w.keyless()
	go func() { asked <- blind.run("token") }()
	term.expect("Through +a claviger command")
	term.expect(`Allow it\?`)
	term.send("d\n")
	if r := <-asked; r.code != 6 || !strings.Contains(r.stderr, "You did not allow") || r.out != "" {
		t.Errorf("a denied command: %+v", r)
	}
	if err := term.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	term.wait(0)
}

// What was allowed for an account ends with it.
func TestSignOutTakesBackWhatWasAllowed(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.want(0, "agent", "allow", "acme", "/bin/sh")
	w.want(0, "agent", "rule", "acme", "always")
	if out := w.want(0, "agent", "grants", "--json").out; !strings.Contains(out, "sha256") {
		t.Fatal(out)
	}
	w.want(0, "logout", "acme")
	w.want(0, "login", "acme", "--timeout", "20s")
	if out := w.want(0, "agent", "grants", "--json").out; out != "[]\n" {
		t.Error("still allowed:", out)
	}
	if out := w.want(0, "agent", "rule", "acme").out; !strings.Contains(out, "ask") || strings.Contains(out, "always") {
		t.Error("the rule:", out)
	}
}
