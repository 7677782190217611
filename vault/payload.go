package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"
)

// chunkSize is how much of an age file's payload is encrypted in one piece, and
// payloadNonce how many random bytes precede it
// (https://age-encryption.org/v1, "Payload").
const (
	chunkSize    = 64 << 10
	payloadNonce = 16
)

// unsealShort decrypts an age file whose payload is a single chunk, as that of nearly
// every record is, and returns its file key, too. It reports whether every byte is as
// it was written; if not, and for a longer file, [unseal] says what is wrong.
//
// age's own reader takes two buffers of 64 KiB a file. For a list of 1,000 records
// that was as much work as decrypting them.
func unsealShort(sealed []byte, id age.Identity) (plain, fileKey []byte, ok bool) {
	header, payload, ok := splitSealed(sealed)
	if !ok || len(payload) > payloadNonce+chunkSize+chacha20poly1305.Overhead {
		return nil, nil, false
	}
	fileKey, err := age.DecryptHeader(header, id) // and verify it
	if err != nil {
		return nil, nil, false
	}
	key, err := hkdf.Key(sha256.New, fileKey, payload[:payloadNonce], "payload", chacha20poly1305.KeySize)
	if err != nil {
		return nil, nil, false
	}
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, nil, false
	}
	// The nonce counts the chunks, and its last byte marks the last one.
	var only [chacha20poly1305.NonceSize]byte
	only[len(only)-1] = 1
	chunk := payload[payloadNonce:]
	plain, err = aead.Open(make([]byte, 0, len(chunk)), only[:], chunk, nil)
	return plain, fileKey, err == nil
}

// splitSealed cuts an age file behind the line of its header that begins with "---".
// No earlier line of a header can begin so.
func splitSealed(sealed []byte) (header, payload []byte, ok bool) {
	mac := bytes.Index(sealed, []byte("\n--- "))
	if mac < 0 {
		return nil, nil, false
	}
	end := bytes.IndexByte(sealed[mac+1:], '\n')
	if end < 0 {
		return nil, nil, false
	}
	cut := mac + 1 + end + 1
	return sealed[:cut], sealed[cut:], len(sealed)-cut >= payloadNonce
}
