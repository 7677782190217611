package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"
)

// workFactor is the logarithm of scrypt's cost: 128 MiB and a third of a
// second on a laptop.
const workFactor = 17

// maxWorkFactor is the most that a file can demand: what the age tool writes, a
// quarter of a gigabyte. The number precedes any check of the file, so a flipped
// digit could cost gigabytes.
const maxWorkFactor = 18

// checkWork refuses a file whose head demands more than that, before any of the
// work and with its own words: age reports it like damage. The scrypt stanza
// is the only one of its file (age-encryption.org/v1, "scrypt recipient stanza").
func checkWork(head []byte) error {
	_, stanza, _ := bytes.Cut(head, []byte("\n"))
	line, _, _ := bytes.Cut(stanza, []byte("\n"))
	words := strings.Fields(string(line))
	if len(words) != 4 || words[1] != "scrypt" {
		return nil // age says what is wrong
	}
	if factor, err := strconv.Atoi(words[3]); err == nil && factor > maxWorkFactor {
		return fmt.Errorf("%w: the file asks for scrypt with a work factor of %d; the most that is accepted is %d", ErrWork, factor, maxWorkFactor)
	}
	return nil
}

// MinPassphrase is the least number of characters of a passphrase that is not
// weak. Weak ones work too: whoever lets people choose one decides.
const MinPassphrase = 8

// WeakPassphrase reports whether a new passphrase is shorter than
// [MinPassphrase].
func WeakPassphrase(passphrase string) bool {
	return utf8.RuneCountInString(passphrase) < MinPassphrase
}

// wrapKey encrypts the key with a passphrase: an age identity file, encrypted
// as the age tool does it.
func (c *copies) wrapKey(k *key, passphrase string) ([]byte, error) {
	r, err := age.NewScryptRecipient(words(passphrase))
	if err != nil {
		return nil, err
	}
	r.SetWorkFactor(c.workFactor)
	text := append(k.text(), '\n')
	defer clear(text)
	return seal(text, r)
}

// unwrap opens a wrapped key; it asks for the passphrase if none is given and
// the right one could open it.
func (c *copies) unwrap(ctx context.Context, sealed []byte, passphrase, where string) (*key, error) {
	err := checkWork(sealed)
	if err == nil && passphrase == "" {
		passphrase, err = c.ask(ctx)
	}
	if err != nil {
		return nil, err
	}
	return unwrapKey(sealed, passphrase, where)
}

func (c *copies) ask(ctx context.Context) (string, error) {
	if c.prompt == nil {
		return "", ErrLocked
	}
	passphrase, err := c.prompt(ctx)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrLocked, err)
	}
	if passphrase == "" {
		return "", ErrLocked
	}
	return passphrase, nil
}

// words is the one form of a passphrase: composed (NFC), since the same keys give
// different bytes on different systems (RFC 8265 §4.2.2), and without the marks that
// editors put before and after a line.
func words(passphrase string) string {
	return norm.NFC.String(strings.TrimRight(strings.TrimPrefix(passphrase, "\ufeff"), "\r\n"))
}

// identities try a passphrase in its one form, then in the forms of older
// versions: as it is, and decomposed.
func identities(passphrase string) ([]age.Identity, error) {
	var ids []age.Identity
	var tried []string
	for _, form := range []string{words(passphrase), passphrase, norm.NFD.String(words(passphrase))} {
		if slices.Contains(tried, form) {
			continue
		}
		tried = append(tried, form)
		id, err := age.NewScryptIdentity(form)
		if err != nil {
			return nil, err
		}
		id.SetMaxWorkFactor(maxWorkFactor)
		ids = append(ids, id)
	}
	return ids, nil
}

// unwrapKey opens what [copies.wrapKey] made; where says where it was.
func unwrapKey(sealed []byte, passphrase, where string) (*key, error) {
	ids, err := identities(passphrase)
	if err != nil {
		return nil, ErrWrongPassphrase
	}
	text, err := unseal(sealed, ids...)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, ErrWrongPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", where, ErrDamaged, err)
	}
	defer clear(text)
	return parseKey(bytes.TrimSpace(text))
}
