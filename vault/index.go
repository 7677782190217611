package vault

import (
	"bytes"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
)

// The index holds the file keys of many records, encrypted to the vault's key. What
// costs most in opening a record is to get its file key with the vault's key
// (ML-KEM-768 and X25519).
//
// It decides nothing, so it need not be right. The record itself is read each
// time, and age verifies its header and its contents with the file key. A key that
// does not fit, such as that of a record that was stored again, is as good as none:
// then the vault's key opens the record, and says whether it is damaged.
const (
	indexHead   = "claviger-index/1\n"
	fileKeySize = 16 // bytes (https://age-encryption.org/v1, "File key")
)

// encodeIndex is one line a record, sorted: its name and its file key.
func encodeIndex(fileKeys map[string][]byte) []byte {
	b := []byte(indexHead)
	for _, name := range slices.Sorted(maps.Keys(fileKeys)) {
		b = append(b, name...)
		b = append(b, ' ')
		b = base64.RawStdEncoding.AppendEncode(b, fileKeys[name])
		b = append(b, '\n')
	}
	return b
}

// decodeIndex is the reverse. One of another version has no keys, nor has a line
// that is not of this one.
func decodeIndex(b []byte) map[string][]byte {
	fileKeys := map[string][]byte{}
	b, ok := bytes.CutPrefix(b, []byte(indexHead))
	if !ok {
		return fileKeys
	}
	for line := range strings.Lines(string(b)) {
		name, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		fileKey, err := base64.RawStdEncoding.Strict().DecodeString(text)
		if err == nil && len(fileKey) == fileKeySize && checkName(name) == nil {
			fileKeys[name] = fileKey
		}
	}
	return fileKeys
}

// readIndex returns the file keys that the index has. One that is missing,
// damaged, or of another vault has none.
func (d *folder) readIndex(k *key) map[string][]byte {
	sealed, err := readFile(d.path(indexFile), maxFile)
	if err != nil {
		return nil
	}
	plain, _, ok := unsealShort(sealed, k.identity)
	if !ok {
		if plain, err = unseal(sealed, k.identity); err != nil {
			return nil
		}
	}
	return decodeIndex(plain)
}

// writeIndex replaces the index. It has no record that is gone when this returns,
// if [Vault.Delete] removes the index after the record.
func (d *folder) writeIndex(fileKeys map[string][]byte, k *key) error {
	sealed, err := seal(encodeIndex(fileKeys), k.recipient)
	if err != nil {
		return err
	}
	if err := d.disk.save(d.path(indexFile), sealed, nil); err != nil {
		return err
	}
	if d.lack(fileKeys) {
		return d.disk.remove(d.path(indexFile))
	}
	return nil
}

// lack reports whether one of the records is not there; in doubt it is not.
func (d *folder) lack(fileKeys map[string][]byte) bool {
	names, err := d.names()
	for name := range fileKeys {
		if _, there := slices.BinarySearch(names, name); err != nil || !there {
			return true
		}
	}
	return false
}
