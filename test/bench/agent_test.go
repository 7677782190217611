//go:build bench && linux

package bench

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// installed are the program and the small one beside it.
func installed(b *testing.B) (program, small string) {
	b.Helper()
	b.Setenv("CGO_ENABLED", "0")
	dir := b.TempDir()
	build := exec.Command("go", "build", "-tags", "nogui", "-o", dir, ".", "./auth/agentclient/claviger-token")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v: %s", err, out)
	}
	return filepath.Join(dir, "claviger"), filepath.Join(dir, "claviger-token")
}

// startAgent starts the agent and returns when it serves.
func (p *person) startAgent() *exec.Cmd {
	p.b.Helper()
	cmd := exec.Command(p.binary, "agent")
	cmd.Env = append(os.Environ(), p.env...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		p.b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.b.Fatal(err)
	}
	p.b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if line, err := bufio.NewReader(stderr).ReadString('\n'); err != nil || !strings.HasPrefix(line, "The agent serves") {
		p.b.Fatalf("%q, %v", line, err)
	}
	return cmd
}

// oidcAgent starts Debian's oidc-agent with an account of the same provider, and returns
// the environment in which oidc-token finds it.
func (p *person) oidcAgent() (env []string, ok bool) {
	p.b.Helper()
	if _, err := exec.LookPath("oidc-gen"); err != nil {
		p.b.Log("no rows beside oidc-token: the package oidc-agent-cli is missing")
		return nil, false
	}
	home := p.b.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".oidc-agent"), 0o700); err != nil {
		p.b.Fatal(err)
	}
	env = []string{"HOME=" + home, "OIDC_PW=correct horse"}
	out, err := p.with(env, "oidc-agent")
	if err != nil {
		p.b.Fatal(err, out)
	}
	for _, name := range []string{"OIDC_SOCK", "OIDCD_PID"} {
		_, rest, _ := strings.Cut(out, name+"=")
		value, _, _ := strings.Cut(rest, ";")
		env = append(env, name+"="+value)
		if pid, err := strconv.Atoi(value); name == "OIDCD_PID" && err == nil && pid > 1 {
			p.b.Cleanup(func() {
				if agent, err := os.FindProcess(pid); err == nil {
					_ = agent.Kill()
				}
			})
		}
	}
	if out, err := p.with(env, "oidc-gen", "work", "--flow=refresh", "--rt="+p.provider.Issue(time.Hour, "openid", "offline_access").Refresh,
		"--issuer="+p.provider.URL, "--client-id="+authtest.ClientID, "--client-secret=", "--scope=openid offline_access",
		"--redirect-uri=http://localhost:4242", "--pw-env=OIDC_PW", "--confirm-default", "--prompt=none", "--no-url-call"); err != nil {
		p.b.Fatal(err, out)
	}
	return env, true
}

// with runs a command to its end, in an environment.
func (p *person) with(env []string, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(p.b.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// A token from a running agent, beside the start of any Go program and, where it is
// installed, Debian's oidc-token with its agent: one at a time, and 32 at once. Then
// what the agent has become by it.
func BenchmarkCommandAgent(b *testing.B) {
	// With a variable that may be a provider's, commands do not ask the agent.
	if err := os.Unsetenv("CLAVIGER_CACHE"); err != nil {
		b.Fatal(err)
	}
	binary, small := installed(b)
	p := newPersonOf(b, binary)
	p.login()
	p.toKeyFile()
	hello := build(b, "github.com/claviger/claviger/test/bench/hello")
	agent := p.startAgent()
	peer, hasPeer := p.oidcAgent()
	for name, command := range map[string][]string{"claviger-token": {small}, "claviger": {binary, "token"}} {
		b.Run("token/"+name, func(b *testing.B) {
			var floor, subject, other, toFloor, toPeer []float64
			for b.Loop() {
				f := milliseconds(wall(b, nil, hello))
				s := milliseconds(wall(b, p.env, command[0], command[1:]...))
				floor, subject, toFloor = append(floor, f), append(subject, s), append(toFloor, s/f)
				if hasPeer {
					o := milliseconds(wall(b, peer, "oidc-token", "work"))
					other, toPeer = append(other, o), append(toPeer, s/o)
				}
			}
			b.ReportMetric(middle(subject), "ms/subject")
			b.ReportMetric(middle(floor), "ms/floor")
			b.ReportMetric(middle(toFloor), "x-floor")
			if hasPeer {
				b.ReportMetric(middle(other), "ms/oidc-token")
				b.ReportMetric(middle(toPeer), "x-oidc-token")
			}
		})
		b.Run("32-in-parallel/"+name, func(b *testing.B) {
			var subject, other, toPeer []float64
			for b.Loop() {
				s := milliseconds(together(b, p.env, command[0], command[1:]...))
				subject = append(subject, s)
				if hasPeer {
					o := milliseconds(together(b, peer, "oidc-token", "work"))
					other, toPeer = append(other, o), append(toPeer, s/o)
				}
			}
			b.ReportMetric(middle(subject), "ms/subject")
			if hasPeer {
				b.ReportMetric(middle(other), "ms/oidc-token")
				b.ReportMetric(middle(toPeer), "x-oidc-token")
			}
		})
	}
	b.Run("after-1000-tokens", func(b *testing.B) {
		for range 1000 {
			wall(b, p.env, small)
		}
		for first := true; b.Loop(); first = false {
			if !first {
				continue // a minute says enough
			}
			b.ReportMetric(resident(b, agent), "MiB-resident")
			before := cpu(b, agent)
			time.Sleep(idle)
			b.ReportMetric(100*(cpu(b, agent)-before).Seconds()/idle.Seconds(), "%-of-a-core-idle")
		}
	})
}
