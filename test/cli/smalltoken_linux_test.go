package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// install puts the program into a folder of its own, with the small program beside it,
// and returns this world with the latter.
func (w *world) install() (small *world) {
	w.t.Helper()
	dir := w.t.TempDir()
	w.program = filepath.Join(dir, "claviger")
	if out, err := exec.Command("cp", binary, w.program).CombinedOutput(); err != nil {
		w.t.Fatal(string(out))
	}
	const source = "../../auth/agentclient/claviger-token"
	files, err := filepath.Glob(source + "/*.go")
	if err != nil || len(files) == 0 {
		w.t.Fatal(files, err)
	}
	for _, file := range files { // the test depends on them
		if _, err := os.Stat(file); err != nil {
			w.t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-o", dir, ".")
	build.Dir, build.Env = source, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		w.t.Fatal(string(out))
	}
	s := *w
	s.program = filepath.Join(dir, "claviger-token")
	return &s
}

// The small program prints what claviger token does, with the same words and exit codes,
// with an agent and without one. It needs no grant where it is installed beside claviger.
func TestSmallProgramIsClavigerToken(t *testing.T) {
	w, _ := signedIn(t, 3600)
	small := w.install()
	lines := [][]string{
		{},
		{"acme"},
		{"mira@acme", "--header"},
		{"acme", "--id-token"},
		{"--id-token", "--header"},
		{"--min-ttl", "10m", "acme"},
		{"--min-ttl=2h"},
		{"acme", "--json"},
		{"--for", "https://api.example.org/me"},
		{"nobody-here"},
		{"github"},
		{"--no-such-flag"},
		{"--min-ttl", "soon"},
		{"--min-ttl=-1s"},
		{"--min-ttl"},
		{"--header", "--json"},
		{"a", "b"},
		{"--help"},
	}
	w.want(0, "token", "--min-ttl", "2h") // what is refreshed for this is refreshed now
	same := func(who string, big, small *world) {
		t.Helper()
		for _, args := range lines {
			want := big.run(append([]string{"token"}, args...)...)
			if got := small.run(args...); got != want {
				t.Errorf("%s: %v: the small program says %+v,\nclaviger token %+v", who, args, got, want)
			}
		}
	}
	same("without an agent", w, small)
	w.startAgent()
	blind, blindSmall := w.keyless(), small.keyless()
	same("with an agent", blind, blindSmall)
	old := blindSmall.want(0).out
	if fresh := blindSmall.want(0, "--force").out; fresh == old {
		t.Error("--force gives the old token")
	}

	// Elsewhere it is a program like any other: this agent has nobody to ask.
	other := *blindSmall
	other.program = filepath.Join(t.TempDir(), "claviger-token")
	if out, err := exec.Command("cp", small.program, other.program).CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	if r := other.want(1); r.out != "" || !strings.Contains(r.stderr, "The claviger program was not found") {
		t.Errorf("elsewhere: %+v", r)
	}
	other.set("CLAVIGER_AGENT_SOCK", filepath.Join(w.home, "run", "agent.sock"))
	if r := other.want(6); r.out != "" || !strings.Contains(r.stderr, "nobody to ask") {
		t.Errorf("elsewhere, with a socket: %+v", r)
	}
	// So it is if others can change it.
	if err := os.Chmod(small.program, 0o777); err != nil {
		t.Fatal(err)
	}
	blindSmall.set("CLAVIGER_AGENT_SOCK", filepath.Join(w.home, "run", "agent.sock"))
	if r := blindSmall.want(6); r.out != "" || !strings.Contains(r.stderr, "nobody to ask") {
		t.Errorf("writable by others: %+v", r)
	}

	blind.want(0, "vault", "lock")
	blindSmall.set("CLAVIGER_AGENT_SOCK", "")
	if got, want := blindSmall.run(), blind.run("token"); got != want || want.code != 5 {
		t.Errorf("locked: %+v, want %+v", got, want)
	}
	w.noSecretInClear()
}
