package auth

import (
	"time"

	"github.com/claviger/claviger/auth/problem"
)

// Receipt says what a sign-out did; each part has its result. One is kept of
// each sign-out, without tokens: see [Agent.Receipts].
type Receipt struct {
	Forgotten Result `json:"forgotten"`
	Revoked   Result `json:"revoked"`
	// Proof is how it was found out that the provider accepts the tokens no
	// more.
	Proof   Result `json:"proof"`
	Session Result `json:"session"`

	// Account is the id that the account had, and the receipt's own.
	Account string `json:"account"`
	// Provider is its id, ProviderName its name for people.
	Provider     string `json:"provider"`
	ProviderName string `json:"provider_name"`
	// Who is the best name of the person who was signed in.
	Who string    `json:"who"`
	At  time.Time `json:"at"`
	// EndedAt is when nothing was left to do; zero while something is.
	EndedAt time.Time `json:"ended_at,omitzero"`
	// Retry is what is still to be done; nil if nothing is.
	Retry *Retry `json:"retry,omitempty"`
	// Stored reports whether the receipt, and what it waits for, outlives this
	// program: it does unless the account was not remembered or the store fails.
	Stored bool `json:"stored"`
	// Undo is until when the sign-out can be undone; zero if it cannot be. Only the
	// receipt that [Agent.SignOut] returns has it.
	Undo time.Time `json:"-"`
}

// Pending reports whether something is still to be done at the provider.
func (r *Receipt) Pending() bool { return r.Retry != nil }

// HeldBack reports whether nothing was sent to the provider yet because the sign-out could
// be undone ([SignOutOptions].Undo).
func (r *Receipt) HeldBack() bool {
	return r.Pending() && r.Retry.Tries == 0 && r.Retry.Next.After(r.At)
}

// FailedLater reports whether a revocation that waited has failed for good, after the
// sign-out itself had said that it waits.
func (r *Receipt) FailedLater() bool {
	return !r.Pending() && r.Revoked.Outcome == OutcomeFailed && r.EndedAt.Sub(r.At) > attemptPatience
}

// Retry is how a revocation goes on that did not reach the provider.
type Retry struct {
	// Tries is how often it was tried so far, Last when that was.
	Tries int       `json:"tries"`
	Last  time.Time `json:"last,omitzero"`
	// Next is when it is tried again, if a program runs that does
	// ([Agent.KeepFresh]).
	Next time.Time `json:"next"`
	// GiveUp is when it is tried no more.
	GiveUp time.Time `json:"give_up"`
	// Failure is the class of the last failure, Reason the same in words.
	Failure problem.Failure `json:"failure,omitempty"`
	Reason  string          `json:"reason,omitempty"`
}

// Result of one part of a sign-out.
type Result struct {
	// Outcome is one of the outcomes below.
	Outcome string `json:"outcome"`
	// Detail is a plain sentence; [Result.In] says it in another language.
	Detail string `json:"detail,omitempty"`
	// Until is when a token ends that is accepted until then although it was
	// revoked, or may be; else zero.
	Until time.Time `json:"until,omitzero"`

	fact fact // that Detail says; zero in a receipt of an older version
}

// The outcomes of a [Result].
const (
	OutcomeDone       = "done"
	OutcomeFailed     = "failed"
	OutcomeNotAsked   = "not_asked"
	OutcomeNotOffered = "not_offered"
	// OutcomePending means that the provider could not be asked: it is tried
	// again, see [Receipt.Retry].
	OutcomePending = "pending"
	// OutcomeUnknown means that it could not be found out.
	OutcomeUnknown = "unknown"
	// OutcomeUntilEnd means that a self-contained token was revoked and works
	// on until it ends (RFC 7009 §3): see [Result.Until].
	OutcomeUntilEnd = "until_end"
	// OutcomeDropped means that it is not tried any more because nothing is
	// left to revoke, or because it would end a newer sign-in.
	OutcomeDropped = "dropped"
)
