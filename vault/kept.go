package vault

import (
	"errors"
	"io/fs"
)

// keptName names one vault: a user may have several.
func keptName(m meta) string { return "claviger:vault-" + m.ID }

// fromKernel returns nil if the kernel has no key of this vault, for
// whatever reason: there is another way to open it then. A vault that is locked,
// or was not used for too long, requires more than that.
func (h *keyholder) fromKernel(m meta) *key {
	if m.Protection == File || h.files.marked() || h.idle(m) {
		return nil
	}
	b, err := kernelGet(keptName(m))
	if err != nil {
		return nil
	}
	defer clear(b)
	k, err := parseKey(b)
	if err != nil || !k.is(m) {
		return nil
	}
	return k
}

// isKept reports whether the kernel has the key, without reading it.
func isKept(m meta) bool { return kernelHas(keptName(m)) }

// forgetKept takes the key from the kernel. If the kernel has none, or
// keeps none at all, that is just as good.
func forgetKept(m meta) error {
	err := kernelRemove(keptName(m))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
