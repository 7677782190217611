package vault

import (
	"bytes"
	"testing"

	"filippo.io/age"
)

// sealedSize has a size of contents that an age file can have in one chunk, or not.
var sealedSizes = map[int]bool{0: true, 1: true, 5000: true, chunkSize - 1: true, chunkSize: true, chunkSize + 1: false, 3 * chunkSize: false}

func TestShortPayloadsAreReadAsAgeReadsThem(t *testing.T) {
	k, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	for size, short := range sealedSizes {
		contents := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		sealed, err := seal(contents, k.recipient)
		if err != nil {
			t.Fatal(err)
		}
		plain, fileKey, ok := unsealShort(sealed, k.identity)
		if ok != short || ok && !bytes.Equal(plain, contents) {
			t.Fatalf("%d bytes: read %v, %d bytes", size, ok, len(plain))
		}
		if slow, err := unseal(sealed, k.identity); err != nil || !bytes.Equal(slow, contents) {
			t.Fatalf("%d bytes: age reads %d, %v", size, len(slow), err)
		}
		if !short {
			continue
		}
		if again, _, ok := unsealShort(sealed, age.NewInjectedFileKeyIdentity(fileKey)); !ok || !bytes.Equal(again, contents) {
			t.Errorf("%d bytes: not read with the file key", size)
		}
	}
}

// TestShortPayloadsHaveEveryByte: one byte of a file that is not as it was written is
// noticed, with the vault's key and with the file key alone.
func TestShortPayloadsHaveEveryByte(t *testing.T) {
	k, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal([]byte("contents"), k.recipient)
	if err != nil {
		t.Fatal(err)
	}
	_, fileKey, ok := unsealShort(sealed, k.identity)
	if !ok {
		t.Fatal("not read")
	}
	ids := []age.Identity{k.identity, age.NewInjectedFileKeyIdentity(fileKey)}
	for i := range sealed {
		flipped := bytes.Clone(sealed)
		flipped[i] ^= 1 << (i % 8)
		for _, bad := range [][]byte{flipped, sealed[:i], append(bytes.Clone(sealed), sealed[i])} {
			for _, id := range ids {
				if plain, _, ok := unsealShort(bad, id); ok {
					t.Fatalf("byte %d: taken as %q", i, plain)
				}
			}
		}
	}
}
