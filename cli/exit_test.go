package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/internal/tour"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// line runs one command line with services and returns what it wrote.
func line(t *testing.T, s cli.Services, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return lineContext(t.Context(), s, args...)
}

func lineContext(ctx context.Context, s cli.Services, args ...string) (code int, stdout, stderr string) {
	var out, errOut bytes.Buffer
	s.Out, s.Err = &out, &errOut
	if s.In == nil {
		s.In = strings.NewReader("")
	}
	code = cli.Run(ctx, args, s)
	return code, out.String(), errOut.String()
}

// failing are services whose agent cannot be had.
func failing(err error) cli.Services {
	return cli.Services{
		Agent:     func() (*auth.Agent, error) { return nil, err },
		Providers: func() (*providers.Set, error) { return nil, err },
		Vault:     func() (*vault.Vault, error) { return nil, err },
	}
}

func TestErrorsBecomeExitCodes(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want int
	}{
		{"anything", errors.New("something broke"), cli.ExitFailed},
		{"no account", fmt.Errorf("%q: %w", "bob", auth.ErrNoAccount), cli.ExitUsage},
		{"ambiguous", &auth.AmbiguousError{Name: "mira", Candidates: []string{"mira@demo", "mira@work"}}, cli.ExitUsage},
		{"needs sign-in", fmt.Errorf("refresh: %w", auth.ErrNeedsSignIn), cli.ExitNeedsSignIn},
		{"offline", fmt.Errorf("refresh: %w", auth.ErrOffline), cli.ExitOffline},
		{"locked", fmt.Errorf("account: %w", vault.ErrLocked), cli.ExitLocked},
		{"wrong passphrase", fmt.Errorf("account: %w", vault.ErrWrongPassphrase), cli.ExitLocked},
		{"cancelled", auth.ErrCanceled, cli.ExitRefused},
		{"refused in the browser", &oauth.ProviderError{Step: trace.StepCallback, Code: "access_denied"}, cli.ExitRefused},
		{"no browser", auth.ErrNoBrowser, cli.ExitFailed},
		{"damaged", fmt.Errorf("account: %w", vault.ErrDamaged), cli.ExitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := line(t, failing(c.err), "whoami")
			if code != c.want {
				t.Errorf("exit code %d, want %d; %s", code, c.want, stderr)
			}
			if stdout != "" {
				t.Errorf("an error wrote to standard output: %q", stdout)
			}
			if !strings.HasPrefix(stderr, "claviger: ") {
				t.Errorf("standard error %q", stderr)
			}
		})
	}
}

func TestAmbiguousNamesListTheCandidates(t *testing.T) {
	_, _, stderr := line(t, failing(&auth.AmbiguousError{Name: "mira", Candidates: []string{"mira@demo", "mira@work"}}), "token", "mira")
	for _, want := range []string{"mira@demo", "mira@work"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not in %q", want, stderr)
		}
	}
}

func TestInterruptIsRefusedByThePerson(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, stderr := lineContext(ctx, failing(fmt.Errorf("listing: %w", context.Canceled)), "accounts")
	if code != cli.ExitRefused {
		t.Errorf("exit code %d, want %d; %s", code, cli.ExitRefused, stderr)
	}
	if want := "claviger: Interrupted\n"; stderr != want {
		t.Errorf("says %q, want %q", stderr, want)
	}
	// What was cancelled by something else was not interrupted by the person.
	if _, _, stderr := line(t, failing(auth.ErrCanceled), "accounts"); strings.Contains(stderr, "Interrupted") {
		t.Errorf("a cancelled sign-in says %q", stderr)
	}
	if _, _, stderr := line(t, failing(fmt.Errorf("keyring: %w", context.Canceled)), "accounts"); strings.Contains(stderr, "Interrupted") {
		t.Errorf("a step that somebody else cancelled says %q", stderr)
	}
	if _, _, stderr := lineContext(ctx, failing(auth.ErrOffline), "accounts"); strings.Contains(stderr, "Interrupted") {
		t.Errorf("another failure at the same time says %q", stderr)
	}
}

func TestWrongUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"nonsense", `unknown command "nonsense"`},
		{"wohami", `did you mean "whoami"`},
		{"whoami --nonsense", "unknown flag: --nonsense"},
		{"whoami a b", "one ACCOUNT"},
		{"login", "missing PROVIDER|ACCOUNT"},
		{"login a b", "one PROVIDER"},
		{"login demo --timeout soon", "timeout"},
		{"login demo --timeout -1s", "--timeout"},
		{"accounts all", `unknown command "all"`},
		{"token --min-ttl -1s", "--min-ttl"},
		{"token --header --json", "cannot be used together"},
		{"exec", "missing command; put -- before it"},
		{"exec ls", "missing command; put -- before it"},
		{"exec work sh -c true", "put -- before"},
		{"exec a b -- ls", "one ACCOUNT"},
		{"exec a --", "missing command after --"},
		{"logout bob --all", "not both"},
		{"providers", "missing command"},
		{"providers lits", `did you mean "list"`},
		{"providers show", "missing PROVIDER"},
		{"providers discover", "missing ISSUER"},
		{"vault", "missing command"},
		{"vault open", `unknown command "open"`},
		{"vault lock now", `got "now"`},
		{"vault export", "missing FILE"},
		{"vault import a b", "takes one FILE"},
		{"inspect -", "one token"},
		{"receipts --pending", "--pending requires --clear"},
		{"receipts --clear --retry", "cannot be used with --retry"},
		{"receipts --clear --json", "cannot be used with --retry or --json"},
	} {
		t.Run(c.args, func(t *testing.T) {
			code, stdout, stderr := line(t, failing(errors.New("the service must not be opened")), strings.Fields(c.args)...)
			if code != cli.ExitUsage {
				t.Errorf("exit code %d, want %d", code, cli.ExitUsage)
			}
			if !strings.Contains(stderr, c.want) || !strings.Contains(stderr, "--help'") {
				t.Errorf("standard error %q lacks %q or the hint", stderr, c.want)
			}
			if stdout != "" {
				t.Errorf("standard output %q", stdout)
			}
		})
	}
}

func TestForeignTextCannotSteerTheTerminal(t *testing.T) {
	err := &oauth.ProviderError{Step: trace.StepExchange, Code: "server_error", Description: "\x1b]0;owned\x07\x1b[2Jhello \u202eolleh"}
	_, _, stderr := line(t, failing(err), "whoami", "--verbose")
	if strings.ContainsAny(stderr, "\x1b\x07\u202e") {
		t.Errorf("control characters reach the terminal: %q", stderr)
	}
}

func TestWithoutAWindow(t *testing.T) {
	code, _, stderr := line(t, cli.Services{})
	if code != cli.ExitFailed || !strings.Contains(stderr, "claviger tour\n") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	opened := false
	code, _, _ = line(t, cli.Services{Window: func(context.Context, bool) error { opened = true; return nil }})
	if code != cli.ExitDone || !opened {
		t.Errorf("exit code %d, opened %v", code, opened)
	}
	code, _, stderr = line(t, cli.Services{Window: func(context.Context, bool) error { return cli.NoDisplay("DISPLAY is not set.") }})
	if code != cli.ExitFailed || !strings.Contains(stderr, "DISPLAY is not set.") || !strings.Contains(stderr, "claviger tour\n") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}

// TestHowToGoOnWithoutADisplay reads the one screen that a machine without a
// display shows.
func TestHowToGoOnWithoutADisplay(t *testing.T) {
	for _, c := range []struct {
		name    string
		environ []string
		ssh     string
	}{
		{"over SSH", []string{"USER=mira", "SSH_CONNECTION=198.51.100.7 50022 203.0.113.9 22"}, "ssh -L 51789:127.0.0.1:51789 mira@203.0.113.9\n"},
		{"another port", []string{"USER=mira", "SSH_CONNECTION=2001:db8::7 50022 2001:db8::9 2222"}, "ssh -L 51789:127.0.0.1:51789 -p 2222 mira@2001:db8::9\n"},
		{"at the machine", []string{"LOGNAME=mira"}, "ssh -L 51789:127.0.0.1:51789 mira@"},
		{"nothing known", nil, "ssh -L 51789:127.0.0.1:51789 you@"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, out, stderr := line(t, cli.Services{Environ: c.environ})
			lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
			if len(lines) > 24 || out != "" {
				t.Errorf("%d lines, standard output %q", len(lines), out)
			}
			for _, l := range lines {
				if len(l) > 80 || l != strings.TrimRight(l, " ") {
					t.Errorf("%d columns: %q", len(l), l)
				}
			}
			for _, want := range []string{c.ssh, "claviger tour\n", "--device\n", "--no-browser\n", "--no-browser --port 51789\n", "claviger help"} {
				if !strings.Contains(stderr, want) {
					t.Errorf("no %q in:\n%s", want, stderr)
				}
			}
		})
	}
}

func TestTourInWords(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, cli.ExitDone, ""},
		{&tour.FailedError{Steps: []int{2, 3}, Of: 10}, cli.ExitFailed, "2 of 10 steps of the tour failed"},
		{&tour.FolderError{Dir: "/tmp", Err: syscall.EROFS}, cli.ExitFailed, "TMPDIR="},
		{&tour.FolderError{Dir: "/tmp/x", Left: true, Err: syscall.EBUSY}, cli.ExitFailed, "could not be removed"},
		{&tour.FolderError{Dir: "mine", Kept: true, Err: tour.ErrNotEmpty}, cli.ExitUsage, "--keep mine: it is not empty"},
		{fmt.Errorf("writing the tour: %w", syscall.EPIPE), cli.ExitFailed, ""},
		{context.Canceled, cli.ExitRefused, "Interrupted"},
	} {
		code, _, stderr := line(t, cli.Services{Tour: func(context.Context, string) error { return c.err }}, "tour")
		if code != c.code || !strings.Contains(stderr, c.want) || c.want == "" && stderr != "" {
			t.Errorf("%v: exit code %d, %q", c.err, code, stderr)
		}
	}
}

// full is a writer that takes nothing, as a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestResultThatCannotBeWrittenIsAFailure(t *testing.T) {
	var stderr bytes.Buffer
	code := cli.Run(t.Context(), []string{"version"}, cli.Services{In: strings.NewReader(""), Out: full{}, Err: &stderr})
	if code != cli.ExitFailed {
		t.Errorf("exit code %d, want %d", code, cli.ExitFailed)
	}
}

func TestVersion(t *testing.T) {
	code, stdout, _ := line(t, cli.Services{Version: "v1.2.3"}, "version")
	if code != cli.ExitDone || !strings.HasPrefix(stdout, "claviger v1.2.3 (go") {
		t.Errorf("exit code %d, %q", code, stdout)
	}
}
