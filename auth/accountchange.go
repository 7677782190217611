package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/claviger/claviger/internal/phrase"
)

// An account may be changed by others meanwhile: by another process, or by a call that did
// not wait for its lock.

// memoryOnly reports whether the store has nothing of a record that could be lost:
// it is not to be remembered, or the store has not taken it before.
func (a *accounts) memoryOnly(rec *record) bool {
	return !a.store.Stores() || rec.session || a.unsaved(rec.ID)
}

// storable makes sure that the store takes a record of this size, by storing
// it again: a provider that rotates the refresh token (RFC 9700 §4.14.2) makes
// the stored one worthless, and a new one that a full disk did not take would
// end with this program. What is in memory only in any case is let through.
func (a *accounts) storable(ctx context.Context, rec *record) error {
	if a.memoryOnly(rec) {
		return nil
	}
	if err := a.put(ctx, rec); err != nil {
		return fmt.Errorf("account %s is not refreshed, its new tokens could not be stored: %w", rec.ID, err)
	}
	return nil
}

// stillThere finds out what others did meanwhile without waiting for the lock. It
// returns an error if the account was signed out: what was forgotten stays
// forgotten. If it was signed in again, that record is returned, whose tokens
// are the newer ones.
func (a *accounts) stillThere(ctx context.Context, rec *record) (newer *record, err error) {
	if !a.store.Stores() || rec.session {
		_, err := a.load(ctx, rec.ID)
		return nil, err
	}
	now, err := a.read(ctx, rec.ID)
	switch {
	case errors.Is(err, ErrNoAccount) && !a.unsaved(rec.ID):
		return nil, err
	case err == nil && now.SignedInAt.After(rec.SignedInAt):
		return now, nil
	}
	return nil, nil
}

// update changes an account under its lock: lock, read, change, store. change
// works on a copy and reports whether there is anything to store. The record
// is returned even if only storing it failed.
func (a *accounts) update(ctx context.Context, id string, change func(*record) (bool, error)) (*record, error) {
	release, err := a.hold(ctx, id)
	if err != nil {
		return nil, err
	}
	defer release()
	rec, err := a.load(ctx, id)
	if err != nil {
		return nil, err
	}
	dirty, err := change(rec)
	if err != nil || !dirty {
		return rec, err
	}
	return rec, a.save(ctx, rec, true)
}

// note stores a changed state. It is a help for the person, no more: a store
// that fails changes nothing about the error that is on its way. The caller
// holds the record.
func (a *accounts) note(ctx context.Context, rec *record, s State, reason phrase.Text) {
	if rec.State == s && rec.Reason == reason {
		return
	}
	if newer, err := a.stillThere(ctx, rec); err != nil || newer != nil {
		return
	}
	rec.turn(s, reason, a.now())
	if a.memoryOnly(rec) {
		_ = a.save(ctx, rec, true)
		return
	}
	if err := a.put(ctx, rec); err != nil {
		a.log.Warn("state could not be stored", "account", rec.ID, "state", s, "error", err)
	}
	a.store.Changed()
}
