package vault

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// idleLook bounds the time between two looks at whether it is time to lock. A
// timer stands still while the computer sleeps.
const idleLook = time.Minute

// busyWait is how long a lock waits for the end of what is under way.
const busyWait = time.Second

// idle reports whether it is time to lock. It is if the clock was set back and this
// process, without the key, cannot know what was before.
func (h *keyholder) idle(m meta) bool {
	if m.LockAfter == 0 {
		return false
	}
	u := h.files.unused(m)
	return u >= m.lockAfter() || u < -clockStep && h.inMemory(m) == nil
}

// lockIdle locks the vault for every process, unless it was used by now.
func (h *keyholder) lockIdle(ctx context.Context) {
	h.drop()
	release, err := h.locks.hold(ctx, setupLock)
	if err != nil {
		return // a folder that cannot be written: every process finds out itself
	}
	defer release()
	if m, err := h.files.readMeta(); err == nil && h.idle(m) {
		_ = h.mark(m) // the same
	}
}

// unmark ends what [keyholder.mark] and [keyholder.lockIdle] began.
func (h *keyholder) unmark(ctx context.Context, m meta) error {
	if m.LockAfter > 0 {
		// So that a process that is just locking it sees this use.
		release, err := h.locks.hold(ctx, setupLock)
		if err != nil {
			return err
		}
		defer release()
		h.files.touch(m)
	}
	return h.files.disk.remove(h.files.path(markFile))
}

// watchIdle begins to look after [Vault.LockAfter] if another process set it.
func (h *keyholder) watchIdle(m meta) {
	if m.LockAfter == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.idling == nil {
		h.startIdling(m)
	}
}

// restartIdling looks from now on after what m says.
func (h *keyholder) restartIdling(m meta) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopIdling()
	h.startIdling(m)
}

// startIdling and stopIdling want h.mu held.
func (h *keyholder) startIdling(m meta) {
	if m.LockAfter > 0 && h.key != nil && h.idling == nil {
		h.idling = time.AfterFunc(min(m.lockAfter(), idleLook), h.lookIdle)
	}
}

func (h *keyholder) stopIdling() {
	if h.idling != nil {
		h.idling.Stop()
		h.idling = nil
	}
}

// lookIdle locks the vault when it is time, and else looks again.
func (h *keyholder) lookIdle() {
	h.mu.Lock()
	h.idling = nil
	h.mu.Unlock()
	m, err := h.files.readMeta()
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotSetUp) {
			h.drop()
		}
		return
	}
	if m.LockAfter == 0 || h.inMemory(m) == nil {
		return
	}
	if h.files.unused(m) < -clockStep {
		h.files.touch(m) // the clock was set back: the time begins anew
	}
	wait := min(m.lockAfter()-h.files.unused(m), idleLook)
	if wait <= 0 {
		if !h.locks.inUse() {
			h.lockIdle(context.Background())
			return
		}
		wait = busyWait
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.key != nil && h.idling == nil {
		h.idling = time.AfterFunc(wait, h.lookIdle)
	}
}
