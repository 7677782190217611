package attention

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/claviger/claviger/internal/durable"
)

// Names of files.
const (
	marksFile = "attention.json"
	lockFile  = "attention.lock"
)

// maxMarks bounds what is read of the file, in bytes.
const maxMarks = 1 << 20

// waitForTurn is how often it is looked whether another process ended.
const waitForTurn = 30 * time.Second

// Folder is the folder of everything that Claviger keeps, as a [Memory] and a [Turn].
type Folder struct {
	Path string
	Log  *slog.Logger
}

// Load implements [Memory].
func (f Folder) Load() map[string]Mark {
	var m map[string]Mark
	if err := readFile(filepath.Join(f.Path, marksFile), &m); err != nil {
		if !errors.Is(err, fs.ErrNotExist) { // nothing was said yet
			f.Log.Debug("what was said before cannot be read", "error", err)
		}
		return nil // it is said again
	}
	return m
}

// readFile reads what a file of this folder has.
func readFile(path string, into any) error {
	file, err := durable.Open(path, os.O_RDONLY)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // only read from
	return json.NewDecoder(io.LimitReader(file, maxMarks)).Decode(into)
}

// Save implements [Memory].
func (f Folder) Save(m map[string]Mark) {
	data, err := json.Marshal(m)
	if err == nil {
		err = durable.Replace(filepath.Join(f.Path, marksFile), append(data, '\n'))
	}
	if err != nil {
		f.Log.Debug("what was said could not be stored", "error", err)
	}
}

// Turn is a [Turn]: the system gives it on if a process dies.
func (f Folder) Turn(ctx context.Context) (release func(), err error) {
	lock := flock.New(filepath.Join(f.Path, lockFile), flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, waitForTurn); err != nil {
		return nil, err
	}
	return func() { _ = lock.Unlock() }, nil // the system does it at the end too
}
