//go:build bench && linux

package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/vault"
)

// accounts multiplies the one account that signed in, and returns its id.
func (p *person) accounts(n int) string {
	p.b.Helper()
	v, err := vault.Open(filepath.Join(p.home, "vault"), vault.Options{})
	if err != nil {
		p.b.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	ctx := p.b.Context()
	if err := v.Unlock(ctx, passphrase); err != nil {
		p.b.Fatal(err)
	}
	names, err := v.List(ctx)
	if err != nil {
		p.b.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.Contains(name, "-") })
	if len(names) != 1 {
		p.b.Fatal("accounts before they are multiplied:", names)
	}
	record, err := v.Get(ctx, names[0])
	if err != nil {
		p.b.Fatal(err)
	}
	for i := range n - 1 {
		id := fmt.Sprintf("copy%08d", i)
		if err := v.Put(ctx, id, bytes.ReplaceAll(record, []byte(names[0]), []byte(id))); err != nil {
			p.b.Fatal(err)
		}
	}
	return names[0]
}

// startKeyring starts a session bus with an unlocked gnome-keyring and returns
// the bus's address.
func startKeyring(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	env := append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "XDG_DATA_HOME="+dir+"/data", "DISPLAY=", "WAYLAND_DISPLAY=")
	start := func(input string, name string, args ...string) *bufio.Reader {
		cmd := exec.Command(name, args...)
		cmd.Env, cmd.Stdin = env, strings.NewReader(input)
		out, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatalf("%s, which measuring the keyring takes: %v", name, err)
		}
		b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		return bufio.NewReader(out)
	}
	address, err := start("", "dbus-daemon", "--session", "--nofork", "--print-address").ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	address = strings.TrimSpace(address)
	env = append(env, "DBUS_SESSION_BUS_ADDRESS="+address)
	start("correct horse", "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		ask := exec.Command("dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus",
			"/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
		ask.Env = env
		if out, err := ask.Output(); err == nil && strings.Contains(string(out), "true") {
			return address
		}
	}
	b.Fatal("no keyring within 20 s")
	return ""
}

// toKeyring hands the vault's key to the keyring.
func (p *person) toKeyring(address string) {
	p.b.Helper()
	p.env = append(p.env, "DBUS_SESSION_BUS_ADDRESS="+address) // the later one holds
	p.time("vault", "passphrase", "--keyring")
	p.env = append(p.env, "CLAVIGER_PASSPHRASE_FILE=")
}

// keptOpen is the environment of a vault whose key the kernel has, without the
// passphrase; nil if the kernel keeps nothing.
func (p *person) keptOpen() []string {
	p.b.Helper()
	cmd := exec.Command(p.binary, "vault", "unlock", "--for", "1h")
	cmd.Env = append(os.Environ(), p.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		p.b.Logf("no row for the kernel's keyring: %v: %s", err, out) // as in most containers
		return nil
	}
	return append(slices.Clip(p.env), "CLAVIGER_PASSPHRASE_FILE=")
}

// toKeyFile puts the vault's key into a file, from the passphrase.
func (p *person) toKeyFile() {
	p.b.Helper()
	file := filepath.Join(p.home, "key")
	p.time("vault", "key-file", file)
	p.env = append(p.env, "CLAVIGER_PASSPHRASE_FILE=", "CLAVIGER_KEY_FILE="+file)
}

// cost is what one process took, in milliseconds.
type cost struct{ wall, cpu float64 }

func (p *person) cost(name string, args ...string) cost {
	p.b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), p.env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		p.b.Fatalf("%s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	return cost{milliseconds(wall), milliseconds(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime())}
}

// most is the most memory that a process had, in MiB.
func (p *person) most(measure, name string, args ...string) float64 {
	p.b.Helper()
	cmd := exec.Command(measure, append([]string{name}, args...)...)
	cmd.Env = append(os.Environ(), p.env...)
	out, err := cmd.Output()
	if err != nil {
		p.b.Fatal(err)
	}
	kib, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		p.b.Fatal(err)
	}
	return kib / 1024
}

// costs is pair with processor time, which a busy machine changes less than the
// time on the wall.
func costs(b *testing.B, subject, floor func() cost) {
	b.Helper()
	var subjects, floors [2][]float64
	var ratios []float64
	for b.Loop() {
		f, s := floor(), subject()
		for i, v := range [][2]float64{{f.wall, s.wall}, {f.cpu, s.cpu}} {
			floors[i], subjects[i] = append(floors[i], v[0]), append(subjects[i], v[1])
		}
		ratios = append(ratios, s.wall/f.wall)
	}
	for i, unit := range []string{"ms", "cpu-ms"} {
		b.ReportMetric(middle(subjects[i]), unit+"/subject")
		b.ReportMetric(middle(floors[i]), unit+"/floor")
	}
	b.ReportMetric(middle(ratios), "x-floor")
}

// The vault in whole processes, beside the start of any Go program: what
// unlocking costs, and what the number of accounts does to listing them,
// getting a token and storing a new one.
func BenchmarkCommandVault(b *testing.B) {
	hello := build(b, "github.com/claviger/claviger/test/bench/hello")
	measure := build(b, "github.com/claviger/claviger/test/bench/memory")
	address := startKeyring(b)
	for _, n := range []int{1, 10, 100, 1000} {
		p := newPerson(b)
		p.login()
		id := p.accounts(n)
		floor := func() cost { return p.cost(hello) }
		run := func(name string, args ...string) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				costs(b, func() cost { return p.cost(p.binary, args...) }, floor)
				b.ReportMetric(p.most(measure, p.binary, args...), "MiB/subject")
				b.ReportMetric(p.most(measure, hello), "MiB/floor")
			})
		}
		if n == 1 {
			run("unlock-by-passphrase", "token", id)
			if kept := p.keptOpen(); kept != nil {
				passphrase := p.env
				p.env = kept
				run("unlock-by-kernel-keyring", "token", id)
				p.env = passphrase
			}
			p.toKeyFile()
			run("unlock-by-key-file", "token", id)
		}
		p.toKeyring(address)
		if n == 1 {
			run("unlock-by-keyring", "token", id)
		}
		run("list", "accounts")
		run("token", "token", id)
		b.Run(fmt.Sprintf("refresh/%d", n), func(b *testing.B) { p.refreshes(b, id, hello) })
		if n == 1 || n == 1000 {
			b.Run(fmt.Sprintf("32-tokens-in-parallel/%d", n), func(b *testing.B) {
				pair(b, func() time.Duration { return together(b, p.env, p.binary, "token", id) },
					func() time.Duration { return together(b, nil, hello) })
			})
		}
	}
}

// refreshes measures a process that refreshes, beside one whose token is still
// fresh, and takes the provider's time off: what is left is what refreshing
// takes by itself.
func (p *person) refreshes(b *testing.B, id, hello string) {
	b.Helper()
	var refresh, fresh, provider, own, ratios, cpu, connect, requests, connections []float64
	for b.Loop() {
		floor := p.cost(hello)
		before := p.cost(p.binary, "token", id)
		p.meter.reset()
		after := p.cost(p.binary, "token", id, "--force")
		share, asked, connected := p.meter.share()
		refresh, fresh = append(refresh, after.wall), append(fresh, before.wall)
		provider, own = append(provider, milliseconds(share)), append(own, after.wall-before.wall-milliseconds(share))
		ratios, cpu = append(ratios, after.wall/floor.wall), append(cpu, after.cpu)
		requests, connections = append(requests, float64(asked)), append(connections, float64(connected))
		connect = append(connect, milliseconds(p.meter.connect(b)))
	}
	for unit, values := range map[string][]float64{
		"ms/subject": refresh, "ms/fresh": fresh, "ms/provider": provider, "ms/own": own, "cpu-ms/subject": cpu,
		"x-floor": ratios, "ms/connect": connect, "requests": requests, "connections": connections,
	} {
		b.ReportMetric(middle(values), unit)
	}
}

// together runs 32 processes at once and returns how long all of them took.
func together(b *testing.B, env []string, name string, args ...string) time.Duration {
	b.Helper()
	var wg sync.WaitGroup
	failed := make(chan error, 32)
	start := time.Now()
	for range cap(failed) {
		wg.Go(func() {
			cmd := exec.Command(name, args...)
			cmd.Env = append(os.Environ(), env...)
			if out, err := cmd.CombinedOutput(); err != nil {
				failed <- fmt.Errorf("%w: %s", err, out)
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	select {
	case err := <-failed:
		b.Fatal(err)
	default:
	}
	return took
}
