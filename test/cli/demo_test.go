//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
)

// TestDemo is what the README says: one command on a fresh machine.
func TestDemo(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	a := decode[account](t, w.want(0, "login", "demo", "--groups", "--json", "--timeout", "30s").out)
	if a.Provider != "demo" || a.State != "active" || a.User.Name == "" || a.Issuer == "" || len(a.Groups) == 0 {
		t.Fatalf("account %+v", a)
	}
	// The demo's process ended with the login: its port is kept for the next.
	token := strings.TrimSpace(w.want(0, "token", "demo", "--id-token").out)
	if strings.Count(token, ".") != 2 {
		t.Errorf("an ID token has three parts: %q", token)
	}
	if r := w.want(0, "inspect", "demo", "--id-token"); !strings.Contains(r.out, "signature") || !strings.Contains(r.out, "✓") {
		t.Errorf("inspect: %q", r.out)
	}
	if r := w.runInput("Authorization: Bearer "+token+"\n", "inspect", "-", "--json"); r.code != 0 || !strings.Contains(r.out, `"format": "jwt"`) {
		t.Errorf("inspect -: %d, %q, %q", r.code, r.out, r.stderr)
	}
	w.want(0, "token", "demo", "--force")
	w.want(0, "whoami", "--refresh")
	if out := w.want(0, "logout", "--all").out; !strings.Contains(out, "The provider now rejects the refresh token") {
		t.Errorf("logout: %q", out)
	}
}

func TestDemoRefused(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	w.set(asBrowser, "deny")
	r := w.want(6, "login", "demo", "--timeout", "30s")
	if r.out != "" {
		t.Errorf("standard output %q", r.out)
	}
}

func TestDemoByItself(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := w.command(ctx, "demo")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	_, issuer, _ := strings.Cut(string(buf[:n]), "The demo provider is at ")
	issuer, _, _ = strings.Cut(issuer, "\n")
	if r := w.want(0, "providers", "discover", issuer); !strings.Contains(r.out, issuer+"/") {
		t.Errorf("discover: %q", r.out)
	}
	// A login uses the one that runs.
	a := decode[account](t, w.want(0, "login", "demo", "--json", "--timeout", "30s").out)
	if a.Issuer != issuer {
		t.Errorf("issuer %q, want %q", a.Issuer, issuer)
	}
	w.want(1, "demo", "--addr", "0.0.0.0:0")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("Ctrl-C is the usual end of the demo: %v", err)
	}
}

func TestDemoWithADevice(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := w.command(ctx, "login", "demo", "--device", "--json", "--timeout", "40s")
	var out bytes.Buffer
	cmd.Stdout = &out
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(stderr)
	link := ""
	for !strings.Contains(link, "user_code=") {
		line, err := said.ReadString('\n')
		if err != nil {
			t.Fatalf("no link with the code: %v", err)
		}
		link = strings.TrimSpace(line)
	}
	if _, page, err := browse(ctx, link, "allow"); err != nil {
		t.Fatalf("%v\n%s", err, page)
	}
	rest, err := io.ReadAll(said)
	if err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, rest)
	}
	if a := decode[account](t, out.String()); a.Provider != "demo" || a.User.Name == "" {
		t.Errorf("account %+v", a)
	}
}

// A time limit that ends before there is a step speaks of none above.
func TestTimeLimitBeforeTheFirstStep(t *testing.T) {
	w := newWorld(t)
	r := w.want(1, "login", "demo", "--timeout", "1ns")
	r.says(t, "longer than --timeout (1ns)", "The first step had not begun")
}
