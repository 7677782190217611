package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"unicode/utf8"

	"filippo.io/age"
)

// workFactor is the logarithm of scrypt's cost: 128 MiB and a third of a
// second on a laptop.
const workFactor = 17

// MinPassphrase is the least number of characters of a passphrase that is not
// weak. Weak ones open what they protect: whoever lets people choose one decides.
const MinPassphrase = 8

// WeakPassphrase reports whether a new passphrase is shorter than
// [MinPassphrase].
func WeakPassphrase(passphrase string) bool {
	return utf8.RuneCountInString(passphrase) < MinPassphrase
}

// maxWorkFactor bounds what a file can demand. The number stands before any
// check of the file, so that a flipped digit would cost gigabytes.
const maxWorkFactor = 20

// wrapKey encrypts the key with a passphrase: an age identity file, encrypted
// as the age tool does it.
func (v *Vault) wrapKey(k *key, passphrase string) ([]byte, error) {
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	r.SetWorkFactor(v.workFactor)
	text := append(k.text(), '\n')
	defer clear(text)
	return seal(text, r)
}

// keyFromFile asks for the passphrase where none is given.
func (v *Vault) keyFromFile(ctx context.Context, passphrase string) (*key, error) {
	sealed, err := readFile(v.path(keyFile), 1<<16)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no %s", ErrKeyMissing, keyFile)
	}
	if err != nil {
		return nil, err
	}
	if passphrase == "" {
		if passphrase, err = v.ask(ctx); err != nil {
			return nil, err
		}
	}
	return unwrapKey(sealed, passphrase, keyFile)
}

func (v *Vault) ask(ctx context.Context) (string, error) {
	if v.o.AskPassphrase == nil {
		return "", ErrLocked
	}
	passphrase, err := v.o.AskPassphrase(ctx)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrLocked, err)
	}
	if passphrase == "" {
		return "", ErrLocked
	}
	return passphrase, nil
}

// unwrapKey opens what [Vault.wrapKey] made; where says where it was.
func unwrapKey(sealed []byte, passphrase, where string) (*key, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, ErrWrongPassphrase
	}
	id.SetMaxWorkFactor(maxWorkFactor)
	text, err := unseal(sealed, id)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, ErrWrongPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", where, ErrDamaged, err)
	}
	defer clear(text)
	return parseKey(bytes.TrimSpace(text))
}
