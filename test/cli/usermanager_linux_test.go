package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bootUserManager runs systemd as the manager of a user's session; it does so only on a
// computer that systemd started, which a folder tells it.
const bootUserManager = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system
exec setpriv --reuid="$ID" --regid="$ID" --clear-groups env -i "PATH=$PATH" "HOME=$HOME" "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR" \
	SYSTEMD_LOG_TARGET=console "$SYSTEMD" --user`

// session is a person whose session a real systemd manages.
type session struct {
	*person
	systemd string
}

// newSession is a person with an account, in the usual home.
func newSession(t *testing.T) *session {
	t.Helper()
	s := &session{systemd: systemd(t)}
	t.Parallel()
	s.person = newPerson(t, 0o022)
	usual := filepath.Join(s.folder, ".config", "claviger")
	run := filepath.Join(s.folder, "run")
	if err := errors.Join(os.MkdirAll(filepath.Dir(usual), 0o700), os.Rename(s.home, usual), os.Mkdir(run, 0o700)); err != nil {
		t.Fatal(err)
	}
	s.home = usual
	s.set("XDG_RUNTIME_DIR", run)
	s.set("CLAVIGER_HOME", usual)
	s.own()
	s.does("", "login", "demo", "--timeout", "20s")
	s.give(os.Getuid()) // whose vault it is for the library
	s.cheapKey()
	s.own()
	s.set("CLAVIGER_HOME", "")
	return s
}

// logIn starts the manager and waits until it has started what a log-in starts; the
// returned function ends it.
func (s *session) logIn() (logOut func()) {
	s.t.Helper()
	groups := ownGroups(s.t)
	join := "set -e\n"
	for _, group := range groups {
		if err := chownAll(group, nobody); err != nil {
			s.t.Fatal(err)
		}
		join += "echo $$ > " + filepath.Join(group, "cgroup.procs") + "\n"
	}
	cmd := exec.CommandContext(s.t.Context(), "sh", "-c", join+`exec unshare --mount sh -c "$BOOT"`)
	cmd.Env = append(os.Environ(), "BOOT="+bootUserManager, "SYSTEMD="+s.systemd, "ID="+strconv.Itoa(nobody),
		"HOME="+s.folder, "XDG_RUNTIME_DIR="+filepath.Join(s.folder, "run"))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	for s.systemctl("is-active", "--quiet", "default.target").code != 0 {
		select {
		case <-ended:
			s.t.Skipf("no manager of a session here: %s", log.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	var once bool
	logOut = func() {
		if once {
			return
		}
		once = true
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		for _, group := range groups {
			removeGroups(group)
		}
	}
	s.t.Cleanup(logOut)
	return logOut
}

func chownAll(dir string, uid int) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, uid, uid))
	})
}

// removeGroups removes a control group with all below it.
func removeGroups(group string) {
	below, _ := filepath.Glob(filepath.Join(group, "*", "cgroup.procs"))
	for _, procs := range below {
		removeGroups(filepath.Dir(procs))
	}
	_ = os.Remove(group)
}

// systemctl asks the manager.
func (s *session) systemctl(args ...string) result {
	s.t.Helper()
	systemctl := *s.person
	systemctl.binary = "systemctl"
	return systemctl.user(nobody, append([]string{"--user", "--no-pager"}, args...)...)
}

// says waits for a property of a unit, or of the manager itself, to have a value.
func (s *session) says(unit, property, want string) {
	s.t.Helper()
	args := []string{"show", "--value", "-p", property}
	if unit != "" {
		args = append(args, unit)
	}
	for range 100 {
		if got := strings.TrimSpace(s.systemctl(args...).out); got == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Errorf("%s of %s is not %q\n%s", property, unit, want, s.systemctl("status", unit).out)
}

// The units of the agent.
const socketUnit, serviceUnit = "claviger-agent.socket", "claviger-agent.service"

// gets wants a command without the passphrase to end with that code, and to print a
// token if it is 0.
func (s *session) gets(when string, code int, token string) {
	s.t.Helper()
	blind := &person{world: s.keyless(), folder: s.folder, binary: s.binary}
	if r := blind.user(nobody, "token"); r.code != code || code == 0 && r.out != token {
		s.t.Errorf("%s: %d, %s", when, r.code, r.stderr)
	}
}

// installs has the manager start a program that is the agent.
func (s *session) installs(program string) {
	s.t.Helper()
	if err := os.Link(s.binary, program); err != nil {
		s.t.Fatal(err)
	}
	there := &person{world: s.world, folder: s.folder, binary: program}
	r := there.user(nobody, "agent", "--install")
	if r.code != 0 || !strings.Contains(r.stderr, "The agent starts by itself from now on.") {
		s.t.Fatalf("%+v", r)
	}
	s.says(socketUnit, "ActiveState", "active")
	s.says(serviceUnit, "ActiveState", "inactive")
}

// removes wants nothing of the agent to be left.
func (s *session) removes() {
	s.t.Helper()
	if r := s.user(nobody, "agent", "--remove"); r.code != 0 || strings.Contains(r.stderr, "In your session, type") {
		s.t.Errorf("%+v", r)
	}
	for _, unit := range []string{socketUnit, serviceUnit} {
		s.says(unit, "LoadState", "not-found")
		s.says(unit, "ActiveState", "inactive")
	}
	s.says("", "SystemState", "running") // none failed
	for _, pattern := range []string{".config/systemd/user/*", "run/claviger/*.sock"} {
		if left, err := filepath.Glob(filepath.Join(s.folder, pattern)); err != nil || len(left) > 0 {
			s.t.Errorf("%v is left, %v", left, err)
		}
	}
}

// A real systemd of a session starts the agent at the first token that a program asks
// for, again after it crashed, and at the next log-in; after --remove it knows of none.
func TestTheSessionsManagerStartsTheAgent(t *testing.T) {
	s := newSession(t)
	r := s.user(nobody, "token")
	if r.code != 0 || r.out == "" {
		t.Fatalf("%+v", r.stderr)
	}
	token := r.out
	installed := filepath.Join(s.folder, "installed")
	logOut := s.logIn()
	s.installs(installed)
	s.gets("the first", 0, token)
	s.says(serviceUnit, "ActiveState", "active")
	if r := s.systemctl("status", serviceUnit); r.code != 0 || !strings.Contains(r.out, "Claviger agent") {
		t.Errorf("%+v", r)
	}
	s.systemctl("kill", "--signal=KILL", serviceUnit)
	s.gets("after a crash", 0, token)
	s.systemctl("stop", serviceUnit)
	s.says(serviceUnit, "Result", "success")
	s.gets("after a stop", 0, token)
	logOut()

	s.logIn()
	s.says(socketUnit, "ActiveState", "active")
	s.gets("after the next log-in", 0, token)
	// A program that is gone holds nobody up, and fails until it is removed.
	if err := os.Remove(installed); err != nil {
		t.Fatal(err)
	}
	s.systemctl("stop", serviceUnit)
	s.gets("beside a program that is gone", 5, "")
	s.says(serviceUnit, "ActiveState", "failed")
	s.removes()
	s.gets("after it", 5, "")
}
