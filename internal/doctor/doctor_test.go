package doctor

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/internal/unit"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// patient is the computer of a test: a folder of its own, whose vault takes a passphrase
// that the test knows, and no environment.
type patient struct {
	Options
	t   *testing.T
	env map[string]string
}

const passphrase = "correct horse battery"

func newPatient(t *testing.T) *patient {
	t.Helper()
	p := &patient{t: t, env: map[string]string{"HOME": t.TempDir()}}
	home := filepath.Join(t.TempDir(), "claviger")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	set := func() (*providers.Set, error) { return providers.Load(home, nil) }
	p.Options = Options{
		Version: "test", Home: home, Patience: 20 * time.Second, PassphraseAtHand: true,
		Getenv:    func(name string) string { return p.env[name] },
		Vault:     func() (*vault.Vault, error) { return p.open(true), nil },
		Providers: set,
		Manager: func() (*unit.Manager, error) {
			return unit.Of("linux", p.env["HOME"], filepath.Join(p.env["HOME"], ".config"))
		},
	}
	agent := func() (*auth.Agent, error) {
		s, err := set()
		if err != nil {
			return nil, err
		}
		a, err := auth.New(auth.Options{Lookup: s.Lookup, Store: p.open(true)})
		if err == nil {
			t.Cleanup(func() { _ = a.Close() }) // it wrote nothing
		}
		return a, err
	}
	p.Accounts = func(ctx context.Context) ([]*auth.Account, error) {
		a, err := agent()
		if err != nil {
			return nil, err
		}
		return a.Accounts(ctx)
	}
	p.Tester = func() (*probe.Tester, error) {
		a, err := agent()
		if err != nil {
			return nil, err
		}
		return a.Tester(), nil
	}
	return p
}

// open opens the vault.
func (p *patient) open(readOnly bool) *vault.Vault {
	p.t.Helper()
	v, err := vault.Open(filepath.Join(p.Home, "vault"), vault.Options{
		ReadOnly: readOnly, InsecureWorkFactor: 10, KeyringTimeout: 2 * time.Second,
		AskPassphrase: func(context.Context) (string, error) { return passphrase, nil },
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = v.Close() }) // always nil
	return v
}

// setUp makes the vault, with a record in it.
func (p *patient) setUp() {
	p.t.Helper()
	v := p.open(false)
	if err := v.Setup(p.t.Context(), passphrase); err != nil {
		p.t.Fatal(err)
	}
	if err := v.Put(p.t.Context(), "clients", []byte("{}")); err != nil {
		p.t.Fatal(err)
	}
}

// examine makes all checks and checks what is true of all.
func (p *patient) examine() []Result {
	p.t.Helper()
	var all []Result
	for r := range Examine(p.t.Context(), p.Options) {
		all = append(all, r)
		if r.Group == "" || r.Name == "" || r.Title == "" || r.Found == "" || r.Commands == nil {
			p.t.Errorf("incomplete: %+v", r)
		}
		if !strings.HasSuffix(r.Found, ".") && !strings.HasSuffix(r.Found, ")") {
			p.t.Errorf("not a sentence: %+v", r)
		}
		if (r.Verdict == Fail || r.Verdict == Warn) && r.Fix == "" {
			p.t.Errorf("no fix: %+v", r)
		}
	}
	return all
}

// found is what was found by the check of that name; the last, if there are several.
func (p *patient) found(name string) Result {
	p.t.Helper()
	all := p.examine()
	slices.Reverse(all)
	i := slices.IndexFunc(all, func(r Result) bool { return r.Name == name })
	if i < 0 {
		p.t.Fatalf("no check is called %s", name)
	}
	return all[i]
}

// is fails unless the check of that name has a verdict and its words.
func (p *patient) is(name string, v Verdict, words ...string) Result {
	p.t.Helper()
	r := p.found(name)
	text := r.Title + " " + r.Found + " " + r.Fix + " " + strings.Join(r.Commands, "\n")
	if r.Verdict != v {
		p.t.Errorf("%s: %s, want %s: %s", name, r.Verdict, v, text)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Errorf("%s: no %q in %s", name, w, text)
		}
	}
	return r
}

func TestAHealthyComputerHasNoProblems(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	for _, r := range p.examine() {
		if r.Verdict == Fail {
			t.Errorf("%+v", r)
		}
	}
	p.is("vault", OK, "1 record", "passphrase")
	p.is("accounts", OK, "0 accounts")
}

// A check that hangs is told, and holds up neither the others nor the end.
func TestACheckThatHangsIsLeftBehind(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	p.Patience = 300 * time.Millisecond
	hold := make(chan struct{})
	defer close(hold)
	p.Providers = func() (*providers.Set, error) { <-hold; return nil, os.ErrClosed }
	all := p.examine()
	names := map[string]Verdict{}
	for _, r := range all {
		names[r.Name] = r.Verdict
	}
	if names["ports"] != Fail || names["accounts"] != Fail || names["loopback-ipv4"] != OK || names["disk"] != OK {
		t.Errorf("%v", names)
	}
}

// What is closed without a person is not opened, and nobody is asked.
func TestALockedVaultIsNotOpened(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	p.PassphraseAtHand = false
	p.Accounts = func(context.Context) ([]*auth.Account, error) {
		t.Error("the vault was to be opened")
		return nil, nil
	}
	p.is("accounts", Skipped, "locked")
	if err := p.open(false).Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.PassphraseAtHand = true
	p.is("accounts", Skipped, "locked")
	p.is("vault", OK, "locked", "claviger vault unlock")
}

func TestSummary(t *testing.T) {
	result := func(v ...Verdict) (out []Result) {
		for _, v := range v {
			out = append(out, Result{Verdict: v})
		}
		return out
	}
	for text, all := range map[string][]Result{
		"No problems were found.":                          result(OK),
		"1 warning, no problems; 1 check was skipped.":     result(Warn, OK, Skipped),
		"2 problems and 1 warning; 2 checks were skipped.": result(Fail, Warn, Fail, Skipped, Skipped),
		"1 problem.": result(OK, Fail),
		"No problems were found; 2 checks were skipped.": result(OK, Skipped, Skipped),
	} {
		if got := Summary(all); got != text {
			t.Errorf("%q, want %q", got, text)
		}
	}
	for want, all := range map[Verdict][]Result{OK: result(OK, Skipped), Warn: result(Warn, OK), Fail: result(Warn, Fail, OK)} {
		if got := Worst(all); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Windows has one variable where others have two, and is told its own words.
func TestAdviceOnWindows(t *testing.T) {
	e := &examination{Options: Options{Getenv: func(name string) string {
		if strings.EqualFold(name, "HTTPS_PROXY") {
			return "http://127.0.0.1:1"
		}
		return ""
	}}}
	if got := e.named("windows", "HTTPS_PROXY", "NO_PROXY"); !slices.Equal(got, []string{"HTTPS_PROXY"}) {
		t.Errorf("on Windows %q", got)
	}
	if got := e.named("linux", "HTTPS_PROXY", "NO_PROXY"); !slices.Equal(got, []string{"HTTPS_PROXY", "https_proxy"}) {
		t.Errorf("on Linux %q", got)
	}
}

// Who starts an agent by itself restarts it: systemd, launchd, or nobody.
func TestHowAnAgentIsRestarted(t *testing.T) {
	for goos, want := range map[string][]string{
		"linux":   {"systemctl --user restart claviger-agent.service"},
		"darwin":  {"launchctl kickstart -k gui/$(id -u)/io.github.claviger.agent"},
		"freebsd": {"kill 7", "claviger agent"},
		"windows": {"Stop-Process -Id 7", "claviger agent"},
	} {
		if got := restart(goos, 7); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", goos, got, want)
		}
	}
	if got := restart("windows", 0); !slices.Equal(got, []string{"claviger agent"}) {
		t.Errorf("of an unknown process: %q", got)
	}
}
