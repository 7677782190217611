// Package vault keeps named records of bytes in a folder of standard age
// files, so that a record is readable only with the vault's key.
//
// The key is an age identity. It is kept in the keyring of the operating
// system or, if there is none or by choice, in the folder itself, wrapped
// with a passphrase, or in a key file that the caller names at each use
// ([Options.KeyFile]). docs/vault-format.md describes the files.
package vault
