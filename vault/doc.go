// Package vault keeps named records of bytes in a folder of standard age
// files. A record can be read only with the vault's key, and the age tool
// opens it too. docs/vault-format.md describes the files.
//
// The key is an age identity. Its [Protection] says where it is: in the keyring
// of the operating system, wrapped with a passphrase (in the folder, or in the
// keyring too), or in a key file that the caller names each time
// ([Options.KeyFile]).
//
// [Open] a folder, call [Vault.Setup] the first time and [Vault.Unlock] after
// that, then [Vault.Put] and [Vault.Get] records. With a keyring neither call
// is needed. To change a record that other processes change too, hold it with
// [Vault.LockRecord]. A write replaces the whole record or leaves the old one, even if the
// process is killed. A damaged record is set aside, never deleted.
//
// Errors wrap an [*Error], such as [ErrLocked] or [ErrDamaged], or one of io/fs,
// such as [io/fs.ErrNotExist].
//
// The vault does not hide the names, sizes, times and number of records. It does
// not notice if a record is replaced by an older copy of itself. It does not
// protect against programs that run as the same user while it is unlocked, and
// it cannot wipe all copies of the key from memory. If the key is lost, only an
// export ([Vault.Export]) helps.
package vault
