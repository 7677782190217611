package vault

import (
	"crypto/rand"
	"path/filepath"
	"strings"

	"github.com/claviger/claviger/internal/durable"
)

// tempPrefix starts the names of files that are not complete yet. No record
// can be named like that.
const tempPrefix = ".tmp-"

func isTemporary(name string) bool { return strings.HasPrefix(name, tempPrefix) }

// disk writes files of the vault, with the errors of this package.
type disk struct {
	durable.Disk
	// readOnly is [Options.ReadOnly].
	readOnly bool
}

// save replaces the file at path: a crash at any moment leaves either the old
// or the new one, and the new one is on the disk when save returns. publish,
// if not nil, wraps the rename.
func (d disk) save(path string, data []byte, publish func(rename func() error) error) error {
	if d.readOnly {
		return ErrReadOnly
	}
	if err := lookFile(path); err != nil {
		return err
	}
	temp := filepath.Join(filepath.Dir(path), tempPrefix+strings.ToLower(rand.Text()))
	return explained(d.Replace(path, temp, data, publish))
}

// remove deletes a file, durably. One that is not there is no error.
func (d disk) remove(path string) error {
	if d.readOnly {
		return ErrReadOnly
	}
	return explained(d.Remove(path))
}
