package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// asKernel makes the test binary run another program as a kernel lets it that
// refuses keyrings, has no room in them, or is to be cleared of those.
const asKernel = "CLAVIGER_TEST_AS_KERNEL"

// Before the tests' own start: the program takes this thread's place.
func init() {
	how := os.Getenv(asKernel)
	if how == "" {
		return
	}
	_ = os.Unsetenv(asKernel)
	runtime.LockOSThread()
	err := map[string]func() error{"refuse": refuseKeyrings, "fill": fillKeyring, "clear": clearKeyring}[how]()
	if err == nil && how != "clear" {
		err = syscall.Exec(os.Args[1], os.Args[1:], os.Environ())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, how, err)
		os.Exit(99)
	}
	os.Exit(0)
}

// refuseKeyrings does what the seccomp profile of containers does.
func refuseKeyrings() error {
	const load, equal, give = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	filter := []unix.SockFilter{
		{Code: load}, // the number of the system call
		{Code: equal, K: unix.SYS_KEYCTL, Jt: 3},
		{Code: equal, K: unix.SYS_ADD_KEY, Jt: 2},
		{Code: equal, K: unix.SYS_REQUEST_KEY, Jt: 1},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
		{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}

// fillKeyring takes all that this user may keep in the kernel.
func fillKeyring() error {
	for i := range 100_000 {
		_, err := unix.AddKey("user", fmt.Sprint("claviger-test-fill-", i), []byte("x"), unix.KEY_SPEC_USER_KEYRING)
		if errors.Is(err, unix.EDQUOT) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return errors.New("the quota has no end")
}

func clearKeyring() error {
	_, err := unix.KeyctlInt(unix.KEYCTL_CLEAR, unix.KEY_SPEC_USER_KEYRING, 0, 0, 0)
	return err
}

// needKernel skips if the kernel keeps nothing.
func needKernel(t *testing.T) {
	t.Helper()
	id, err := unix.AddKey("user", "claviger-test", []byte("x"), unix.KEY_SPEC_USER_KEYRING)
	if err != nil {
		t.Skip("the kernel keeps no keys here:", err) // as in most containers
	}
	_, _ = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_USER_KEYRING, 0, 0)
}

// Unlocked once with the passphrase, the vault opens without it for every
// process, until it is locked.
func TestUnlockedForATime(t *testing.T) {
	needKernel(t)
	w, _ := signedIn(t, 3600)
	token := w.want(0, "token").out
	for _, wrong := range []string{"0s", "5s", "-8h", "10000h", "soon"} {
		w.want(2, "vault", "unlock", "--for", wrong)
	}
	w.want(0, "vault", "unlock", "--for", "1h").says(t, "open for your programs for 1 hour", "claviger vault lock")
	passphrase := filepath.Join(filepath.Dir(w.home), "passphrase")
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	for _, args := range [][]string{{"token"}, {"token", "--force"}, {"accounts"}, {"vault", "check"}, {"vault", "unlock"}} {
		w.want(0, args...)
	}
	if out := w.want(0, "vault", "status").out; !strings.Contains(out, "the kernel keeps the key") {
		t.Error(out)
	}
	if out := w.want(0, "__complete", "whoami", "").out; !strings.Contains(out, "mira@acme") {
		t.Errorf("nothing is completed:\n%s", out)
	}
	// Another vault of the same user is another vault.
	other := bareWorld(t)
	other.want(0, "vault", "status")
	if r := other.runInput("another passphrase\n", "vault", "passphrase"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	other.set("CLAVIGER_PASSPHRASE_FILE", "")
	other.want(5, "vault", "check")
	// It takes the passphrase to change it, and to go on for longer.
	w.want(5, "vault", "passphrase", "--keyring").says(t, "no terminal to ask on")
	w.want(5, "vault", "unlock", "--for", "2h").says(t, "no terminal to ask on")

	w.want(0, "vault", "lock")
	w.want(5, "token").says(t, "The vault is locked")
	w.want(5, "vault", "unlock").says(t, "no terminal to ask on")
	w.set("CLAVIGER_PASSPHRASE_FILE", passphrase)
	w.want(0, "vault", "unlock")
	if got := w.want(0, "token").out; got == token {
		t.Error("the token is not the refreshed one")
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	w.want(5, "token").says(t, "no terminal to ask on") // the kernel has nothing any more
	w.noSecretInClear()
}

// A vault in a keyring that only the desktop reaches opens over SSH for a time.
func TestKeyringVaultUnlockedForATime(t *testing.T) {
	needKernel(t)
	w, _, ring := ringWorld(t)
	w.want(0, "login", "acme", "--timeout", "20s")
	token := w.want(0, "token").out
	w.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/bus")
	w.want(5, "token").says(t, "claviger vault unlock --for 8h", "claviger vault key-file ~/.claviger-key", "export CLAVIGER_KEY_FILE=",
		"export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus", "claviger vault passphrase --alone")
	w.set("DBUS_SESSION_BUS_ADDRESS", ring.address)
	w.want(0, "vault", "unlock", "--for", "1h")
	w.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/bus")
	if got := w.want(0, "token").out; got != token {
		t.Errorf("token %q, want %q", got, token)
	}
	w.want(0, "vault", "lock")
	w.want(5, "token")
}

// Nobody used it for too long: it is locked, although the kernel still has the
// key, and after that has not.
func TestUnlockedForATimeAndIdle(t *testing.T) {
	needKernel(t)
	w, _ := signedIn(t, 3600)
	w.want(0, "vault", "lock", "--after", "15m")
	w.want(0, "vault", "unlock", "--for", "1h").says(t, "It still locks after 15 minutes of inactivity")
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	w.want(0, "token")
	past := time.Now().Add(-16 * time.Minute)
	if err := os.Chtimes(filepath.Join(w.home, "vault", "used"), past, past); err != nil {
		t.Fatal(err)
	}
	w.want(5, "token").says(t, "The vault is locked")
	w.want(5, "vault", "unlock").says(t, "no terminal to ask on")
}

// as runs a command as a kernel lets it, and returns what it says and the code.
func (p *person) as(how string, args ...string) (code int, stderr string) {
	p.t.Helper()
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	self = filepath.Join(p.folder, filepath.Base(self))
	if os.Getuid() != 0 {
		self, _ = os.Executable()
	}
	cmd := exec.CommandContext(context.Background(), self, append([]string{p.binary}, args...)...)
	cmd.Env, cmd.Dir = append(p.env, asKernel+"="+how), p.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	var said strings.Builder
	cmd.Stderr = &said
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), said.String()
}

// A kernel that refuses, or has no room left for this user: --for says so, and
// all else works as without.
func TestKernelKeepsNothing(t *testing.T) {
	for how, says := range map[string]string{"refuse": "as it does in most containers", "fill": "it is full for this user"} {
		t.Run(how, func(t *testing.T) {
			if how == "fill" {
				if os.Getuid() != 0 {
					t.Skip("only a superuser can be somebody else with a quota of their own")
				}
				needKernel(t)
			}
			p := newPerson(t, 0o077)
			p.own()
			p.does("", "login", "demo", "--timeout", "20s")
			t.Cleanup(func() { p.as("clear") })
			code, stderr := p.as(how, "vault", "unlock", "--for", "1h")
			if code != 5 || !strings.Contains(stderr, says) || !strings.Contains(stderr, "The kernel cannot keep the key") {
				t.Errorf("exit code %d: %s", code, stderr)
			}
			for _, args := range [][]string{{"token"}, {"vault", "status"}, {"vault", "lock"}, {"vault", "unlock"}, {"accounts"}} {
				if code, stderr := p.as(how, args...); code != 0 {
					t.Errorf("%v: exit code %d: %s", args, code, stderr)
				}
			}
		})
	}
}
