package doctor

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/claviger/claviger/internal/unit"
)

// socketAt makes the folder of a socket and returns the socket's path.
func (p *patient) socketAt() string {
	p.t.Helper()
	dir := filepath.Join(p.t.TempDir(), "run")
	if err := os.Mkdir(dir, 0o700); err != nil {
		p.t.Fatal(err)
	}
	p.AgentSocket = filepath.Join(dir, "agent.sock")
	return p.AgentSocket
}

// listen listens at a path until the test ends.
func (p *patient) listen(path string) net.Listener {
	p.t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = l.Close() })
	return l
}

// held holds the lock of an agent's socket, as one that runs does. The lock is another
// file's description, so that it is in the kernel's list.
func (p *patient) held(path string) {
	p.t.Helper()
	if err := lock(p.t, path+".lock"); err != nil {
		p.t.Fatal(err)
	}
}

func TestNoAgent(t *testing.T) {
	p := newPatient(t)
	p.socketAt()
	p.is("agent", OK, "None runs")
}

func TestAStaleSocketIsFound(t *testing.T) {
	p := newPatient(t)
	path := p.socketAt()
	l := p.listen(path)
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p.is("agent", Warn, "left its socket", "rm "+path)
}

func TestAFileInPlaceOfTheSocket(t *testing.T) {
	p := newPatient(t)
	path := p.socketAt()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.is("agent", Fail, "in the way", "rm "+path)
}

func TestASocketThatOthersCouldHaveMade(t *testing.T) {
	p := newPatient(t)
	path := p.socketAt()
	p.listen(path)
	if err := os.Chmod(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	p.is("agent", Fail, "only you can enter")
	if err := os.Chmod(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() != 0 {
		return // only the superuser gives files away
	}
	if err := os.Lchown(path, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	p.is("agent", Fail, "another user")
}

// A socket of the service manager is not connected to: that would start the agent.
func TestASocketOfTheServiceManagerIsLeftAlone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux says who listens")
	}
	p := newPatient(t)
	l := p.listen(p.socketAt())
	go func() {
		if c, err := l.Accept(); err == nil {
			t.Error("it was connected to")
			_ = c.Close()
		}
	}()
	p.is("agent", OK, "service manager starts it")
}

func TestAnAgentThatHangsIsFound(t *testing.T) {
	p := newPatient(t)
	path := p.socketAt()
	p.listen(path) // the kernel connects; nobody answers
	p.held(path)
	r := p.is("agent", Fail, "does not answer")
	if runtime.GOOS == "linux" && !strings.HasPrefix(r.Commands[0], "kill ") {
		t.Errorf("%q", r.Commands)
	}
}

func TestAnAgentOfAnotherVersion(t *testing.T) {
	p := newPatient(t)
	path := p.socketAt()
	l := p.listen(path)
	p.held(path)
	version, locked := "v0.0.1", false
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"protocol": 1, "version": version, "pid": 4711, "locked": locked})
	})}
	t.Cleanup(func() { _ = server.Close() })
	go func() { _ = server.Serve(l) }()
	p.is("agent", Warn, "v0.0.1", "restart")
	version = p.Version
	p.is("agent", OK, "process 4711")
	p.Unknown = []string{"CLAVIGER_WORK_CLIENT_ID"}
	p.is("agent", Warn, "CLAVIGER_WORK_CLIENT_ID may change a provider", "unset CLAVIGER_WORK_CLIENT_ID")
	locked = true
	p.is("agent", OK, "locked", "claviger vault unlock")
}

func TestUnits(t *testing.T) {
	p := newPatient(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.Program = self
	p.is("service", OK, "does not start by itself")

	dir := filepath.Join(p.env["HOME"], ".config", "systemd", "user")
	// No service manager answers here: the files are written, and no more.
	t.Setenv("PATH", t.TempDir())
	install := func(program string) {
		t.Helper()
		m, err := p.Manager()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Install(t.Context(), unit.Agent{Program: program, Socket: "/run/agent.sock"}); err != nil {
			t.Fatal(err)
		}
	}
	install(self)
	p.is("service", Warn, "not enabled", "systemctl --user enable --now claviger-agent.socket")
	wants := filepath.Join(dir, "sockets.target.wants")
	if err := os.Mkdir(wants, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "claviger-agent.socket"), filepath.Join(wants, "claviger-agent.socket")); err != nil {
		t.Fatal(err)
	}
	p.is("service", OK, "starts the agent")

	other := filepath.Join(t.TempDir(), "with 100% claviger")
	install(other)
	p.is("service", Fail, other, "no such file", "claviger agent --install")
	if err := os.WriteFile(other, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	p.is("service", Warn, other, self)

	service := filepath.Join(dir, "claviger-agent.service")
	if err := os.WriteFile(service, []byte("[Service]\nExecStart=/bin/true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.is("service", Warn, "was changed")
	if err := os.Remove(service); err != nil {
		t.Fatal(err)
	}
	p.is("service", Fail, "claviger-agent.service is missing", "--remove")
	p.Manager = func() (*unit.Manager, error) { return nil, unit.ErrNone }
	p.is("service", Skipped)
	p.Manager = func() (*unit.Manager, error) { return nil, errors.New("no home") }
	p.is("service", Skipped, "no home")
}

func TestTheProgramOfAPropertyList(t *testing.T) {
	home := t.TempDir()
	m, err := unit.Of("darwin", home, home)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := m.Install(t.Context(), unit.Agent{Program: "/opt/a & b/claviger", Socket: "/run/agent.sock"}); err != nil {
		t.Fatal(err)
	}
	s, err := m.Look()
	if err != nil || s.Program != "/opt/a & b/claviger" || !s.Enabled || len(s.Files) != 1 {
		t.Errorf("%+v, %v", s, err)
	}
}
