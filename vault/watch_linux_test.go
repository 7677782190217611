package vault

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A system that has no watches left misses no change either, not even one right after
// the watch began.
func TestChangesWithoutWatches(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"=unwatched", "CLAVIGER_VAULT_TEST_DIR="+t.TempDir())
	// Of its own, it can lower its limit (namespaces(7), /proc/sys/user).
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skip("this machine lets nobody have a user namespace:", err)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func unwatched(ctx context.Context, v *Vault) error {
	if err := v.Put(ctx, "a", []byte("x")); err != nil {
		return err
	}
	if err := os.WriteFile("/proc/sys/user/max_inotify_instances", []byte("0"), 0); err != nil {
		return err
	}
	if w, err := fsnotify.NewWatcher(); err == nil {
		return errors.Join(errors.New("there are watches left"), w.Close())
	}
	runtime.GOMAXPROCS(1) // nothing runs before this goroutine waits
	changes := v.Changes(ctx)
	if err := os.WriteFile(filepath.Join(v.files.path(recordsDir), "b"+recordExt), nil, 0o600); err != nil {
		return err
	}
	select {
	case <-changes:
		return nil
	case <-time.After(10 * pollEvery):
		return errors.New("the change was missed")
	}
}
