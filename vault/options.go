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
	// File means an age identity file of the person's choice, in clear, which
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
	// KeyringTimeout bounds each call to it; zero is 10 seconds.
	KeyringTimeout time.Duration
	// AskPassphrase, where set, is called when a passphrase is needed and none
	// was given to [Vault.Unlock]. It may block. An error leaves the vault locked.
	AskPassphrase func(ctx context.Context) (string, error)
	// KeyFile is the path of the file with the key of a vault that is protected
	// by [File]; "" is none. Where it is set, a new vault is set up with it. The
	// vault never remembers it: whoever could write there could redirect it.
	KeyFile string
	// KeyFileIsCredential means that the service manager made KeyFile for this
	// process alone: it may belong to the superuser then, and its group may seem
	// to read it.
	KeyFileIsCredential bool
	// UseIsTold is for a program that works on while nobody uses it: what it
	// does to records does not put off the lock of [Vault.LockAfter], only
	// [Vault.Used] does.
	UseIsTold bool
	// InsecureWorkFactor, where set, is the base-2 logarithm of scrypt's cost for
	// passphrases that this vault sets, instead of 17. It is for tests, which start
	// many programs on one vault: a guess at the passphrase costs as little.
	InsecureWorkFactor int
	// Waiting, where set, is called when a lock that another process holds is
	// waited for since 2 seconds, once a wait, by whatever goroutine waits.
	Waiting func(Holder)
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}
