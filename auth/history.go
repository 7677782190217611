package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/claviger/claviger/internal/plain"
)

// HistoryKind names what happened with an account.
type HistoryKind string

// The kinds.
const (
	// HistorySignedIn is an interactive sign-in.
	HistorySignedIn HistoryKind = "signed_in"
	// HistoryRefreshed is a refresh that gave new tokens (RFC 6749 §6).
	HistoryRefreshed HistoryKind = "refreshed"
	// HistoryFailed is a refresh or a new sign-in that failed.
	HistoryFailed HistoryKind = "failed"
	// HistoryHandedOut is a token that was given to somebody: see
	// [Agent.Handed].
	HistoryHandedOut HistoryKind = "handed_out"
)

// TokenKind tells the two tokens that are handed out apart.
type TokenKind string

// The kinds of tokens.
const (
	AccessToken TokenKind = "access_token"
	IDToken     TokenKind = "id_token"
)

// HistoryEntry is one thing that happened with an account. It holds no token.
type HistoryEntry struct {
	Kind HistoryKind `json:"kind"`
	At   time.Time   `json:"at"`
	// Last is when the same failed again last, Count how often it failed, at
	// most once a minute counted; both only where it did so more than once.
	Last  time.Time `json:"last,omitzero"`
	Count int       `json:"count,omitempty"`
	// During is what failed: [StepRefresh], or [StepWait] for a sign-in.
	During Step `json:"during,omitempty"`
	// Failure is its class, Reason the same in words.
	Failure Failure `json:"failure,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	// Rotated reports whether the refresh token was replaced too.
	Rotated bool `json:"rotated,omitempty"`
	// To is who got a token.
	To string `json:"to,omitempty"`
	// TokenKind is which of the tokens was handed out.
	TokenKind TokenKind `json:"token_kind,omitempty"`
	// Token is a fingerprint of the access token that came, or of the token
	// that was handed out: the first 8 hexadecimal digits of its SHA-256.
	Token string `json:"token,omitempty"`
	// Changes is how the tokens differ from those before; nil where they say
	// the same.
	Changes *TokenChanges `json:"changes,omitempty"`
}

const (
	// historyEach is how many entries of each kind are kept: a program that
	// asks for tokens all day does not push the sign-in out.
	historyEach = 50
	// historySize bounds the stored form, in bytes.
	historySize = 128 << 10
	// historyWait is how long entries are collected before they are stored: a
	// refresh and the handing out that it was for are one write.
	historyWait = 200 * time.Millisecond
	// historyPatience bounds the storing, lastPatience that at the agent's end:
	// a program that has its token does not wait for others that write.
	historyPatience = 5 * time.Second
	lastPatience    = 500 * time.Millisecond
	// recount is how far failures of one kind lie apart at least to be counted.
	recount = time.Minute
)

// Handed notes that a token was given to somebody: a program, the clipboard.
// The same token to the same receiver is noted once. It is stored soon after,
// at the latest by [Agent.Close].
func (a *Agent) Handed(t *Token, kind TokenKind, to string) {
	token := t.AccessToken
	if kind == IDToken {
		token = t.IDToken
	}
	if token.IsZero() {
		return
	}
	a.accounts.happened(t.AccountID, HistoryEntry{
		Kind: HistoryHandedOut, At: a.now(), To: plain.Short(to), TokenKind: kind, Token: tokenFingerprint(token),
	})
}

// tokenFingerprint tells tokens apart without giving them away.
func tokenFingerprint(token Secret) string {
	if token.IsZero() {
		return ""
	}
	sum := sha256.Sum256([]byte(token.Reveal()))
	return hex.EncodeToString(sum[:4])
}

// History is what happened with an account, the newest first: of each kind the
// last 50. It asks no network.
func (a *Agent) History(ctx context.Context, id string) ([]HistoryEntry, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := a.accounts.history.list(ctx, id, rec.session)
	slices.Reverse(list)
	return list, err
}

// ClearHistory forgets what happened with an account, and keeps the account.
func (a *Agent) ClearHistory(ctx context.Context, id string) error {
	if _, err := a.accounts.load(ctx, id); err != nil {
		return err
	}
	return a.accounts.history.forget(ctx, id)
}

// addHistory puts an entry at its place, oldest first, and drops what is too
// much. It reports false where the entry says nothing new.
func addHistory(list []HistoryEntry, e HistoryEntry) ([]HistoryEntry, bool) {
	switch e.Kind {
	case HistoryHandedOut:
		if slices.ContainsFunc(list, e.sameReceiver) {
			return list, false
		}
	case HistoryFailed:
		if n := len(list); n > 0 && list[n-1].sameFailure(e) {
			again, counted := list[n-1].again(e)
			list = slices.Clone(list)
			list[n-1] = again
			return list, counted
		}
	case HistorySignedIn, HistoryRefreshed:
	}
	at, _ := slices.BinarySearchFunc(list, e, func(x, y HistoryEntry) int {
		if x.At.After(y.At) {
			return 1
		}
		return -1 // after those of the same time
	})
	list = slices.Insert(slices.Clone(list), at, e)
	count := 0
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Kind != e.Kind {
			continue
		}
		if count++; count > historyEach {
			list = slices.Delete(list, i, i+1)
		}
	}
	return list, true
}

func (e HistoryEntry) sameReceiver(x HistoryEntry) bool {
	return x.Kind == HistoryHandedOut && x.To == e.To && x.Token == e.Token && x.TokenKind == e.TokenKind
}

func (e HistoryEntry) sameFailure(x HistoryEntry) bool {
	return e.Kind == HistoryFailed && e.During == x.During && e.Failure == x.Failure && e.Reason == x.Reason
}

// again is an entry that happened once more.
func (e HistoryEntry) again(next HistoryEntry) (HistoryEntry, bool) {
	last := e.Last
	if last.IsZero() {
		last = e.At
	}
	if d := next.At.Sub(last); d >= 0 && d < recount {
		return e, false // a program that asks in a loop is not worth a write each time
	}
	e.Count = max(e.Count, 1) + 1
	e.Last = next.At
	return e, true
}

// signedInEntry is the entry of a sign-in; old is the account before it, nil for a
// new one.
func signedInEntry(old, next *record) HistoryEntry {
	e := HistoryEntry{Kind: HistorySignedIn, At: next.SignedInAt, Token: tokenFingerprint(next.Tokens.Access)}
	if old != nil {
		e.Changes = tokenChanges(old, next)
	}
	return e
}

// refreshedEntry is the entry of a refresh.
func refreshedEntry(old, next *record, now time.Time) HistoryEntry {
	return HistoryEntry{
		Kind: HistoryRefreshed, At: now, Token: tokenFingerprint(next.Tokens.Access),
		Rotated: next.Tokens.Refresh != old.Tokens.Refresh, Changes: tokenChanges(old, next),
	}
}

// failedEntry is the entry of a refresh or sign-in that failed.
func (a *accounts) failedEntry(provider string, during Step, err error) HistoryEntry {
	p, _ := a.lookup(provider)
	return HistoryEntry{
		Kind: HistoryFailed, At: a.now(), During: during, Failure: FailureOf(err), Reason: Explain(err, p, "").Title,
	}
}
