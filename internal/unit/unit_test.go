package unit

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// odd is an agent whose names need quoting.
func odd(dir string) Agent {
	return Agent{
		Program: filepath.Join(dir, `a b $c 100%`, "claviger"), Socket: filepath.Join(dir, "100% run", "agent.sock"),
		Env: []string{"CLAVIGER_HOME=/home/mira/a \"b\" $c 100% <d>"},
	}
}

func install(t *testing.T, goos string, a Agent) (dir string, files []string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv("PATH", "") // no service manager to speak to
	m, err := Of(goos, dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Install(context.Background(), a)
	if err != nil || r.Reason == nil || len(r.Todo) == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	for _, f := range r.Files {
		if info, err := os.Lstat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info, err)
		}
	}
	return dir, r.Files
}

// TestSystemdReadsTheUnits has systemd itself read them.
func TestSystemdReadsTheUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze")
	}
	base := t.TempDir()
	a := odd(base)
	if err := os.MkdirAll(filepath.Dir(a.Program), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.Program, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, files := install(t, "linux", a)
	cmd := exec.Command(analyze, append([]string{"--user", "--man=no", "verify"}, files...)...)
	cmd.Env = []string{"HOME=" + base, "XDG_RUNTIME_DIR=" + base, "PATH=/usr/bin:/bin"}
	out, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "claviger-agent") {
			t.Errorf("systemd: %s", line)
		}
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestLaunchdList(t *testing.T) {
	_, files := install(t, "darwin", odd("/Users/mira"))
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(strings.NewReader(string(data)))
	var texts []string
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := tok.(xml.CharData); ok {
			texts = append(texts, string(c))
		}
	}
	all := strings.Join(texts, "\n")
	for _, want := range []string{`/Users/mira/a b $c 100%/claviger`, `/home/mira/a "b" $c 100% <d>`} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not in\n%s", want, data)
		}
	}
}

func TestRemove(t *testing.T) {
	dir, files := install(t, "linux", odd("/x"))
	m, err := Of("linux", dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // what is not there is no error
		if _, err := m.Remove(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for _, f := range files {
		if _, err := os.Lstat(f); err == nil {
			t.Errorf("%s is still there", f)
		}
	}
	if _, err := m.Install(t.Context(), Agent{Program: `/a "b"/claviger`}); err == nil {
		t.Error("a path that systemd does not take is written")
	}
	if _, err := Of("plan9", dir, dir); !errors.Is(err, ErrNone) {
		t.Errorf("%v", err)
	}
}

// A socket of a service is where it is said to be, whatever folder that is said in, and
// its path is one line of the file.
func TestSocketThatNoServiceManagerTakes(t *testing.T) {
	for _, socket := range []string{"", "run/agent.sock", "/run/agent.sock\nExecStartPre=/bin/false"} {
		dir := t.TempDir()
		m, err := Of("linux", dir, dir)
		if err != nil {
			t.Fatal(err)
		}
		a := odd(dir)
		a.Socket = socket
		if _, err := m.Install(t.Context(), a); err == nil || !strings.Contains(err.Error(), "absolute path") {
			t.Errorf("%q: %v", socket, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%q: %v was written, %v", socket, left, err)
		}
	}
}
