//go:build bench

package bench

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"

	"github.com/claviger/claviger/test/program"
)

// person is a person with the program, a provider on loopback, and a vault
// with a passphrase.
type person struct {
	b        *testing.B
	binary   string
	provider *authtest.Provider
	meter    *meter
	home     string
	env      []string
}

const passphrase = "correct horse battery staple"

// newPerson has the static build, which is what a script would run.
func newPerson(b *testing.B) *person {
	b.Helper()
	b.Setenv("CGO_ENABLED", "0")
	return newPersonOf(b, build(b, program.Module, "-tags", "nogui"))
}

// newPersonOf has a static build and a vault with a passphrase.
func newPersonOf(b *testing.B, binary string) *person {
	b.Helper()
	p := newPersonWith(b, binary)
	secret := filepath.Join(p.home, "passphrase")
	write(b, secret, passphrase+"\n")
	// Without a session bus there is no keyring to measure by accident.
	p.env = append(p.env, "CLAVIGER_PASSPHRASE_FILE="+secret, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
	return p
}

// newPersonWith has a build and a home with the provider in it.
func newPersonWith(b *testing.B, binary string) *person {
	b.Helper()
	p := &person{b: b, binary: binary, provider: authtest.NewProvider(b)}
	p.meter = newMeter(b, p.provider)
	home := b.TempDir()
	p.home, p.env = home, []string{"CLAVIGER_HOME=" + home}
	if err := os.Mkdir(filepath.Join(home, "providers.d"), 0o700); err != nil {
		b.Fatal(err)
	}
	write(b, filepath.Join(home, "providers.d", "local.toml"), fmt.Sprintf(`
id = "local"
name = "Local"
preset = "oidc"
issuer = %q

[client]
id = %q
`, p.provider.URL, authtest.ClientID))
	return p
}

func write(b *testing.B, file, text string) {
	b.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// login signs in and returns the time from the browser's return to the end of
// the process.
func (p *person) login() time.Duration {
	p.b.Helper()
	cmd := exec.Command(p.binary, "login", "local", "--no-browser")
	cmd.Env = append(os.Environ(), p.env...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		p.b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.b.Fatal(err)
	}
	var start time.Time
	var said strings.Builder
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		link := strings.TrimSpace(lines.Text())
		if !strings.HasPrefix(link, p.provider.URL) {
			continue
		}
		start = time.Now()
		if err := new(authtest.Browser).Open(p.b.Context(), link); err != nil {
			p.b.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil || start.IsZero() {
		p.b.Fatalf("login: %v: %s", err, said.String())
	}
	return time.Since(start)
}

func (p *person) time(args ...string) time.Duration {
	p.b.Helper()
	return wall(p.b, p.env, p.binary, args...)
}

// Command line, whole process, beside the start of any Go program. The vault
// is opened with a passphrase, whose slowness is on purpose: version stands for
// the start without the vault.
func BenchmarkCommand(b *testing.B) {
	p := newPerson(b)
	hello := build(b, "github.com/claviger/claviger/test/bench/hello")
	floor := func() time.Duration { return wall(b, nil, hello) }
	p.login()
	b.Run("version", func(b *testing.B) { pair(b, func() time.Duration { return p.time("version") }, floor) })
	b.Run("token-fresh", func(b *testing.B) { pair(b, func() time.Duration { return p.time("token") }, floor) })
	b.Run("token-refresh", func(b *testing.B) {
		pair(b, func() time.Duration { return p.time("token", "--force") }, floor)
	})
	b.Run("accounts", func(b *testing.B) { pair(b, func() time.Duration { return p.time("accounts") }, floor) })
	b.Run("login-from-callback-to-exit", func(b *testing.B) { pair(b, p.login, floor) })
}
