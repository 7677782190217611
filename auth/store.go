package auth

import "context"

// Store keeps remembered accounts: named records of bytes. Names match
// [a-z0-9-]{1,64} and tell nothing. All methods are safe for concurrent use by
// goroutines and processes.
//
// Errors may have a method Code() string that [problem.Explain] knows: "locked",
// "wrong-passphrase", "keyring-unavailable", "keyring-locked", "keyring-hangs",
// "keyring-gone", "key-missing", "key-elsewhere", "key-file-unset", "key-file-missing",
// "key-file-shared", "key-file-bad", "key-file-other", "too-much-work", "meta-damaged", "keyring-taken",
// "old-key-left", "damaged", "newer-version", "disk-full", "read-only", "others-can-write", "other-owner",
// "not-found". Get of a name that is not there returns an error for which
// errors.Is(err, fs.ErrNotExist).
type Store interface {
	List(ctx context.Context) ([]string, error)
	Get(ctx context.Context, name string) ([]byte, error)
	// Put is atomic and durable when it returns.
	Put(ctx context.Context, name string, data []byte) error
	// Delete of a name that is not there is no error.
	Delete(ctx context.Context, name string) error
}

// Locker is a [Store] that can hold a record against other processes. Without
// it, refreshes are coalesced inside this process only.
type Locker interface {
	// LockRecord waits until it holds name or ctx ends.
	LockRecord(ctx context.Context, name string) (release func(), err error)
}

// Notifier is a [Store] that reports changes made by any process, this one
// included. Changes closes the channel when ctx ends; notices are coalesced.
type Notifier interface {
	Changes(ctx context.Context) <-chan struct{}
}
