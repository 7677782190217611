package vault

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/durable"
)

// Status is the state of the vault.
type Status struct {
	Dir        string     `json:"dir"`
	Protection Protection `json:"protection"`
	// Keyring names the keyring in use or that would be used; "" if none is.
	Keyring string `json:"keyring,omitempty"`
	// KeyringProblem says why the keyring cannot be used; "" if it can.
	KeyringProblem string `json:"keyring_problem,omitempty"`
	// KeyFile is [Options.KeyFile], or the file that [Vault.KeyToFile] made.
	KeyFile string `json:"key_file,omitempty"`
	// KeyFileProblem says why the key file of a vault that is protected by one
	// cannot be used; "" if it can.
	KeyFileProblem string `json:"key_file_problem,omitempty"`
	// Locked means that no record can be opened now: the vault is marked, or
	// this process was not given its passphrase.
	Locked bool `json:"locked"`
	// KeptOpen means that [Vault.UnlockFor] lets this user's processes open it.
	KeptOpen bool `json:"kept_open,omitempty"`
	// Marked means that it was locked, for every process, with [Vault.Lock].
	Marked  bool `json:"marked"`
	Records int  `json:"records"`
	// SetAside counts damaged records that were moved out of the way.
	SetAside int `json:"set_aside"`
	// LockAfter is how many seconds without use lock the vault; 0 is never.
	LockAfter int64 `json:"lock_after"`
	// OldKey names an item of the keyring that may have an old copy of the key, or
	// that an interrupted change left there; "" if there is none.
	OldKey string `json:"old_key,omitempty"`
}

// Status looks without changing anything and without unlocking. If the service of the
// keyring does not run, the bus starts it.
func (v *Vault) Status(ctx context.Context) (Status, error) {
	s, err := v.Look(ctx)
	if err != nil {
		return s, err
	}
	err = v.lookRing(ctx, &s)
	return s, err
}

// Missing names the records that exist only damaged, and were set aside since a time.
func (v *Vault) Missing(since time.Time) []string {
	entries, err := os.ReadDir(v.files.path(asideDir))
	if err != nil {
		return nil // as a rule there is no such folder
	}
	var list []string
	for _, e := range entries {
		name, stamp, _ := strings.Cut(e.Name(), ".")
		stamp, _, _ = strings.Cut(stamp, "-")
		at, err := time.Parse(asideStamp, stamp)
		if err != nil || at.Before(since) || slices.Contains(list, name) {
			continue
		}
		if _, err := os.Lstat(v.files.recordPath(name)); errors.Is(err, fs.ErrNotExist) {
			list = append(list, name)
		}
	}
	return list
}

// Look is [Vault.Status] without the keyring: see [Vault.Keyring].
func (v *Vault) Look(ctx context.Context) (Status, error) {
	s := Status{Dir: v.files.dir}
	if err := v.begin(ctx); err != nil {
		return s, err
	}
	if err := v.files.lookDirs(); err != nil {
		return s, err
	}
	names, err := v.files.names()
	if err != nil {
		return s, err
	}
	s.Records = len(names)
	if entries, err := os.ReadDir(v.files.path(asideDir)); err == nil {
		s.SetAside = len(entries)
	}
	m, err := v.files.readMeta()
	if err != nil && !errors.Is(err, ErrNotSetUp) {
		return s, err
	}
	v.lookProtection(&s, m)
	return s, nil
}

// lookProtection says what opens the vault, and whether it is open.
func (v *Vault) lookProtection(s *Status, m meta) {
	s.Protection = m.Protection
	s.LockAfter = m.LockAfter
	if m.Pending.UsesKeyring() {
		s.OldKey = itemName(m, m.Pending)
	}
	s.Marked = m.Protection != None && (v.files.marked() || v.keys.idle(m))
	s.KeptOpen = m.Protection != None && !s.Marked && isKept(m)
	s.Locked = s.Marked || m.Protection.NeedsPassphrase() && v.keys.inMemory(m) == nil && !s.KeptOpen
	s.KeyFile = v.copies.own.current().path
	if m.Protection == File {
		if _, err := v.copies.own.key(m); err != nil {
			s.KeyFileProblem = err.Error()
		}
	}
}

// lookRing says whether there is a keyring, and why not.
func (v *Vault) lookRing(ctx context.Context, s *Status) error {
	problem := v.copies.ring.probe(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if problem != nil {
		s.KeyringProblem = problem.Error()
	}
	if !errors.Is(problem, ErrNoKeyring) {
		s.Keyring = v.copies.ring.Name()
	}
	return nil
}

// Keyring looks at the keyring.
func (v *Vault) Keyring(ctx context.Context) KeyringState { return v.copies.ring.state(ctx) }

// Leftovers are temporary files of a crash, which [Vault.Check] removes.
func (v *Vault) Leftovers() []string {
	var out []string
	for _, dir := range []string{v.files.dir, v.files.path(recordsDir)} {
		names, err := durable.NamesIn(dir)
		if err != nil {
			continue // then there is more to say of it than this
		}
		for _, name := range durable.Leftovers(dir, names, isTemporary, v.files.now()) {
			out = append(out, filepath.Join(dir, name))
		}
	}
	return out
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
// a newer version is reported and stays. Temporary files of a crash, older than
// ten minutes, and lock files of records that are gone are removed.
func (v *Vault) Check(ctx context.Context) (Report, error) {
	r := Report{Damaged: []Damage{}, SetAside: []string{}, Leftover: []string{}}
	if err := v.begin(ctx); err != nil {
		return r, err
	}
	if v.o.ReadOnly {
		return r, ErrReadOnly
	}
	_, err := v.keys.unlocked(ctx)
	if errors.Is(err, ErrNotSetUp) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	names, err := v.files.names()
	if err != nil {
		return r, err
	}
	for _, name := range names {
		_, err := v.Get(ctx, name)
		switch {
		case err == nil:
			r.Good++
		case errors.Is(err, fs.ErrNotExist):
			// Another process removed it meanwhile.
		case errors.Is(err, ErrDamaged), errors.Is(err, ErrNewer), errors.Is(err, ErrUnsafe):
			r.Damaged = append(r.Damaged, Damage{File: name + recordExt, Reason: err.Error()})
		default:
			return r, err
		}
	}
	for _, dir := range []string{v.files.dir, v.files.path(recordsDir)} {
		names, err := durable.NamesIn(dir)
		if err != nil {
			return r, explained(err)
		}
		r.Leftover = append(r.Leftover, durable.RemoveLeftovers(dir, names, isTemporary, v.files.now())...)
	}
	if entries, err := os.ReadDir(v.files.path(asideDir)); err == nil {
		for _, e := range entries {
			r.SetAside = append(r.SetAside, filepath.Join(asideDir, e.Name()))
		}
	}
	v.locks.removeUnused()
	return r, nil
}
