package attention

import (
	"context"
	"encoding/json"
	"io"
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
	file, err := os.Open(filepath.Join(f.Path, marksFile))
	if err != nil {
		return nil // nothing was said yet, or it is said again
	}
	defer func() { _ = file.Close() }() // only read from
	var m map[string]Mark
	if err := json.NewDecoder(io.LimitReader(file, maxMarks)).Decode(&m); err != nil {
		f.Log.Debug("what was said before cannot be read", "error", err)
		return nil
	}
	return m
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
