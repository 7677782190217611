package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// What is kept for a time is a key of type "user" in the user keyring (keyrings(7),
// user-keyring(7)), not in the session keyring: that one belongs to one login, so
// neither a second shell over SSH nor a cron job would find the key, and if no PAM
// module made one it is the user keyring's neighbour anyway. What is in the user
// keyring stays in the kernel's memory: it is never swapped, and never
// outlives a restart.
//
// The possessor alone has rights to it: not "user", by which it would be listed
// in /proc/keys for, and could be read by, processes of the same user that only
// know its number. A search that begins at the user keyring and links what
// it finds to this thread's keyring gives possession. That needs no link from the
// session keyring, which systemd does not make for services. It is not a wall: any
// process of the user can do the same, as with an agent.
const kernelRing = unix.KEY_SPEC_USER_KEYRING

// possessorAll is KEY_POS_ALL of keyctl_setperm(3).
const possessorAll = 0x3f000000

// kernelSet keeps a secret for a time, in the place of an older one. The key is
// made in the thread's keyring, which ends with the thread, and moves to its
// final place once it has its time limit.
func kernelSet(name string, secret []byte, d time.Duration) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	id, err := unix.AddKey("user", name, secret, unix.KEY_SPEC_THREAD_KEYRING)
	if err != nil {
		return kernelError(err)
	}
	defer unlinkHere(id)
	if _, err := unix.KeyctlInt(unix.KEYCTL_SET_TIMEOUT, id, int(d/time.Second), 0, 0); err != nil {
		return kernelError(err)
	}
	if err := unix.KeyctlSetperm(id, possessorAll); err != nil {
		return kernelError(err)
	}
	if _, err := unix.KeyctlInt(unix.KEYCTL_LINK, id, kernelRing, 0, 0); err != nil {
		return kernelError(err)
	}
	return nil
}

// kernelGet returns an error wrapping [io/fs.ErrNotExist] for what is no longer
// there.
func kernelGet(name string) (secret []byte, err error) {
	err = withKept(name, func(id int) error {
		buf := make([]byte, 256) // a key is 79 bytes
		n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, buf, 0)
		if err == nil {
			secret = buf[:min(n, len(buf))]
		}
		return err
	})
	return secret, err
}

// kernelHas looks whether something is there, without reading it.
func kernelHas(name string) bool {
	_, err := unix.KeyctlSearch(kernelRing, "user", name, 0)
	return err == nil
}

// kernelRemove removes a secret, also for those who found it before, at once.
// That takes room for a link, which a full keyring does not have: it is out of the
// keyring all the same.
func kernelRemove(name string) error {
	id, err := unix.KeyctlSearch(kernelRing, "user", name, 0)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
		return nil // there are no keyrings here
	}
	if err != nil {
		return kernelError(err)
	}
	_ = withKept(name, func(id int) error {
		_, err := unix.KeyctlInt(unix.KEYCTL_REVOKE, id, 0, 0, 0)
		return err
	})
	if _, err := unix.KeyctlInt(unix.KEYCTL_UNLINK, id, kernelRing, 0, 0); err != nil {
		return kernelError(err)
	}
	return nil
}

// withKept finds a key and calls do while this thread possesses it.
func withKept(name string, do func(id int) error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	id, err := unix.KeyctlSearch(kernelRing, "user", name, unix.KEY_SPEC_THREAD_KEYRING)
	if err == nil {
		defer unlinkHere(id)
		err = do(id)
	}
	if err != nil {
		return kernelError(err)
	}
	return nil
}

// unlinkHere takes a key out of the thread's keyring.
func unlinkHere(id int) {
	_, _ = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_THREAD_KEYRING, 0, 0) // it ends with the thread at the latest
}

// kernelError says what an error of keyctl(2) or add_key(2) means here.
func kernelError(err error) error {
	why := "it answers: " + err.Error()
	switch {
	case errors.Is(err, unix.ENOKEY), errors.Is(err, unix.EKEYEXPIRED), errors.Is(err, unix.EKEYREVOKED):
		return fmt.Errorf("kernel keyring: %w", fs.ErrNotExist)
	case errors.Is(err, unix.EDQUOT), errors.Is(err, unix.ENOMEM):
		why = "it is full for this user (/proc/key-users has the numbers); remove keys that nobody needs (keyctl show @u), or raise kernel.keys.maxkeys and kernel.keys.maxbytes"
	case errors.Is(err, unix.EPERM):
		why = "the kernel refuses it here, as it does in most containers"
	case errors.Is(err, unix.ENOSYS):
		why = "this kernel has no keyrings"
	case errors.Is(err, unix.EACCES):
		why = "a key of that name is there, but not for this program"
	}
	return fmt.Errorf("%w: %s: %w", ErrKernelKeyring, why, err)
}
