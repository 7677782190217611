package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// systemd runs as the first process of namespaces of its own, as in a container:
// what it mounts, names or kills is its own. It ends with the service.
const bootSystemd = `set -e
mount --make-rprivate /
mount --make-rshared / # as at a real start: credentials are mounted in one namespace and seen in another
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system
for read_only in /etc /proc/sys; do
	mount --bind $read_only $read_only
	mount -o remount,bind,ro $read_only
done
mount --bind /dev/null /dev/console
exec env -i container=claviger PATH="$PATH" SYSTEMD_UNIT_PATH="$UNITS" "$SYSTEMD" --system --unit="$UNIT"`

// runUnit starts a real systemd that runs one service to its end, and returns what
// the service printed on both outputs.
func runUnit(t *testing.T, service string) (out, stderr string) {
	t.Helper()
	dir := t.TempDir()
	outFile, errFile := filepath.Join(dir, "out"), filepath.Join(dir, "err")
	unit := "[Unit]\nDefaultDependencies=no\nSuccessAction=exit-force\nFailureAction=exit-force\n" +
		"[Service]\nType=oneshot\nStandardOutput=file:" + outFile + "\nStandardError=file:" + errFile + "\n" + service
	if err := os.WriteFile(filepath.Join(dir, "claviger.service"), []byte(unit), 0o600); err != nil {
		t.Fatal(err)
	}
	join := "set -e\n"
	for _, group := range ownGroups(t) {
		join += "echo $$ > " + filepath.Join(group, "cgroup.procs") + "\n"
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", join+`exec unshare --pid --fork --kill-child --mount --mount-proc --uts --ipc --net --cgroup sh -c "$BOOT"`)
	cmd.Env = append(os.Environ(), "BOOT="+bootSystemd, "SYSTEMD="+systemd(t), "UNITS="+dir, "UNIT=claviger.service")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Run(); err != nil {
		t.Logf("systemd: %v\n%s", err, log.String()) // the exit code of the service is its own
	}
	for file, content := range map[string]*string{outFile: &out, errFile: &stderr} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("the service did not start: %v\n%s", err, log.String())
		}
		*content = string(data)
	}
	return out, stderr
}

// systemd is the program, if this machine has it and the tests may start it.
func systemd(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only the superuser can start systemd")
	}
	for _, path := range []string{"/lib/systemd/systemd", "/usr/lib/systemd/systemd"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skip("this machine has no systemd")
	return ""
}

// ownGroups makes a control group in each hierarchy that systemd keeps its services
// in: in the root group it would take all other processes along.
func ownGroups(t *testing.T) []string {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	var groups []string
	for line := range strings.Lines(string(mounts)) {
		f := strings.Fields(line)
		if len(f) < 4 || f[2] != "cgroup2" && (f[2] != "cgroup" || !strings.Contains(f[3], "name=systemd")) {
			continue
		}
		group, err := os.MkdirTemp(f[1], "claviger-test-")
		if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
			t.Skipf("no control group for systemd: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Remove(group) })
		groups = append(groups, group)
	}
	if len(groups) == 0 {
		t.Skip("this machine has no control groups for systemd")
	}
	return groups
}

// A service of a real systemd opens the vault with the credential that its unit
// loads from a file of the superuser, and the command that it runs gets the token
// but not the way to the key.
func TestARealSystemdHandsTheKeyOver(t *testing.T) {
	systemd(t)
	t.Parallel()
	p := newPerson(t, 0o022)
	p.set("CLAVIGER_HOME", p.home)
	p.set("CLAVIGER_PASSPHRASE_FILE", "")
	p.oddProvider(authtest.Behaviour{}, "")
	p.own()
	key := filepath.Join(p.folder, "key")
	p.does("", "vault", "key-file", key)
	p.set("CLAVIGER_KEY_FILE", key)
	p.does("", "login", "odd", "--timeout", "20s")
	token := p.user(nobody, "token", "odd")
	if token.code != 0 || token.out == "" {
		t.Fatalf("%+v", token)
	}
	if err := errors.Join(os.Chown(key, 0, 0), os.Chmod(key, 0o400)); err != nil {
		t.Fatal(err)
	}
	service := func(credential, command string) string {
		return fmt.Sprintf("User=%d\nEnvironment=CLAVIGER_HOME=%s\n%sExecStart=%s %s\n", nobody, p.home, credential, p.binary, command)
	}
	load := "LoadCredential=claviger-key:" + key + "\n"

	if out, stderr := runUnit(t, service(load, "token odd")); out != token.out {
		t.Errorf("the service's token is %d bytes, the person's %d\n%s", len(out), len(token.out), stderr)
	}
	out, stderr := runUnit(t, service(load, "exec odd -- /usr/bin/env"))
	if !strings.Contains(out, "CLAVIGER_TOKEN="+strings.TrimSpace(token.out)+"\n") || strings.Contains(out, "CREDENTIALS_DIRECTORY") {
		t.Errorf("the command of exec got a wrong environment\n%s", stderr)
	}
	if out, stderr := runUnit(t, service("LoadCredential=other:"+key+"\n", "token odd")); out != "" || !strings.Contains(stderr, "LoadCredential=claviger-key:FILE") {
		t.Errorf("without the credential: %d bytes of a token\n%s", len(out), stderr)
	}
}
