package vault

import (
	"context"
	"time"
)

// Protection says where the key is kept.
type Protection string

// The protections.
const (
	// None means that the vault is not set up yet.
	None Protection = ""
	// Keyring means the keyring of the operating system.
	Keyring Protection = "keyring"
	// Passphrase means wrapped with a passphrase, in the vault's folder.
	Passphrase Protection = "passphrase"
	// Both means wrapped with a passphrase, in the keyring: it takes the
	// keyring and the passphrase, and the folder alone gives nothing to guess at.
	Both Protection = "both"
	// File means an age identity file, in clear, that the person chose and
	// [Options.KeyFile] names: whoever can read it can open the vault.
	File Protection = "file"
)

// NeedsPassphrase reports whether unlocking takes a passphrase.
func (p Protection) NeedsPassphrase() bool { return p == Passphrase || p == Both }

// UsesKeyring reports whether unlocking takes the keyring.
func (p Protection) UsesKeyring() bool { return p == Keyring || p == Both }

// Options of [Open]. Zero values are usable.
type Options struct {
	// Keyring holds the key; nil is the system's own.
	Keyring KeyStore
	// KeyringTimeout bounds each call to it; zero is 10 seconds. A person who is at its
	// dialog has two minutes.
	KeyringTimeout time.Duration
	// AskPassphrase, if set, is called when a passphrase is needed and none
	// was given to [Vault.Unlock]. It may block. An error leaves the vault locked.
	AskPassphrase func(ctx context.Context) (string, error)
	// KeyFile is the path of the file with the key of a vault that is protected
	// by [File]; "" means no file. If it is set, a new vault is set up with it. The
	// vault never stores it: whoever could write to the vault could redirect it.
	KeyFile string
	// KeyFileIsCredential means that the service manager made KeyFile for this
	// process alone: it may belong to the superuser then, and its group may seem
	// to read it.
	KeyFileIsCredential bool
	// UseIsTold is for a program that keeps working while no one uses it: what it
	// does to records does not delay the lock of [Vault.LockAfter], only [Vault.Used]
	// does.
	UseIsTold bool
	// ReadOnly is for looking at a vault: nothing on the disk and in the keyring
	// changes. A damaged record stays where it is, and whatever would write fails with
	// [ErrReadOnly].
	ReadOnly bool
	// InsecureWorkFactor, if set, is the base-2 logarithm of scrypt's cost for
	// passphrases that this vault sets, instead of 17. It is for tests, which start
	// many programs on one vault: a guess at the passphrase becomes just as cheap.
	InsecureWorkFactor int
	// Waiting, if set, is called after a wait of 2 seconds for a lock that another
	// process holds, once a wait, by the goroutine that waits.
	Waiting func(Holder)
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}
