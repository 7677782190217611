package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/claviger/claviger/internal/shell"
)

// maxKeyFile is the largest size of a key file: some keys with comments.
const maxKeyFile = 16 << 10

// keySource is the key file in use.
type keySource struct {
	path string
	// credential is [Options.KeyFileIsCredential].
	credential bool
}

// ownFile is a file of the person's own with the key.
type ownFile struct {
	files *folder

	mu     sync.Mutex
	source keySource
}

func (o *ownFile) current() keySource {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.source
}

func (o *ownFile) use(s keySource) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.source = s
}

// lookPlace refuses folders in which a key file would be lost or swapped, such as
// /tmp: it is sticky, but emptied at the next start.
func (o *ownFile) lookPlace(path string) error {
	dir := filepath.Dir(path)
	fi, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: the folder %s does not exist; create it: %s", ErrKeyFilePlace, dir, shell.Here.Make(dir))
	case err != nil:
		return fmt.Errorf("%w: %s: %s", ErrKeyFilePlace, dir, systemReason(err))
	case !fi.IsDir():
		return fmt.Errorf("%w: %s is not a folder", ErrKeyFilePlace, dir)
	}
	if uid, known := ownerOf(fi); known && uid != os.Geteuid() && uid != 0 {
		return fmt.Errorf("%w: the folder %s belongs to another user; choose one of your own", ErrKeyFilePlace, dir)
	}
	if tooOpen(fi.Mode()) && fi.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%w: others can write into the folder %s; choose another one, or if it is yours alone: chmod go-w %s",
			ErrKeyFilePlace, dir, shell.Quote(dir))
	}
	if rel, err := filepath.Rel(o.files.dir, path); err == nil && filepath.IsLocal(rel) {
		return fmt.Errorf("%w: in the vault's own folder it would be in every copy of the vault; choose another folder", ErrKeyFilePlace)
	}
	return nil
}

// ensure writes k, or a new key if k is nil, to a file that is not
// there yet.
func (o *ownFile) ensure(path string, k *key) error {
	wanted := k
	if k == nil {
		fresh, err := newKey()
		if err != nil {
			return err
		}
		k = fresh
	}
	err := o.write(path, k)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	there, err := readKeyFile(keySource{path: path})
	switch {
	case err != nil:
		return fmt.Errorf("%w: a file of that name already exists and is left as it is: %w", ErrKeyFileTaken, err)
	case wanted == nil && len(there) == 1,
		wanted != nil && slices.ContainsFunc(there, func(t *key) bool { return t.fingerprint == wanted.fingerprint }):
		return nil
	}
	return fmt.Errorf("%w: %s already exists with another key and is left as it is; choose another name", ErrKeyFileTaken, path)
}

// keyComment begins a key file that we make.
const keyComment = "# The key of a Claviger vault. Whoever can read this file can open the vault.\n"

// write makes the file under its final name: under a temporary one, a killed
// process would leave the key where no one looks for it. Nothing
// refers to the file before it is whole.
func (o *ownFile) write(path string, k *key) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|noFollow, 0o600)
	if err != nil {
		if errors.Is(err, fs.ErrExist) {
			return err
		}
		return fmt.Errorf("%w: %s: %s", ErrKeyFilePlace, path, systemReason(err))
	}
	text := k.text()
	defer clear(text)
	data := slices.Concat([]byte(keyComment), text, []byte("\n"))
	defer clear(data)
	if err := o.files.disk.Fill(f, data); err != nil {
		_ = os.Remove(path) // else it stays there, without a whole key
		return explained(err)
	}
	return explained(o.files.disk.SyncDir(filepath.Dir(path)))
}

// key reads the vault's key from its key file.
func (o *ownFile) key(m meta) (*key, error) {
	s := o.current()
	if s.path == "" {
		return nil, ErrKeyFileUnset
	}
	keys, err := readKeyFile(s)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if k.is(m) {
			return k, nil
		}
	}
	return nil, fmt.Errorf("%w: %s has the key of another vault", ErrKeyFileOther, s.path)
}

// onlyKey reads the one key of a file.
func onlyKey(s keySource) (*key, error) {
	keys, err := readKeyFile(s)
	if err != nil {
		return nil, err
	}
	if len(keys) != 1 {
		return nil, fmt.Errorf("%w: %s has %d keys; a new vault takes a file with one", ErrKeyFileBad, s.path, len(keys))
	}
	return keys[0], nil
}

// readKeyFile reads an age identity file: at least one key, comments and empty
// lines. Its errors say what to do and never hold what is in the file.
func readKeyFile(s keySource) ([]*key, error) {
	b, err := readOpened(s.path, maxKeyFile, func(fi fs.FileInfo) error { return lookOwner(fi, s) })
	defer clear(b)
	var known *Error
	switch {
	case err == nil:
		return parseKeyFile(s.path, b)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %s does not exist", ErrKeyFileMissing, s.path)
	case errors.Is(err, ErrUnsafe):
		return nil, fmt.Errorf("%w: %s is not a plain file; name the file itself, not a link, folder or pipe", ErrKeyFileBad, s.path)
	case errors.As(err, &known) && known != ErrReadOnly:
		return nil, err
	}
	return nil, fmt.Errorf("%w: %s: %s", ErrKeyFileBad, s.path, systemReason(err))
}

// lookOwner refuses a file that others can read or own, as ssh does.
// systemd makes a credential for one service alone, but it may be the
// superuser's and have an access list that lets the service's user read it: the
// bits of the group are the list's mask then (systemd.exec(5), LoadCredential=).
func lookOwner(fi fs.FileInfo, s keySource) error {
	mode := fi.Mode()
	uid, known := ownerOf(fi)
	if s.credential {
		mode &^= 0o040
		known = known && uid != 0
	}
	if known && uid != os.Geteuid() {
		return fmt.Errorf("%w: %s belongs to another user (%d); make it your own: chown %d %s",
			ErrKeyFileShared, s.path, uid, os.Geteuid(), shell.Quote(s.path))
	}
	if tooOpen(mode) {
		return fmt.Errorf("%w: others can use %s (mode %04o), and whoever reads it can open the vault; protect it: chmod 600 %s",
			ErrKeyFileShared, s.path, fi.Mode().Perm(), shell.Quote(s.path))
	}
	return nil
}

// The beginnings of what people may mistake for a key.
const (
	keyPrefix      = "AGE-SECRET-KEY-PQ-1"
	olderKeyPrefix = "AGE-SECRET-KEY-1"
	publicPrefix   = "age1"
)

// parseKeyFile reads what age would read, and skips a byte order mark before it.
func parseKeyFile(path string, b []byte) ([]*key, error) {
	bad := func(what string) ([]*key, error) { return nil, fmt.Errorf("%w: %s %s", ErrKeyFileBad, path, what) }
	if len(b) > maxKeyFile {
		return bad("is too large for a key file")
	}
	var keys []*key
	other := ""
	for line := range bytes.Lines(bytes.TrimPrefix(b, []byte("\ufeff"))) {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0 || line[0] == '#':
		case bytes.HasPrefix(line, []byte(keyPrefix)):
			k, err := parseKey(line)
			if err != nil {
				return bad("has a key that is cut or mistyped; restore a good copy")
			}
			keys = append(keys, k)
		case bytes.HasPrefix(line, []byte(olderKeyPrefix)):
			other = "has a key of age's older kind; a vault takes " + keyPrefix + "…; to make one: claviger vault key-file FILE"
		case bytes.HasPrefix(line, []byte(publicPrefix)):
			other = "has a public key, which opens nothing"
		case bytes.HasPrefix(line, []byte("age-encryption.org/")), bytes.HasPrefix(line, []byte("-----BEGIN AGE")):
			return bad("is encrypted; decrypt it first: age -d")
		default:
			return bad("is not an age identity file; to make one: claviger vault key-file FILE")
		}
	}
	switch {
	case len(keys) > 0:
		return keys, nil
	case other != "":
		return bad(other)
	}
	return bad("has no key in it; to make one: claviger vault key-file FILE, with the name of a file that does not exist yet")
}

// systemReason is what the system said, without the path.
func systemReason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
