package vault

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/claviger/claviger/internal/owner"
)

// Error is a sentinel with a code that callers can turn into words without
// importing this package: it has a method Code() string.
type Error struct{ code, text string }

// Error implements error.
func (e *Error) Error() string { return e.text }

// Code is a stable short name: "locked", "damaged" and so on.
func (e *Error) Code() string { return e.code }

// Sentinels.
var (
	ErrLocked          = &Error{"locked", "vault is locked"}
	ErrWrongPassphrase = &Error{"wrong-passphrase", "wrong passphrase"}
	ErrNoKeyring       = &Error{"keyring-unavailable", "no usable keyring"}
	ErrKeyringLocked   = &Error{"keyring-locked", "keyring is locked"}
	ErrKeyringHangs    = &Error{"keyring-hangs", "keyring does not respond"}
	// ErrKeyringGone means that the vault's key is in a keyring that is not
	// available now; it comes together with [ErrNoKeyring].
	ErrKeyringGone = &Error{"keyring-gone", "the keyring that has the vault's key cannot be reached"}
	ErrKeyMissing  = &Error{"key-missing", "the vault's key is missing"}
	// ErrKeyElsewhere means that the key is not where vault.json says, but a copy of a
	// key is in the other place: vault.json is older than a change of protection. It
	// comes together with [ErrKeyMissing], and the text says where.
	ErrKeyElsewhere = &Error{"key-elsewhere", "vault.json"}
	// ErrKeyringTaken means that the keyring has something else under the name of
	// the vault's key, such as the key of another vault. It is left as it is. The
	// text says which item, and what is in it.
	ErrKeyringTaken = &Error{"keyring-taken", "keyring"}
	// ErrOldKey means that the protection was changed, but an item stays in the
	// keyring that may be an old copy of the key: this could not be verified.
	ErrOldKey = &Error{"old-key-left", "keyring"}
	// ErrWork means that a file asks for more work per passphrase than Claviger
	// and the age tool write; the text says how much.
	ErrWork = &Error{"too-much-work", "too much work for a passphrase"}
	// ErrMeta means that vault.json cannot be used; the text says why.
	ErrMeta = &Error{"meta-damaged", "vault.json"}
	// The errors of a key file; the text that comes with each says which file and
	// what to do. ErrKeyFileUnset means that [Options.KeyFile] is "".
	ErrKeyFileUnset   = &Error{"key-file-unset", "key file: none is set, but the vault's key is in one"}
	ErrKeyFileMissing = &Error{"key-file-missing", "key file"}
	// ErrKeyFileShared means that others can read it or that it belongs to someone
	// else.
	ErrKeyFileShared = &Error{"key-file-shared", "key file"}
	// ErrKeyFileBad means that no key can be read from it.
	ErrKeyFileBad = &Error{"key-file-bad", "key file"}
	// ErrKeyFileOther means that it has the key of another vault.
	ErrKeyFileOther = &Error{"key-file-other", "key file"}
	// ErrKeyFilePlace means that no key file can be made in that folder.
	ErrKeyFilePlace = &Error{"key-file-place", "key file"}
	// ErrKeyFileTaken means that something else is at that path already.
	ErrKeyFileTaken = &Error{"key-file-taken", "key file"}
	// ErrKernelKeyring means that the kernel keeps no key for [Vault.UnlockFor].
	ErrKernelKeyring = &Error{"kernel-keyring", "kernel keyring"}
	ErrDamaged       = &Error{"damaged", "record is damaged"}
	ErrNewer         = &Error{"newer-version", "record was written by a newer version"}
	ErrDiskFull      = &Error{"disk-full", "disk is full"}
	ErrReadOnly      = &Error{"read-only", "folder cannot be written"}
	// ErrShared means that other users can change a file or folder of the vault, and
	// ErrOtherOwner that one is not this user's; the text says which and what helps.
	ErrShared     = &Error{"others-can-write", "other users can change the vault"}
	ErrOtherOwner = &Error{"other-owner", "the vault belongs to somebody else"}
	ErrUnsafe     = &Error{"unsafe-path", "a symbolic link is in the way"}
	ErrNotSetUp   = &Error{"not-set-up", "vault is not set up"}
	// ErrHeld means that another process holds a lock that is needed; the error is a
	// [*HeldError].
	ErrHeld = &Error{"held", "held by another program"}
	// ErrNotFound always comes together with [io/fs.ErrNotExist].
	ErrNotFound = &Error{"not-found", "no such record"}
	// ErrName means that a name is not [a-z0-9-]{1,64} or is a device name of
	// Windows.
	ErrName = &Error{"bad-name", "not a name for a record"}
	// ErrTooLarge means that a record is over [MaxRecord], or an export over
	// what one can hold: 10,000 records, 256 MiB.
	ErrTooLarge = &Error{"too-large", "too large for the vault"}
	// ErrExport means that the input is not a complete export.
	ErrExport = &Error{"bad-export", "not a complete vault export"}
	// ErrNewerExport means that an export has a higher format than
	// [ExportFormat].
	ErrNewerExport = &Error{"newer-export", "export was written by a newer version"}
)

// notFound is the error for a record that is not there.
func notFound(name string) error {
	return fmt.Errorf("record %s: %w: %w", name, ErrNotFound, fs.ErrNotExist)
}

// ownerError says what is wrong with the owner of a file, and what helps.
type ownerError struct {
	reason *owner.Error
	kind   *Error
}

// Error implements error.
func (e *ownerError) Error() string { return e.reason.Error() }

// Unwrap returns the sentinel and the reason.
func (e *ownerError) Unwrap() []error { return []error{e.kind, e.reason} }

// judged turns the error about a file's owner into one of ours; nil stays nil.
func judged(err error) error {
	refused, ok := errors.AsType[*owner.Error](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return err
	case refused.Code() == ErrShared.code:
		return &ownerError{refused, ErrShared}
	}
	return &ownerError{refused, ErrOtherOwner}
}

// blamed is the reason of a refusal if the owner of a file or folder caused it,
// else nil.
func blamed(err error) error {
	pe, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return nil
	}
	refused, _ := errors.AsType[*owner.Error](owner.Blame(pe.Path, err))
	if refused == nil {
		return nil
	}
	return refused
}

// explained adds the sentinel for what the system reported, if there is one.
func explained(err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	switch {
	case isDiskFull(err):
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	case isReadOnly(err):
		if refused := judged(blamed(err)); refused != nil {
			return refused
		}
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case isSymlink(err):
		return fmt.Errorf("%w: %w", ErrUnsafe, err)
	}
	return err
}
