package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// storedHistory is the form of a history in the store. It lies beside its
// account and not in it: the account is read and written far more often.
type storedHistory struct {
	Version int            `json:"version"`
	Entries []HistoryEntry `json:"entries"` // oldest first
}

// maxWaiting bounds the entries of an account that the store does not take.
const maxWaiting = 4 * historyEach

// happened adds an entry to an account's history. It is stored in the
// background: nobody waits for it, and what a crash takes of it is no loss of
// tokens.
func (a *Agent) happened(id string, e HistoryEntry) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.session[id] != nil || a.o.Store == nil {
		a.history[id], _ = addHistory(a.history[id], e)
		return
	}
	list := append(slices.Clone(a.history[id]), e)
	a.history[id] = list[max(0, len(list)-maxWaiting):]
	if !a.writingHistory {
		a.writingHistory = a.backgroundLocked(a.writeHistorySoon)
	}
}

// writeHistorySoon stores what comes together within a moment.
func (a *Agent) writeHistorySoon(ctx context.Context) {
	timer := time.NewTimer(historyWait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	a.mu.Lock()
	a.writingHistory = false // what comes from here on starts another
	a.mu.Unlock()
	a.writeHistory(ctx, historyPatience) // Close does what this does not
}

// writeHistory stores all that waits. Where the store fails it stays in memory,
// for the next time.
func (a *Agent) writeHistory(ctx context.Context, patience time.Duration) {
	if a.o.Store == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a.mu.Lock()
	ids := make([]string, 0, len(a.history))
	for id := range a.history {
		if a.session[id] == nil {
			ids = append(ids, id)
		}
	}
	a.mu.Unlock()
	for _, id := range ids {
		if err := a.writeHistoryOf(ctx, id); err != nil {
			a.o.Log.Info("history could not be stored", "account", id, "error", err)
		}
	}
}

func (a *Agent) writeHistoryOf(ctx context.Context, id string) error {
	a.mu.Lock()
	waiting := a.history[id]
	a.mu.Unlock()
	err := a.addStored(ctx, id, waiting)
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	rest := a.history[id] // what came meanwhile stays
	if rest = rest[min(len(waiting), len(rest)):]; len(rest) == 0 || err != nil {
		delete(a.history, id)
		return nil
	}
	a.history[id] = rest
	return nil
}

// addStored adds entries to the stored ones. Where they say nothing new, which
// is so for a program that asks again and again, nothing is locked or written.
func (a *Agent) addStored(ctx context.Context, id string, waiting []HistoryEntry) error {
	if a.isUnsaved(id) {
		return ErrNotStored // beside an account that is not there it would stay for ever
	}
	if list, err := a.readHistory(ctx, id); err != nil {
		return err
	} else if _, news := addAll(list, waiting); !news {
		return nil
	}
	release, err := a.hold(ctx, id+historySuffix)
	if err != nil {
		return err
	}
	defer release()
	list, err := a.readHistory(ctx, id)
	if err != nil {
		return err
	}
	list, news := addAll(list, waiting)
	if !news {
		return nil
	}
	// Looked at while the history is held: who forgets the account takes the
	// history away after it.
	if _, err := a.read(ctx, id); err != nil {
		return err
	}
	data, err := encodeHistory(list)
	if err != nil {
		return err
	}
	return a.o.Store.Put(ctx, id+historySuffix, data)
}

func addAll(list, more []HistoryEntry) (all []HistoryEntry, news bool) {
	for _, e := range more {
		var added bool
		list, added = addHistory(list, e)
		news = news || added
	}
	return list, news
}

// encodeHistory leaves the oldest entries out where all are too much.
func encodeHistory(list []HistoryEntry) ([]byte, error) {
	for {
		data, err := json.Marshal(storedHistory{Version: recordVersion, Entries: list})
		if err != nil || len(data) <= historySize || len(list) < 2 {
			return data, err
		}
		list = list[(len(list)+3)/4:]
	}
}

// readHistory reads the stored entries. A damaged history is none: the store
// has set it aside.
func (a *Agent) readHistory(ctx context.Context, id string) ([]HistoryEntry, error) {
	data, err := a.o.Store.Get(ctx, id+historySuffix)
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

// forgetHistory removes a history, in memory and in the store.
func (a *Agent) forgetHistory(ctx context.Context, id string) error {
	a.mu.Lock()
	delete(a.history, id)
	a.mu.Unlock()
	if a.o.Store == nil {
		return nil
	}
	// Without the lock too: what somebody adds meanwhile is the smaller harm.
	wait, cancel := context.WithTimeout(ctx, historyPatience)
	defer cancel()
	if release, err := a.hold(wait, id+historySuffix); err == nil {
		defer release()
	}
	return a.o.Store.Delete(ctx, id+historySuffix)
}
