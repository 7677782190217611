//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers/demo"
)

// probe is what `providers test --json` prints.
type probe struct {
	Provider, Outcome string
	Offline           bool
	Checks            []struct{ Name, Title, Outcome, Reason, Next string }
}

// outcomes are the checks' outcomes by name.
func (p probe) outcomes() map[string]string {
	out := map[string]string{}
	for _, c := range p.Checks {
		out[c.Name] = c.Outcome
	}
	return out
}

// TestProviderTest tests the demo provider as it comes, and spoilt.
func TestProviderTest(t *testing.T) {
	w := newWorld(t)
	issuer := startDemo(t, w)
	w.want(0, "providers", "add", "work", "--issuer", issuer, "--client-id", demo.ClientID)
	got := decode[probe](t, w.want(0, "providers", "test", "work", "--json").out)
	if got.Provider != "work" || got.Outcome != "passed" || got.Offline {
		t.Errorf("%+v", got)
	}
	for name, outcome := range got.outcomes() {
		if outcome != "passed" {
			t.Errorf("%s: %s", name, outcome)
		}
	}
	r := w.want(0, "providers", "test", "work")
	for _, want := range []string{"✓ Client", "✓ Redirect URI", "an unregistered one is rejected"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("not said: %q in\n%s", want, r.out)
		}
	}
	if r := w.want(0, "accounts", "--json"); r.out != "[]\n" {
		t.Errorf("somebody was signed in: %s", r.out)
	}

	w.want(0, "providers", "add", "other", "--issuer", issuer, "--client-id", "nobody")
	r = w.want(1, "providers", "test", "other", "--json")
	if o := decode[probe](t, r.out).outcomes(); o["client"] != "skipped" || o["redirect"] != "failed" || o["keys"] != "passed" {
		t.Errorf("an unknown client: %v", o)
	}
	if r := w.want(1, "providers", "test", "other"); !strings.Contains(r.out, "✗ Redirect URI") || !strings.Contains(r.out, "Wrong client ID or secret") {
		t.Errorf("not said:\n%s", r.out)
	}
	w.want(2, "providers", "test", "nobody")
}

// TestProviderTestWithoutAnAnswer: it says what is in the way before the network,
// and that there is none.
func TestProviderTestWithoutAnAnswer(t *testing.T) {
	w := newWorld(t)
	p := startProvider(t)
	p.file(t, w.home)
	r := w.want(0, "providers", "test", "acme", "--json")
	if o := decode[probe](t, r.out).outcomes(); o["client"] != "skipped" || o["redirect"] != "skipped" || o["discovery"] != "skipped" {
		t.Errorf("a plain OAuth 2.0 provider: %v", o)
	}
	p.stop(t)
	r = w.want(4, "providers", "test", "acme", "--json")
	if got := decode[probe](t, r.out); !got.Offline || got.outcomes()["expressions"] != "passed" || got.outcomes()["client"] != "skipped" {
		t.Errorf("%+v", got)
	}
	path := filepath.Join(w.home, "providers.d", "acme.toml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), `auth = "none"`, `auth = "nonsense"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := w.want(1, "providers", "test", "acme"); !strings.Contains(r.out, "✗ Settings") || !strings.Contains(r.out, "client.auth") {
		t.Errorf("a file that is wrong:\n%s", r.out)
	}
}
