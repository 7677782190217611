// Package vault keeps named records of bytes in a folder of standard age
// files, so that a record is readable only with the vault's key.
//
// The key is an age identity. It is kept in the keyring of the operating
// system or, where there is none or by choice, in the folder itself, wrapped
// with a passphrase. docs/vault-format.md describes the files.
package vault
