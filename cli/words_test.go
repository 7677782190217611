package cli_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/vault"
)

func TestATypoIsAnsweredWithTheNearestName(t *testing.T) {
	s := newSession(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"tokn"}, `did you mean "token"?`},
		{[]string{"logn"}, `did you mean "login"?`},
		{[]string{"vault", "unlok"}, `did you mean "unlock"?`},
		{[]string{"login", "githb"}, `did you mean "github"?`},
		{[]string{"login", "Gogle"}, `did you mean "google"?`},
		{[]string{"providers", "show", "keyclok"}, `did you mean "keycloak"?`},
		{[]string{"login", "zzzzzzzz"}, "the providers are "},
	} {
		_, stderr := s.run(cli.ExitUsage, c.args...)
		if !strings.Contains(stderr, c.want) {
			t.Errorf("%v: %q lacks %q", c.args, stderr, c.want)
		}
		if !strings.HasPrefix(c.want, "the providers") && strings.Contains(stderr, "bitbucket") {
			t.Errorf("%v: all providers are listed: %q", c.args, stderr)
		}
	}
}

func TestTheListOfProvidersFitsTheTerminal(t *testing.T) {
	s := newSession(t)
	const columns = 80
	s.Columns = columns
	out, _ := s.run(cli.ExitDone, "providers", "list")
	for l := range strings.Lines(out) {
		if n := len([]rune(strings.TrimRight(l, "\n"))); n > columns {
			t.Errorf("%d columns: %q", n, l)
		}
	}
	for _, want := range []string{"apple", "…", "github", "built in"} {
		if !strings.Contains(out, want) {
			t.Errorf("the list lacks %q:\n%s", want, out)
		}
	}
	s.Columns = 0 // a pipe keeps everything, for grep
	if out, _ := s.run(cli.ExitDone, "providers", "list"); strings.Contains(out, "…") {
		t.Errorf("cut without a terminal:\n%s", out)
	}
}

func TestAnUnknownAccountIsAnsweredWithTheNames(t *testing.T) {
	s := newSession(t)
	_, stderr := s.run(cli.ExitUsage, "token", "mira@nowhere")
	for _, want := range []string{"Account not found", "mira@nowhere", "claviger login"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("without accounts: %q lacks %q", stderr, want)
		}
	}
	a := s.login()
	for _, args := range [][]string{{"token", "bob"}, {"whoami", "bob"}, {"logout", "bob"}, {"login", "bob@authtest"}} {
		_, stderr := s.run(cli.ExitUsage, args...)
		for _, want := range []string{"Account not found", "bob", "ID", "login@provider", "mira@authtest"} {
			if !strings.Contains(stderr, want) {
				t.Errorf("%v: %q lacks %q (account %v)", args, stderr, want, a["id"])
			}
		}
	}
}

func TestAVaultThatIsNotSetUpIsAnsweredWithTheCommands(t *testing.T) {
	_, _, stderr := line(t, failing(fmt.Errorf("vault: %w", vault.ErrNotSetUp)), "vault", "unlock", "--for", "8h")
	for _, want := range []string{"not set up yet", "claviger vault passphrase", "claviger vault key-file", "claviger login PROVIDER"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q lacks %q", stderr, want)
		}
	}
}

// A token on a command line can be read by other users of the computer.
func TestNoExampleHandsATokenOnACommandLine(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"token", "--help"}} {
		_, stdout, _ := line(t, failing(nil), args...)
		if strings.Contains(stdout, `"$(claviger token work --header`) || !strings.Contains(stdout, "--header | curl -H @- ") {
			t.Errorf("%v:\n%s", args, stdout)
		}
	}
}
