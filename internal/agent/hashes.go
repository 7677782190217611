package agent

import (
	"sync"

	"github.com/claviger/claviger/internal/peer"
)

// maxHashes bounds what is remembered.
const maxHashes = 200

// hashes remembers the hash of each program's file: to read it takes long.
type hashes struct {
	mu    sync.Mutex
	known map[string]string
}

func newHashes() *hashes { return &hashes{known: map[string]string{}} }

// of is the hash of the file that a process runs. The key changes with the file.
func (h *hashes) of(p peer.Process) (string, error) {
	key := p.FileKey()
	h.mu.Lock()
	hash, ok := h.known[key]
	h.mu.Unlock()
	if ok && key != "" {
		return hash, p.Same()
	}
	hash, err := p.Hash()
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.known) >= maxHashes {
		clear(h.known)
	}
	h.known[key] = hash
	return hash, nil
}
