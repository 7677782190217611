package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/durable"
)

// The names in the vault's folder.
const (
	metaFile   = "vault.json"
	keyFile    = "key.age"
	markFile   = "locked"
	usedFile   = "used"
	indexFile  = "index.age"
	recordsDir = "records"
	asideDir   = "set-aside"
	locksDir   = "locks"
	recordExt  = ".age"
)

// folder is the folder with a vault's files.
type folder struct {
	dir  string
	disk disk
	now  func() time.Time

	mu       sync.Mutex
	lastMeta readBefore
}

func (d *folder) path(elem ...string) string {
	return filepath.Join(append([]string{d.dir}, elem...)...)
}

func (d *folder) recordPath(name string) string { return d.path(recordsDir, name+recordExt) }

// lookDirs refuses symbolic links in place of the folders. Folders that
// are not there yet are fine.
func (d *folder) lookDirs() error {
	for _, dir := range []string{d.dir, d.path(recordsDir)} {
		if _, err := lookDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return explained(err)
		}
	}
	return nil
}

// makeDirs makes the folders, each for the owner alone.
func (d *folder) makeDirs(names ...string) error {
	if d.disk.readOnly {
		return ErrReadOnly
	}
	if err := ensureDir(d.dir); err != nil {
		return err
	}
	for _, name := range names {
		if err := ensureDir(d.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// names lists the records, sorted.
func (d *folder) names() ([]string, error) {
	entries, err := os.ReadDir(d.path(recordsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return []string{}, nil
	}
	if err != nil {
		return nil, explained(err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), recordExt)
		if ok && e.Type().IsRegular() && checkName(name) == nil {
			names = append(names, name)
		}
	}
	// ReadDir sorts by file name: there, "a.age" comes after "a-b.age".
	slices.Sort(names)
	return names, nil
}

// marked reports whether the vault was locked.
func (d *folder) marked() bool {
	_, err := os.Lstat(d.path(markFile))
	return !errors.Is(err, fs.ErrNotExist) // in doubt it is locked
}

// asideKey is the name of a key file of an older vault that was set aside.
// Names of records have no underscore.
const asideKey = "_key"

// asideStamp is the time in the name of a file that was set aside.
const asideStamp = "20060102T150405Z"

// moveAside renames a file to a name of its own in the folder for damaged ones.
func (d *folder) moveAside(path, name string) (string, error) {
	if err := d.makeDirs(asideDir); err != nil {
		return "", err
	}
	to := fmt.Sprintf("%s.%s-%s%s", name, d.now().UTC().Format(asideStamp),
		strings.ToLower(rand.Text()[:8]), recordExt)
	if err := durable.Rename(path, d.path(asideDir, to)); err != nil {
		return "", explained(err)
	}
	return to, explained(errors.Join(d.disk.SyncDir(d.path(asideDir)), d.disk.SyncDir(filepath.Dir(path))))
}
