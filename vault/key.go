package vault

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"sync"

	"filippo.io/age"
)

// key is the vault's key. Its identity cannot be overwritten in memory: the
// library keeps it to itself. Dropping the pointer is what Go lets us do.
type key struct {
	identity    *age.HybridIdentity
	recipient   *age.HybridRecipient
	fingerprint string
	// fileKeys are those of the records that were opened with the key. They are
	// forgotten with it.
	fileKeys sync.Map // of the name
}

// open opens the file of a record, with the file key of before if it was not stored anew:
// to get a file key with the vault's key is most of the work. The file key is nil if it
// is not known.
func (k *key) open(name string, sealed []byte) (data, fileKey []byte, err error) {
	if known, ok := k.fileKeys.Load(name); ok {
		fileKey, _ = known.([]byte)
		if data, ok := openKnown(name, sealed, fileKey); ok {
			return data, fileKey, nil
		}
	}
	if plain, fileKey, ok := unsealShort(sealed, k.identity); ok {
		data, err := decodeRecord(name, plain)
		if err == nil {
			k.fileKeys.Store(name, fileKey)
		}
		return data, fileKey, err
	}
	data, err = openRecord(name, sealed, k.identity)
	return data, nil, err
}

// openKnown opens the file of a record with what may be its file key.
func openKnown(name string, sealed, fileKey []byte) (data []byte, ok bool) {
	plain, _, ok := unsealShort(sealed, age.NewInjectedFileKeyIdentity(fileKey))
	if !ok {
		return nil, false
	}
	data, err := decodeRecord(name, plain)
	return data, err == nil
}

func newKey() (*key, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	return keyOf(id), nil
}

func keyOf(id *age.HybridIdentity) *key {
	r := id.Recipient()
	sum := sha256.Sum256([]byte(r.String()))
	return &key{identity: id, recipient: r, fingerprint: hex.EncodeToString(sum[:])}
}

// parseKey reads "AGE-SECRET-KEY-PQ-1…". The error never holds the text.
func parseKey(b []byte) (*key, error) {
	id, err := age.ParseHybridIdentity(string(b))
	if err != nil {
		return nil, fmt.Errorf("%w: the stored value is not a key", ErrKeyMissing)
	}
	return keyOf(id), nil
}

// text is what [parseKey] reads: the seed form, 79 bytes. Clear it after use.
func (k *key) text() []byte { return []byte(k.identity.String()) }

// is reports whether k is the key that m names.
func (k *key) is(m meta) bool {
	return subtle.ConstantTimeCompare([]byte(k.fingerprint), []byte(m.Recipient)) == 1
}

// itemName is the name of the key in the keyring. The wrapped one has its own
// name, so that each of the two stays until the other is in place.
func itemName(m meta, p Protection) string {
	if p == Both {
		return "vault-" + m.ID + "-wrapped"
	}
	return "vault-" + m.ID
}
