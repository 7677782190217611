package state

import (
	"context"
	"strings"
	"sync"

	"github.com/claviger/claviger/internal/durable"
)

// lastFile keeps the id of the account that was open last, so that the next
// start opens it again. An id is random and says nothing of the account.
type lastFile struct {
	path string

	mu     sync.Mutex
	next   string
	stored string
}

// load reads the id. Without one nothing is lost: the first account is opened.
func (f *lastFile) load() {
	if f.path == "" {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if data, err := readSmall(f.path, maxSettingsSize); err == nil {
		f.stored = strings.TrimSpace(string(data))
		f.next = f.stored
	}
}

// id is the newest id, "" if there is none.
func (f *lastFile) id() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.next
}

// want names the id to store, and reports whether it is another one.
func (f *lastFile) want(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	other := f.next != id
	f.next = id
	return other && f.path != ""
}

// save writes the newest id.
func (f *lastFile) save() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stored != f.next && durable.Replace(f.path, []byte(f.next+"\n")) == nil {
		f.stored = f.next
	}
}

// lastOr is the account to open first: the one that was open last, or the first.
func (s State) lastOr(id string) string {
	if s.AccountByID(id) != nil {
		return id
	}
	return s.Accounts[0].ID
}

// noteLast remembers the account that is open.
func (s *Store) noteLast(id string) {
	if s.last.want(id) {
		s.spawn(func(context.Context) { s.last.save() })
	}
}
