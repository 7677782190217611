package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/asking"
)

// keyholder holds the key in memory, for as long as it may be there.
type keyholder struct {
	files  *folder
	locks  *locks
	copies *copies
	// useIsTold is [Options.UseIsTold].
	useIsTold bool
	// loading is held while the key is fetched.
	loading chan struct{}

	mu     sync.Mutex
	key    *key
	closed bool
	// generation counts how often the key was dropped.
	generation int
	// opening is whether [Vault.Unlock] is under way: the mark is there until its end.
	opening bool
	// idling looks whether it is time for [Vault.LockAfter]; nil is not set.
	idling *time.Timer
}

// close drops the key for good, and reports whether it was the first to do so.
func (h *keyholder) close() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.key = nil
	h.generation++
	h.stopIdling()
	first := !h.closed
	h.closed = true
	return first
}

// lookOpen is an error once the vault is closed.
func (h *keyholder) lookOpen() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return errClosed
	}
	return nil
}

var errClosed = fmt.Errorf("vault: %w", fs.ErrClosed)

// unlocked returns the key, from memory if it still is the right one.
// Another process may have locked the vault or even made a new one in its
// place, so the two small files are read each time.
func (h *keyholder) unlocked(ctx context.Context) (*key, error) {
	if err := h.files.lookDirs(); err != nil {
		return nil, err
	}
	return h.unlockedHere(ctx)
}

// unlockedHere is unlocked if [folder.lookDirs] was called just before.
func (h *keyholder) unlockedHere(ctx context.Context) (*key, error) {
	m, err := h.files.parseMeta()
	if err != nil {
		if errors.Is(err, ErrNotSetUp) {
			h.drop()
		}
		return nil, err
	}
	if h.files.marked() {
		h.dropMarked()
		return nil, ErrLocked
	}
	if h.idle(m) && !h.locks.inUse() {
		h.lockIdle(ctx)
		return nil, fmt.Errorf("%w: unused for %s", ErrLocked, m.lockAfter())
	}
	if !h.useIsTold {
		h.files.touch(m)
	}
	if k := h.inMemory(m); k != nil {
		h.watchIdle(m)
		return k, nil
	}
	// One at a time, so that the person is asked once.
	select {
	case h.loading <- struct{}{}:
		defer func() { <-h.loading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if k := h.inMemory(m); k != nil {
		return k, nil
	}
	return h.load(ctx, m, "")
}

// inMemory returns the key if it is loaded and belongs to m.
func (h *keyholder) inMemory(m meta) *key {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.key != nil && h.key.is(m) {
		return h.key
	}
	return nil
}

// load opens the key and keeps it, unless the vault was locked meanwhile.
// h.loading must be held.
func (h *keyholder) load(ctx context.Context, m meta, passphrase string) (*key, error) {
	h.mu.Lock()
	generation := h.generation
	h.mu.Unlock()
	k, m, err := h.openCurrent(ctx, m, passphrase)
	if err != nil {
		return nil, err
	}
	if m.Pending != None || h.files.unsettled(m) {
		// Another try at removing the key from where it should not be. If that
		// fails now, it must not keep the person from their records. They asked for
		// those: no dialog of the keyring is for the rest.
		_ = h.settle(asking.Quiet(ctx), m)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, errClosed
	}
	if h.generation != generation {
		return nil, ErrLocked
	}
	h.key = k
	h.startIdling(m)
	return k, nil
}

// openCurrent is openKey, once more if the protection was changed
// meanwhile.
func (h *keyholder) openCurrent(ctx context.Context, m meta, passphrase string) (*key, meta, error) {
	for {
		k, err := h.openKey(ctx, m, passphrase)
		if err == nil || ctx.Err() != nil {
			return k, m, err
		}
		now, metaErr := h.files.readMeta()
		if metaErr != nil || now.Protection == m.Protection && now.ID == m.ID {
			return nil, m, err
		}
		m = now
	}
}

// openKey fetches the key from where m says it is, and makes sure that it is
// the key that the records are encrypted to.
func (h *keyholder) openKey(ctx context.Context, m meta, passphrase string) (*key, error) {
	if passphrase == "" {
		if k := h.fromKernel(m); k != nil {
			return k, nil
		}
	}
	return h.copies.open(ctx, m, passphrase)
}

// keep puts a key into memory.
func (h *keyholder) keep(k *key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.key = k
	}
}

// drop forgets the key, and makes a load that is under way forget it too.
func (h *keyholder) drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.key = nil
	h.generation++
	h.stopIdling()
}

// dropMarked is [keyholder.drop] for one who found the mark, which says nothing to an
// unlocking that is under way.
func (h *keyholder) dropMarked() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.opening {
		h.key = nil
		h.generation++
		h.stopIdling()
	}
}

// open is load for [Vault.Unlock], and removes the mark.
func (h *keyholder) open(ctx context.Context, m meta, passphrase string) error {
	h.setOpening(true)
	defer h.setOpening(false)
	if _, err := h.load(ctx, m, passphrase); err != nil {
		return err
	}
	return h.unmark(ctx, m)
}

func (h *keyholder) setOpening(is bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opening = is
}

// mark locks the vault for every process.
func (h *keyholder) mark(m meta) error {
	now := h.files.now().UTC().Format(time.RFC3339)
	err := h.files.disk.save(h.files.path(markFile), []byte(now+"\n"), nil)
	h.drop() // one that was loaded before the mark was there
	return errors.Join(err, forgetKept(m))
}

// settle is [copies.settle] under the setup lock. If that is held, a change is
// under way, which ends by itself: it is not waited for.
func (h *keyholder) settle(ctx context.Context, seen meta) error {
	release, err := h.locks.tryHold(setupLock)
	if release == nil {
		return err
	}
	defer release()
	m, err := h.files.readMeta()
	if err != nil || m != seen {
		return err
	}
	return h.copies.settle(ctx, m)
}
