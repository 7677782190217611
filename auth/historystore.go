package auth

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
)

// history keeps what happened with accounts. It is stored in the background: nobody
// waits for it, and what a crash takes of it is no loss of tokens.
type history struct {
	store  *ledger.Ledger
	memory *ledger.Memory[[]HistoryEntry] // not stored yet, by account
	// inStore returns an error if the store has no such account.
	inStore func(ctx context.Context, id string) error
	log     *slog.Logger
}

func newHistory(store *ledger.Ledger, t *tasks.Tasks, inStore func(ctx context.Context, id string) error, log *slog.Logger) *history {
	h := &history{store: store, inStore: inStore, log: log}
	h.memory = ledger.NewMemory(t, ledger.Pace{First: historyWait, Patience: historyPatience}, h.write,
		func(now, written []HistoryEntry) ([]HistoryEntry, bool) { // what came meanwhile stays
			rest := now[min(len(written), len(now)):]
			return rest, len(rest) > 0
		})
	return h
}

// storedHistory is the form of a history in the store. It lies beside its
// account and not in it: the account is read and written far more often.
type storedHistory struct {
	Version int            `json:"version"`
	Entries []HistoryEntry `json:"entries"` // oldest first
}

// maxWaiting bounds the entries of an account that the store does not take.
const maxWaiting = 4 * historyEach

// add adds an entry to an account's history. With keep it stays in memory.
func (h *history) add(id string, e HistoryEntry, keep bool) {
	h.memory.Change(id, !keep, func(list []HistoryEntry) []HistoryEntry {
		if keep {
			list, _ = addHistory(list, e)
			return list
		}
		list = append(slices.Clone(list), e)
		return list[max(0, len(list)-maxWaiting):]
	})
}

// list is what happened with an account, oldest first. What is kept in memory is
// all there is.
func (h *history) list(ctx context.Context, id string, kept bool) (list []HistoryEntry, err error) {
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
func (h *history) write(ctx context.Context, id string, waiting []HistoryEntry) error {
	err := h.addStored(ctx, id, waiting)
	if errors.Is(err, ErrNoAccount) {
		return nil // signed out meanwhile
	}
	if err != nil {
		h.log.Info("history could not be stored", "account", id, "error", err)
	}
	return err
}

// addStored adds entries to the stored ones. If they say nothing new, which
// is so for a program that asks again and again, nothing is locked or written.
func (h *history) addStored(ctx context.Context, id string, waiting []HistoryEntry) error {
	list, err := h.read(ctx, id)
	if err != nil {
		return err
	}
	if _, news := addAll(list, waiting); !news {
		return nil
	}
	release, err := h.store.Hold(ctx, id+historySuffix)
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
	if err := h.inStore(ctx, id); err != nil {
		return err
	}
	data, err := encodeHistory(list)
	if err != nil {
		return err
	}
	return h.store.Put(ctx, id+historySuffix, data)
}

func addAll(list, more []HistoryEntry) (all []HistoryEntry, news bool) {
	for _, e := range more {
		var added bool
		list, added = addHistory(list, e)
		news = news || added
	}
	return list, news
}

// encodeHistory leaves the oldest entries out if all are too much.
func encodeHistory(list []HistoryEntry) ([]byte, error) {
	for {
		data, err := json.Marshal(storedHistory{Version: recordVersion, Entries: list})
		if err != nil || len(data) <= historySize || len(list) < 2 {
			return data, err
		}
		list = list[(len(list)+3)/4:]
	}
}

// read reads the stored entries. A damaged history is none: the store
// has set it aside.
func (h *history) read(ctx context.Context, id string) ([]HistoryEntry, error) {
	data, err := h.store.Get(ctx, id+historySuffix)
	switch {
	case errors.Is(err, fs.ErrNotExist), errCode(err) == codeDamaged, errCode(err) == codeNotSetUp:
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("history of account %s: %w", id, err)
	}
	var s storedHistory
	var form struct{ Version int }
	if json.Unmarshal(data, &form) == nil && form.Version > recordVersion {
		return nil, &recordError{id + historySuffix, "newer-version", "history was written by a newer version"}
	}
	if json.Unmarshal(data, &s) != nil || s.Version < 1 {
		return nil, nil
	}
	return s.Entries, nil
}

// forget removes a history, in memory and in the store.
func (h *history) forget(ctx context.Context, id string) error {
	h.memory.Drop(id)
	if !h.store.Stores() {
		return nil
	}
	// Without the lock too: what somebody adds meanwhile is the smaller harm.
	wait, cancel := context.WithTimeout(ctx, historyPatience)
	defer cancel()
	if release, err := h.store.Hold(wait, id+historySuffix); err == nil {
		defer release()
	}
	return h.store.Delete(ctx, id+historySuffix)
}

// flush stores all that waits. What the store does not take is lost with the agent.
func (h *history) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastPatience)
	defer cancel()
	_ = h.memory.Flush(ctx) // said in the log
}
