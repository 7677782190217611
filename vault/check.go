package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Status is the state of the vault.
type Status struct {
	Dir        string     `json:"dir"`
	Protection Protection `json:"protection"`
	// Keyring names the keyring in use or that would be used; "" if none is.
	Keyring string `json:"keyring,omitempty"`
	// KeyringProblem says why the keyring cannot be used; "" if it can.
	KeyringProblem string `json:"keyring_problem,omitempty"`
	// KeyFile is [Options.KeyFile], or where [Vault.KeyToFile] put the key.
	KeyFile string `json:"key_file,omitempty"`
	// KeyFileProblem says why the key file of a vault that is protected by one
	// cannot be used; "" if it can.
	KeyFileProblem string `json:"key_file_problem,omitempty"`
	// Locked means that the vault opens no record as it is: it is marked, or
	// this process has not had its passphrase.
	Locked bool `json:"locked"`
	// KeptOpen means that [Vault.UnlockFor] lets this user's processes open it.
	KeptOpen bool `json:"kept_open,omitempty"`
	// Marked means that somebody locked it, for every process, with
	// [Vault.Lock].
	Marked  bool `json:"marked"`
	Records int  `json:"records"`
	// SetAside counts damaged records that were moved out of the way.
	SetAside int `json:"set_aside"`
	// LockAfter is how many seconds without use lock the vault; 0 is never.
	LockAfter int64 `json:"lock_after"`
}

// Status looks without changing anything and without unlocking.
func (v *Vault) Status(ctx context.Context) (Status, error) {
	s := Status{Dir: v.dir}
	if err := v.begin(ctx); err != nil {
		return s, err
	}
	if err := v.lookDirs(); err != nil {
		return s, err
	}
	names, err := v.names()
	if err != nil {
		return s, err
	}
	s.Records = len(names)
	if entries, err := os.ReadDir(v.path(asideDir)); err == nil {
		s.SetAside = len(entries)
	}
	m, err := v.readMeta()
	if err != nil && !errors.Is(err, ErrNotSetUp) {
		return s, err
	}
	v.lookProtection(&s, m)
	return s, v.lookRing(ctx, &s)
}

// lookProtection says what opens the vault, and whether it is open.
func (v *Vault) lookProtection(s *Status, m meta) {
	s.Protection = m.Protection
	s.LockAfter = m.LockAfter
	s.Marked = m.Protection != None && (v.marked() || v.idle(m))
	s.KeptOpen = m.Protection != None && !s.Marked && isKept(m)
	s.Locked = s.Marked || m.Protection.NeedsPassphrase() && v.inMemory(m) == nil && !s.KeptOpen
	s.KeyFile = v.keySource().path
	if m.Protection == File {
		if _, err := v.keyFromOwnFile(m); err != nil {
			s.KeyFileProblem = err.Error()
		}
	}
}

// lookRing says whether there is a keyring, and why not.
func (v *Vault) lookRing(ctx context.Context, s *Status) error {
	problem := v.ring.probe(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if problem != nil {
		s.KeyringProblem = problem.Error()
	}
	if !errors.Is(problem, ErrNoKeyring) {
		s.Keyring = v.ring.Name()
	}
	return nil
}

// Report is the outcome of [Vault.Check].
type Report struct {
	Good int `json:"good"`
	// Damaged names each damaged file and says why.
	Damaged []Damage `json:"damaged"`
	// SetAside names the damaged files that are kept, these and earlier ones.
	SetAside []string `json:"set_aside"`
	// Leftover names temporary files of a crash that were removed.
	Leftover []string `json:"leftover"`
}

// Damage is a damaged file.
type Damage struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Check reads every record. Damaged ones are set aside, never deleted; one of
// a newer version is told and stays. Temporary files of a crash, older than
// ten minutes, and lock files of records that are gone are removed.
func (v *Vault) Check(ctx context.Context) (Report, error) {
	r := Report{Damaged: []Damage{}, SetAside: []string{}, Leftover: []string{}}
	if err := v.begin(ctx); err != nil {
		return r, err
	}
	_, err := v.unlocked(ctx)
	if errors.Is(err, ErrNotSetUp) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	names, err := v.names()
	if err != nil {
		return r, err
	}
	for _, name := range names {
		_, err := v.Get(ctx, name)
		switch {
		case err == nil:
			r.Good++
		case errors.Is(err, fs.ErrNotExist):
			// Somebody removed it meanwhile.
		case errors.Is(err, ErrDamaged), errors.Is(err, ErrNewer), errors.Is(err, ErrUnsafe):
			r.Damaged = append(r.Damaged, Damage{File: name + recordExt, Reason: err.Error()})
		default:
			return r, err
		}
	}
	for _, dir := range []string{v.dir, v.path(recordsDir)} {
		names, err := namesIn(dir)
		if err != nil {
			return r, explained(err)
		}
		r.Leftover = append(r.Leftover, removeLeftovers(dir, names, v.o.Now())...)
	}
	if entries, err := os.ReadDir(v.path(asideDir)); err == nil {
		for _, e := range entries {
			r.SetAside = append(r.SetAside, filepath.Join(asideDir, e.Name()))
		}
	}
	v.removeLocks()
	return r, nil
}

// setAside moves a damaged record out of the way. Under the lock that
// publishing takes, it reads the file again: by now it may be a good one, which
// is returned.
func (v *Vault) setAside(ctx context.Context, name string, k *key) ([]byte, error) {
	release, err := v.hold(ctx, writeLock)
	if err != nil {
		// In a folder that cannot be written it stays where it is.
		return nil, fmt.Errorf("record %s: %w; it could not be set aside: %w", name, ErrDamaged, err)
	}
	defer release()
	if m, err := v.readMeta(); err != nil || !k.is(m) {
		return nil, fmt.Errorf("%w: the vault was created again", ErrKeyMissing)
	}
	sealed, err := readFile(v.recordPath(name), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound(name)
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	data, damage := openRecord(name, sealed, k.identity)
	if !errors.Is(damage, ErrDamaged) {
		return data, damage
	}
	to, err := v.moveAside(v.recordPath(name), name)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w; it could not be set aside: %w", name, damage, err)
	}
	return nil, fmt.Errorf("record %s: %w; the file is kept as %s", name, damage, filepath.Join(asideDir, to))
}

// asideKey is the name under which a key file of an older vault is set aside.
// Names of records have no underscore.
const asideKey = "_key"

// moveAside renames a file to a name of its own in the folder for damaged ones.
func (v *Vault) moveAside(path, name string) (string, error) {
	if err := v.makeDirs(asideDir); err != nil {
		return "", err
	}
	to := fmt.Sprintf("%s.%s-%s%s", name, v.o.Now().UTC().Format("20060102T150405Z"),
		strings.ToLower(rand.Text()[:8]), recordExt)
	if err := replace(path, v.path(asideDir, to)); err != nil {
		return "", explained(err)
	}
	return to, explained(errors.Join(v.disk.syncDir(v.path(asideDir)), v.disk.syncDir(filepath.Dir(path))))
}
