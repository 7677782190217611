package cli

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// smallDisk puts the world's home on a disk of its own.
func (w *world) smallDisk() {
	w.t.Helper()
	err := syscall.Mount("claviger-test", w.home, "tmpfs", 0, "size=256k,mode=0700")
	if errors.Is(err, syscall.EPERM) {
		w.t.Skip("only root may mount a small disk")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := syscall.Unmount(w.home, syscall.MNT_DETACH); err != nil {
			w.t.Error(err)
		}
	})
}

// fillDisk leaves no room; the file it returns can be removed.
func (w *world) fillDisk() string {
	path := filepath.Join(w.home, "full")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		w.t.Error(err)
		return path
	}
	defer func() { _ = f.Close() }()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		w.t.Error(err)
	}
	return path
}

// littleDisk moves the world's home to a disk with room for some records, and
// returns what gives it more.
func (w *world) littleDisk() (end func()) {
	w.t.Helper()
	saved := filepath.Join(w.t.TempDir(), "saved")
	if err := os.CopyFS(saved, os.DirFS(w.home)); err != nil {
		w.t.Fatal(err)
	}
	w.smallDisk()
	if err := os.CopyFS(w.home, os.DirFS(saved)); err != nil {
		w.t.Fatal(err)
	}
	for _, dir := range []string{"", "vault", "vault/records", "vault/locks"} {
		if err := os.Chmod(filepath.Join(w.home, dir), 0o700); err != nil {
			w.t.Fatal(err)
		}
	}
	return func() {
		w.t.Helper()
		if err := syscall.Mount("claviger-test", w.home, "tmpfs", syscall.MS_REMOUNT, "size=16m,mode=0700"); err != nil {
			w.t.Fatal(err)
		}
	}
}

// readOnlyMount is readOnly for root.
func (w *world) readOnlyMount() (end func()) {
	w.t.Helper()
	err := syscall.Mount(w.home, w.home, "", syscall.MS_BIND, "")
	if errors.Is(err, syscall.EPERM) {
		w.t.Skip("this root may not mount")
	}
	if err == nil {
		err = syscall.Mount("", w.home, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, "")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	ended := false
	end = func() {
		if ended {
			return
		}
		ended = true
		if err := syscall.Unmount(w.home, syscall.MNT_DETACH); err != nil {
			w.t.Error(err)
		}
	}
	w.t.Cleanup(end)
	return end
}
