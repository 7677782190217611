package history

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// Kind names what happened with an account.
type Kind string

// The kinds.
const (
	// SignedIn is an interactive sign-in.
	SignedIn Kind = "signed_in"
	// Refreshed is a refresh that gave new tokens (RFC 6749 §6).
	Refreshed Kind = "refreshed"
	// Failed is a refresh or a new sign-in that failed.
	Failed Kind = "failed"
	// HandedOut is a token that was handed to a program or a person.
	HandedOut Kind = "handed_out"
)

// Entry is one thing that happened with an account. It holds no token.
type Entry struct {
	Kind Kind      `json:"kind"`
	At   time.Time `json:"at"`
	// Last is when the same failed again last, Count how often it failed, at
	// most once a minute counted; both only if it did so more than once.
	Last  time.Time `json:"last,omitzero"`
	Count int       `json:"count,omitempty"`
	// During is what failed: [trace.StepRefresh], or [trace.StepWait] for a sign-in.
	During trace.Step `json:"during,omitempty"`
	// Failure is its class, Reason the same in words.
	Failure problem.Failure `json:"failure,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	// Rotated reports whether the refresh token was replaced too.
	Rotated bool `json:"rotated,omitempty"`
	// To is who got the token.
	To string `json:"to,omitempty"`
	// TokenKind is which of the tokens was handed out.
	TokenKind TokenKind `json:"token_kind,omitempty"`
	// Token is a fingerprint of the access token that came, or of the token
	// that was handed out: the first 8 hexadecimal digits of its SHA-256.
	Token string `json:"token,omitempty"`
	// Changes is how the tokens differ from those before; nil if they say
	// the same.
	Changes *Changes `json:"changes,omitempty"`
	// Steps are the events of a sign-in or refresh, free of secrets. Only the newest
	// entries have them.
	Steps []trace.Event `json:"steps,omitempty"`
}

const (
	// most is how many entries of each kind are kept: a program that
	// asks for tokens all day does not push the sign-in out.
	most = 50
	// mostSteps is how many entries keep their steps, which are most of an entry.
	mostSteps = 6
	// size bounds the stored form, in bytes.
	size = 128 << 10
	// wait is how long entries are collected before they are stored: a
	// refresh and the handing out that it was for are one write.
	wait = 200 * time.Millisecond
	// patience bounds the storing, lastPatience that at the agent's end:
	// a program that has its token does not wait for others that write.
	patience     = 5 * time.Second
	lastPatience = 500 * time.Millisecond
	// recount is how far failures of one kind lie apart at least to be counted.
	recount = time.Minute
)

// Fingerprint is a short name of a token that does not give it away.
func Fingerprint(token providers.Secret) string {
	if token.IsZero() {
		return ""
	}
	sum := sha256.Sum256([]byte(token.Reveal()))
	return hex.EncodeToString(sum[:4])
}

// Add puts an entry at its place, oldest first, and drops what is too
// much. It reports false if the entry says nothing new.
func add(list []Entry, e Entry) ([]Entry, bool) {
	switch e.Kind {
	case HandedOut:
		if slices.ContainsFunc(list, e.sameReceiver) {
			return list, false
		}
	case Failed:
		if n := len(list); n > 0 && list[n-1].sameFailure(e) && !e.At.Before(list[n-1].At) {
			again, counted := list[n-1].again(e)
			list = slices.Clone(list)
			list[n-1] = again
			return list, counted
		}
	case SignedIn, Refreshed:
	}
	at, _ := slices.BinarySearchFunc(list, e, func(x, y Entry) int {
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
		if count++; count > most {
			list = slices.Delete(list, i, i+1)
		}
	}
	return withoutSteps(list, mostSteps), true
}

// withoutSteps leaves the steps out of all entries but the newest that have any. It
// changes the list.
func withoutSteps(list []Entry, most int) []Entry {
	for i := len(list) - 1; i >= 0; i-- {
		if len(list[i].Steps) == 0 {
			continue
		}
		if most--; most < 0 {
			list[i].Steps = nil
		}
	}
	return list
}

func (e Entry) sameReceiver(x Entry) bool {
	return x.Kind == HandedOut && x.To == e.To && x.Token == e.Token && x.TokenKind == e.TokenKind
}

func (e Entry) sameFailure(x Entry) bool {
	return e.Kind == Failed && e.During == x.During && e.Failure == x.Failure && e.Reason == x.Reason
}

// again is an entry that happened once more.
func (e Entry) again(next Entry) (Entry, bool) {
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
