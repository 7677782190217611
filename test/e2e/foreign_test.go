//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/claviger/claviger/test/e2e/desktop"
)

// startForeign runs the certified oidc-provider and returns its issuer.
func startForeign(t *testing.T) string {
	t.Helper()
	cmd := exec.Command(need(t, "CLAVIGER_NODE"), "foreign.mjs")
	cmd.Env = append(os.Environ(), "CLAVIGER_NPM="+need(t, "CLAVIGER_NPM"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log desktop.Log
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { desktop.Stop(cmd) })
	issuer, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("oidc-provider printed no issuer: %v: %s", err, log.Tail(2000))
	}
	return strings.TrimSpace(issuer)
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

// claviger is the program under test with a home of its own.
type claviger struct {
	t      *testing.T
	d      *desktop.Desktop
	binary string
	home   string
}

func newClaviger(t *testing.T, d *desktop.Desktop) *claviger {
	t.Helper()
	return &claviger{t: t, d: d, binary: need(t, "CLAVIGER_BINARY"), home: filepath.Join(d.Dir, "home", "claviger")}
}

// provider writes a provider file.
func (c *claviger) provider(id, text string) {
	c.t.Helper()
	dir := filepath.Join(c.home, "providers.d")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, id+".toml"), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// command prepares a command line.
func (c *claviger) command(args ...string) *exec.Cmd {
	cmd := c.d.Command(c.binary, args...)
	cmd.Env = append(cmd.Env, "CLAVIGER_HOME="+c.home)
	return cmd
}

// run runs a command line to its end and returns standard output, which must
// come with exit code 0.
func (c *claviger) run(args ...string) string {
	c.t.Helper()
	cmd := c.command(args...)
	var stderr desktop.Log
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		c.t.Fatalf("claviger %s: %v: %s", strings.Join(args, " "), err, stderr.Tail(2000))
	}
	return string(out)
}

// account is the JSON form that docs/json.md promises.
type account struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	Issuer   string `json:"issuer"`
	State    string `json:"state"`
	User     struct {
		ID            string `json:"id"`
		Login         string `json:"login"`
		Name          string `json:"name"`
		Email         string `json:"email"`
		EmailVerified bool   `json:"email_verified"`
	} `json:"user"`
	Groups     []struct{ ID, Name, Kind string } `json:"groups"`
	Remembered bool                              `json:"remembered"`
}

func (a account) groupNames() []string {
	var names []string
	for _, g := range a.Groups {
		names = append(names, g.Name)
	}
	slices.Sort(names)
	return names
}

func (c *claviger) accounts() []account {
	c.t.Helper()
	var list []account
	if err := json.Unmarshal([]byte(c.run("accounts", "--json")), &list); err != nil {
		c.t.Fatal(err)
	}
	return list
}

// A sign-in at a provider that we did not write, through the command line and
// a real browser: public client, loopback redirect, PKCE, groups claim, and
// refresh tokens that rotate.
func TestForeignProvider(t *testing.T) {
	issuer := startForeign(t)
	d := desktop.Start(t, 1800, 760)
	c := newClaviger(t, d)
	c.provider("harbour", fmt.Sprintf(`
id = "harbour"
name = "Harbour"
preset = "oidc"
issuer = %q

[client]
id = "claviger-e2e"
`, issuer))

	login := c.command("login", "harbour", "--groups", "--scope", "groups", "--json")
	var stdout, stderr desktop.Log
	login.Stdout, login.Stderr = &stdout, &stderr
	if err := login.Start(); err != nil {
		t.Fatal(err)
	}
	tab := d.Tab(issuer)
	d.Do(tab, "log in at the provider",
		chromedp.WaitVisible(chromedp.CSS(`input[name=login]`)),
		chromedp.SendKeys(chromedp.CSS(`input[name=login]`), "nadia"),
		chromedp.SendKeys(chromedp.CSS(`input[name=password]`), "anything"),
		chromedp.Click(chromedp.CSS(`button[type=submit]`)),
	)
	d.Do(tab, "consent", chromedp.WaitReady(chromedp.CSS(`input[name=prompt][value=consent]`)),
		chromedp.Click(chromedp.CSS(`button[type=submit]`)))
	if err := login.Wait(); err != nil {
		t.Fatalf("login: %v: %s", err, stderr.Tail(2000))
	}

	var a account
	if err := json.Unmarshal([]byte(stdout.String()), &a); err != nil {
		t.Fatal(err)
	}
	if a.User.ID != "nadia" || a.User.Name != "Nadia Foreign" || !a.User.EmailVerified || !a.Remembered || a.State != "active" {
		t.Errorf("account: %+v", a)
	}
	if got := a.groupNames(); !slices.Equal(got, []string{"harbour", "lighthouse"}) {
		t.Errorf("groups: %q", got)
	}

	// Three refreshes: each needs the refresh token of the one before.
	seen := map[string]bool{strings.TrimSpace(c.run("token", "harbour")): true}
	for range 3 {
		seen[strings.TrimSpace(c.run("token", "harbour", "--force"))] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d different tokens from a sign-in and three refreshes, want 4", len(seen))
	}
	for token := range seen {
		if strings.Contains(stderr.String(), token) {
			t.Error("a token is in what login printed to standard error")
		}
	}
	c.run("logout", "harbour")
	if left := c.accounts(); len(left) != 0 {
		t.Errorf("after logout: %+v", left)
	}
}
