package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/internal/coded"
)

// History keeps what happened with accounts. It is stored in the background: no caller
// waits for it, and what a crash takes of it is no loss of tokens.
type History struct {
	store   *ledger.Ledger
	memory  *ledger.Memory[[]Entry] // not stored yet, by account
	inStore func(ctx context.Context, id string) (bool, error)
	log     *slog.Logger
}

// Suffix makes the name of an account's history of its id.
const Suffix = "-history"

// version is that of the stored form. New fields do not change it.
const version = 1

// New returns the histories in a store, which package auth has. inStore reports whether
// the store has an account: what is put beside one that it does not have would stay for
// ever.
func New(store *ledger.Ledger, t *tasks.Tasks, inStore func(ctx context.Context, id string) (bool, error), log *slog.Logger) *History {
	h := &History{store: store, inStore: inStore, log: log}
	h.memory = ledger.NewMemory(t, ledger.Pace{First: wait, Patience: patience}, h.write,
		func(now, written []Entry) ([]Entry, bool) { // what came meanwhile stays
			rest := now[min(len(written), len(now)):]
			return rest, len(rest) > 0
		})
	return h
}

// stored is the form of a history in the store. It lies beside its
// account and not in it: the account is read and written far more often.
type stored struct {
	Version int     `json:"version"`
	Entries []Entry `json:"entries"` // oldest first
}

// maxWaiting bounds the entries of an account that the store does not take.
const maxWaiting = 4 * most

// Add adds an entry to an account's history. With keep it stays in memory.
func (h *History) Add(id string, e Entry, keep bool) {
	h.memory.Change(id, !keep, func(list []Entry) []Entry {
		if keep {
			list, _ = add(list, e)
			return list
		}
		list = append(slices.Clone(list), e)
		return list[max(0, len(list)-maxWaiting):]
	})
}

// List is what happened with an account, oldest first. What is kept in memory is
// all there is.
func (h *History) List(ctx context.Context, id string, kept bool) (list []Entry, err error) {
	if !kept {
		if list, err = h.read(ctx, id); err != nil {
			return nil, err
		}
	}
	waiting, _, _ := h.memory.Get(id)
	list, _ = addAll(list, waiting)
	return list, nil
}

// write adds what waits to the stored entries of an account.
func (h *History) write(ctx context.Context, id string, waiting []Entry) error {
	err := h.addStored(ctx, id, waiting)
	if err != nil {
		h.log.Info("history could not be stored", "account", id, "error", err)
	}
	return err
}

// addStored adds entries to the stored ones. If they say nothing new, which
// is so for a program that asks again and again, nothing is locked or written.
func (h *History) addStored(ctx context.Context, id string, waiting []Entry) error {
	list, err := h.read(ctx, id)
	if err != nil {
		return err
	}
	if _, news := addAll(list, waiting); !news {
		return nil
	}
	release, err := h.store.Hold(ctx, id+Suffix)
	if err != nil {
		return err
	}
	defer release()
	if list, err = h.read(ctx, id); err != nil {
		return err
	}
	list, news := addAll(list, waiting)
	if !news {
		return nil
	}
	// Looked at while the history is held: who forgets the account takes the
	// history away after it.
	if there, err := h.inStore(ctx, id); err != nil || !there {
		return err // signed out meanwhile
	}
	data, err := encode(list)
	if err != nil {
		return err
	}
	return h.store.Put(ctx, id+Suffix, data)
}

func addAll(list, more []Entry) (all []Entry, news bool) {
	for _, e := range more {
		var added bool
		list, added = add(list, e)
		news = news || added
	}
	return list, news
}

// encode leaves out what is too much: the steps of the older entries, then these.
func encode(list []Entry) ([]byte, error) {
	list = slices.Clone(list)
	for steps := mostSteps; ; steps-- {
		data, err := json.Marshal(stored{Version: version, Entries: list})
		switch {
		case err != nil, len(data) <= size, steps <= 0 && len(list) < 2:
			return data, err
		case steps > 0:
			list = withoutSteps(list, steps-1)
		default:
			list = list[(len(list)+3)/4:]
		}
	}
}

// read reads the stored entries. A damaged history is none: the store
// has set it aside.
func (h *History) read(ctx context.Context, id string) ([]Entry, error) {
	data, err := h.store.Get(ctx, id+Suffix)
	switch {
	case errors.Is(err, fs.ErrNotExist), coded.Of(err) == ledger.CodeDamaged, coded.Of(err) == ledger.CodeNotSetUp:
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("history of account %s: %w", id, err)
	}
	var s stored
	var form struct{ Version int }
	if json.Unmarshal(data, &form) == nil && form.Version > version {
		return nil, ledger.NewRecordError(id+Suffix, ledger.CodeNewer, "history was written by a newer version")
	}
	if json.Unmarshal(data, &s) != nil || s.Version < 1 {
		return nil, nil
	}
	return s.Entries, nil
}

// Forget removes a history, in memory and in the store.
func (h *History) Forget(ctx context.Context, id string) error {
	h.memory.Drop(id)
	if !h.store.Stores() {
		return nil
	}
	defer h.holdOrGoOn(ctx, id)()
	return h.store.Delete(ctx, id+Suffix)
}

// Take is [History.Forget] that returns what was there, oldest first, for [History.Add].
// What is kept in memory is all there is.
func (h *History) Take(ctx context.Context, id string, kept bool) ([]Entry, error) {
	if h.store.Stores() {
		defer h.holdOrGoOn(ctx, id)()
	}
	list, err := h.List(ctx, id, kept)
	if err != nil {
		return nil, err
	}
	h.memory.Drop(id)
	return list, h.store.Delete(ctx, id+Suffix)
}

// holdOrGoOn holds a history, or goes on without: what another process adds meanwhile is
// the smaller harm.
func (h *History) holdOrGoOn(ctx context.Context, id string) (release func()) {
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, err := h.store.Hold(wait, id+Suffix)
	if err != nil {
		return func() {}
	}
	return release
}

// Flush stores all that waits. What the store does not take is lost with the agent.
func (h *History) Flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastPatience)
	defer cancel()
	_ = h.memory.Flush(ctx) // said in the log
}
