package peer

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// asLooker is set in a process that starts the program it names, and says what it sees of it.
const asLooker = "CLAVIGER_TEST_PEER_LOOKER"

func looker(program string) {
	dir, err := os.MkdirTemp("", "looker")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(program)
	cmd.Env = []string{asClient + "=" + l.Addr().String()}
	in, err := cmd.StdinPipe()
	if err != nil {
		panic(err)
	}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	c, err := l.Accept()
	if err != nil {
		panic(err)
	}
	p, err := Of(c)
	hash, hashErr := p.Hash()
	fmt.Printf("pid %t, uid %d, path %q, title %q, key %q, hash %q, %t, %v", p.PID == cmd.Process.Pid, p.UID, p.Executable, p.Title(), p.FileKey(), hash, errors.Is(hashErr, ErrUnknown), err)
	_ = in.Close()
	_ = cmd.Wait()
}

// shared is a folder that every user can enter.
func shared(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "claviger")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A program that may be run but not read is nobody: the kernel keeps its file from its
// own user.
func TestProgramThatCannotBeRead(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs the superuser to become another user")
	}
	dir := shared(t)
	looks, closed := filepath.Join(dir, "looks"), filepath.Join(dir, "closed")
	for path, mode := range map[string]os.FileMode{looks: 0o755, closed: 0o111} {
		if err := errors.Join(os.Rename(copied(t, "a"), path), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	const nobody = 65534
	cmd := exec.CommandContext(t.Context(), looks)
	cmd.Env = []string{asLooker + "=" + closed}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if want := `pid true, uid 65534, path "", title "closed", key "", hash "", true, <nil>`; err != nil || string(out) != want {
		t.Errorf("%v\n%s\nnot\n%s", err, out, want)
	}
}

// A program that has another's path only within a container is not that one.
func TestProgramInAnotherViewOfTheFiles(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs the superuser to mount")
	}
	if out, err := exec.CommandContext(t.Context(), "unshare", "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("mounts of its own are not to be had here: %s", out) // such as in a chroot
	}
	program, place := copied(t, "program"), copied(t, "place")
	for script, want := range map[string]string{
		`mount --bind "$1" "$2" && exec "$2"`:                           Elsewhere + place,
		`mount --bind "$1" "$2" && exec 3<"$2" && rm "$1" && exec "$2"`: Elsewhere + place,
		`exec "$2"`: place, // the very file
	} {
		if _, err := os.Stat(program); err != nil {
			program = copied(t, "program")
		}
		p, err := Of(connect(t, "/usr/bin/unshare", "--mount", "sh", "-c", script, "sh", program, place).conn)
		if err != nil || p.Executable != want || p.Title() != "place" {
			t.Errorf("%s: %q, %v", script, p.Executable, err)
		}
	}
}

// Only what the kernel marks as removed loses the mark.
func TestNameThatSaysRemoved(t *testing.T) {
	path := copied(t, "git (deleted)")
	p, err := Of(connect(t, path).conn)
	if err != nil || p.Executable != path {
		t.Errorf("%q, %v", p.Executable, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if q, err := Lookup(p.PID); err != nil || q.Executable != path || !strings.HasSuffix(q.Title(), "(deleted)") {
		t.Errorf("removed: %q, %v", q.Executable, err)
	}
}
