package auth

import (
	"context"
	"time"
)

// Token returns a token that is good for at least minTTL (zero: one minute;
// more than nine tenths of the whole lifetime is cut to that, once a refresh has
// shown what it is), refreshing it if needed. A token that is still good is returned without lock and without
// network. If a refresh fails or cannot be, a token that has not ended yet
// is returned all the same, unless more than a minute was asked for.
//
// Errors wrap [ErrNoAccount], [oauth.ErrNeedsSignIn] (with [ErrNoRefresh] if the
// provider gave no refresh token), [oauth.ErrOffline], or come from the store.
func (a *Agent) Token(ctx context.Context, id string, minTTL time.Duration) (*Token, error) {
	rec, err := a.upkeep.refreshes.tokens(ctx, id, minTTL)
	if err != nil {
		return nil, err
	}
	return rec.token(), nil
}

// Stored returns the tokens as they are, expired or not, for showing them.
func (a *Agent) Stored(ctx context.Context, id string) (*Token, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return rec.token(), nil
}

// Refresh gets new tokens now, whatever the old ones' age. Several at once are
// one. The account comes together with an error that wraps [ErrNotStored]
// if only storing the new tokens failed.
func (a *Agent) Refresh(ctx context.Context, id string) (*Account, error) {
	return a.upkeep.refreshes.refresh(ctx, id)
}

// KeepFresh refreshes tokens ahead of their end until ctx or the agent ends,
// so that whoever asks for one does not wait. Each token is refreshed when a
// fifth of its lifetime, at least a minute and a half, is left, a little
// earlier by chance: accounts of one start do not all ask at once.
//
// It also tries what waits for the network ([Agent.Waiting]): accounts that are
// offline and revocations that did not reach their provider, less and less
// often, and at once when this machine's addresses change or it wakes from
// sleep, unless a provider asked for more time (Retry-After).
//
// It blocks; a window runs it in a goroutine of its own.
func (a *Agent) KeepFresh(ctx context.Context) { a.upkeep.run(ctx) }
