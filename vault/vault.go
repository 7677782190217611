package vault

import (
	"context"
	"errors"
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
)

// Options of [Open]. Zero values are usable.
type Options struct {
	// Keyring holds the key; nil is the system's own.
	Keyring KeyStore
	// KeyringTimeout bounds each call to it; zero is 10 seconds.
	KeyringTimeout time.Duration
	// AskPassphrase, where set, is called when a passphrase is needed and none
	// was given to [Vault.Unlock]. It may block. An error leaves the vault locked.
	AskPassphrase func(ctx context.Context) (string, error)
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}

// KeyStore is a place for small secrets such as a system keyring.
type KeyStore interface {
	// Name is for people: "Secret Service (gnome-keyring)".
	Name() string
	Get(ctx context.Context, name string) ([]byte, error)
	Set(ctx context.Context, name string, secret []byte) error
	Remove(ctx context.Context, name string) error
}

// Vault is a folder of encrypted records. It is safe for concurrent use, by
// goroutines and processes.
type Vault struct{}

// Open returns the vault in dir. It touches neither disk nor keyring before
// the first use; dir is made (0700) when the first record is put.
func Open(dir string, o Options) (*Vault, error) { return nil, errors.ErrUnsupported }

// Close drops the key and ends watching.
func (v *Vault) Close() error { return nil }

// Status is the state of the vault.
type Status struct {
	Dir        string     `json:"dir"`
	Protection Protection `json:"protection"`
	// Keyring names the keyring in use or that would be used; "" if none is.
	Keyring string `json:"keyring,omitempty"`
	// KeyringProblem says why the keyring cannot be used; "" if it can.
	KeyringProblem string `json:"keyring_problem,omitempty"`
	Locked         bool   `json:"locked"`
	Records        int    `json:"records"`
	// SetAside counts damaged records that were moved out of the way.
	SetAside int `json:"set_aside"`
}

// Status looks without changing anything and without unlocking.
func (v *Vault) Status(ctx context.Context) (Status, error) {
	return Status{}, errors.ErrUnsupported
}

// Setup makes the key and chooses how it is protected: with passphrase "" the
// keyring, after a canary was written and read back. A vault without setup is
// set up with the keyring at the first Put; where that cannot be, Put returns
// [ErrNoKeyring] and nothing is stored.
func (v *Vault) Setup(ctx context.Context, passphrase string) error { return errors.ErrUnsupported }

// Unlock opens the vault, for all processes: it removes the mark that Lock
// leaves. The passphrase is ignored where the keyring holds the key.
func (v *Vault) Unlock(ctx context.Context, passphrase string) error { return errors.ErrUnsupported }

// Lock drops the key from memory and leaves a mark in the folder, so that
// every other process drops it too and asks for Unlock.
func (v *Vault) Lock(ctx context.Context) error { return errors.ErrUnsupported }

// SetPassphrase protects the key with a passphrase from now on (or, with "",
// with the keyring). The vault must be unlocked.
func (v *Vault) SetPassphrase(ctx context.Context, passphrase string) error {
	return errors.ErrUnsupported
}

// List returns the names of the records, sorted; it decrypts nothing.
func (v *Vault) List(ctx context.Context) ([]string, error) { return nil, errors.ErrUnsupported }

// Get returns a record. A damaged one is set aside and told by an error
// wrapping [ErrDamaged]; one that is not there wraps [io/fs.ErrNotExist].
func (v *Vault) Get(ctx context.Context, name string) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Put stores a record: atomic, and durable when it returns.
func (v *Vault) Put(ctx context.Context, name string, data []byte) error {
	return errors.ErrUnsupported
}

// Delete removes a record. One that is not there is no error.
func (v *Vault) Delete(ctx context.Context, name string) error { return errors.ErrUnsupported }

// LockRecord waits until this caller holds name, against goroutines and
// processes, or ctx ends. The system releases it if the process dies.
func (v *Vault) LockRecord(ctx context.Context, name string) (release func(), err error) {
	return nil, errors.ErrUnsupported
}

// Changes tells of changes in the folder, made by anybody, until ctx ends.
func (v *Vault) Changes(ctx context.Context) <-chan struct{} { return nil }

// Report is the outcome of [Vault.Check].
type Report struct {
	Good int `json:"good"`
	// Damaged names each damaged file and says why.
	Damaged []Damage `json:"damaged"`
	// Leftover names temporary files of a crash that were removed.
	Leftover []string `json:"leftover"`
}

// Damage is a damaged file.
type Damage struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Check reads every record. Damaged ones are set aside, never deleted.
func (v *Vault) Check(ctx context.Context) (Report, error) { return Report{}, errors.ErrUnsupported }

// Error is a sentinel with a code that callers can turn into words without
// importing this package: it has a method Code() string.
type Error struct{ code, text string }

// Error implements error.
func (e *Error) Error() string { return e.text }

// Code is a stable short name: "locked", "damaged"…
func (e *Error) Code() string { return e.code }

// Sentinels.
var (
	ErrLocked          = &Error{"locked", "vault is locked"}
	ErrWrongPassphrase = &Error{"wrong-passphrase", "wrong passphrase"}
	ErrNoKeyring       = &Error{"keyring-unavailable", "no usable keyring"}
	ErrKeyringLocked   = &Error{"keyring-locked", "keyring is locked"}
	ErrKeyringHangs    = &Error{"keyring-hangs", "keyring does not answer"}
	ErrKeyMissing      = &Error{"key-missing", "the vault's key is not in the keyring"}
	ErrDamaged         = &Error{"damaged", "record is damaged"}
	ErrNewer           = &Error{"newer-version", "record was written by a newer version"}
	ErrDiskFull        = &Error{"disk-full", "disk is full"}
	ErrReadOnly        = &Error{"read-only", "folder cannot be written"}
	ErrUnsafe          = &Error{"unsafe-path", "a symbolic link is in the way"}
	ErrNotSetUp        = &Error{"not-set-up", "vault is not set up"}
)
