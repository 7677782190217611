package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/durable"
)

// RepairReport is the outcome of [Vault.Repair].
type RepairReport struct {
	Report
	// Restored names records that were set aside, are whole, and are back.
	Restored []string `json:"restored"`
	// Lost lists each record that exists only damaged: the name of the record, the
	// file that is kept of it, and why it cannot be read.
	Lost []Loss `json:"lost"`
	// Superseded names files that were set aside, but the vault has a record of
	// that name: nothing is missing.
	Superseded []string `json:"superseded"`
}

// Loss is a record that exists only damaged.
type Loss struct {
	Name string `json:"name"`
	Damage
}

// Repair does what [Vault.Check] does, and then looks at everything that was ever
// set aside: a record that is whole (its file was restored, or it only had the
// name of another) gets its place back, if that is free. Nothing is deleted or
// overwritten.
func (v *Vault) Repair(ctx context.Context) (RepairReport, error) {
	r := RepairReport{Restored: []string{}, Lost: []Loss{}, Superseded: []string{}}
	var err error
	if r.Report, err = v.Check(ctx); err != nil {
		return r, err
	}
	k, err := v.keys.unlocked(ctx)
	if errors.Is(err, ErrNotSetUp) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	// The latest first: of two files of one record, it wins.
	slices.SortFunc(r.SetAside, func(a, b string) int { return strings.Compare(asideTime(b), asideTime(a)) })
	var left []string
	var lost []Loss
	for _, file := range r.SetAside {
		name, damage, err := v.takeBack(ctx, file, k)
		switch {
		case err != nil:
			return r, err
		case damage == nil:
			r.Restored = append(r.Restored, name)
			continue
		default:
			lost = append(lost, Loss{name, Damage{file, damage.Error()}})
		}
		left = append(left, file)
	}
	r.SetAside = append([]string{}, left...)
	slices.Sort(r.SetAside)
	for _, l := range lost { // at the end: what came back is not lost
		if _, err := os.Lstat(v.files.recordPath(l.Name)); err == nil || l.Name == asideKey {
			r.Superseded = append(r.Superseded, l.File)
			continue
		}
		r.Lost = append(r.Lost, l)
	}
	r.Good += len(r.Restored)
	return r, nil
}

// asideTime is the time in the name of a file that was set aside.
func asideTime(file string) string {
	_, rest, _ := strings.Cut(filepath.Base(file), ".")
	return rest
}

var errTaken = errors.New("the vault already has a record of this name")

// takeBack puts a file that was set aside back in its place. damage says why
// that is impossible.
func (v *Vault) takeBack(ctx context.Context, file string, k *key) (name string, damage, err error) {
	name, _, _ = strings.Cut(filepath.Base(file), ".")
	sealed, err := readFile(v.files.path(file), maxFile)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrUnsafe) {
		return name, err, nil
	}
	if err != nil {
		return name, nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(sealed) > maxFile {
		return name, ErrTooLarge, nil
	}
	plain, err := unseal(sealed, k.identity)
	if err != nil {
		return name, err, nil
	}
	own, _, err := splitRecord(plain)
	if err != nil {
		return name, err, nil
	}
	release, err := v.locks.hold(ctx, writeLock)
	if err != nil {
		return own, nil, err
	}
	defer release()
	if _, err := os.Lstat(v.files.recordPath(own)); !errors.Is(err, fs.ErrNotExist) {
		return own, errTaken, nil
	}
	if err := durable.Rename(v.files.path(file), v.files.recordPath(own)); err != nil {
		return own, nil, fmt.Errorf("%s: %w", file, explained(err))
	}
	err = errors.Join(v.files.disk.SyncDir(v.files.path(recordsDir)), v.files.disk.SyncDir(v.files.path(asideDir)))
	return own, nil, explained(err)
}
