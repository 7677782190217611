package auth

import (
	"context"
	"time"
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
	// Retry is what is still to be done; nil where nothing is.
	Retry *Retry `json:"retry,omitempty"`
	// Stored reports whether the receipt, and what it waits for, outlives this
	// program: it does unless the account was not remembered or the store fails.
	Stored bool `json:"stored"`
}

// Pending reports whether something is still to be done at the provider.
func (r *Receipt) Pending() bool { return r.Retry != nil }

// Retry is how a revocation goes on that did not reach the provider.
type Retry struct {
	// Tries is how often it was tried so far, Last when that was.
	Tries int       `json:"tries"`
	Last  time.Time `json:"last,omitzero"`
	// Next is when it is tried again, where a program runs that does
	// ([Agent.KeepFresh]).
	Next time.Time `json:"next"`
	// GiveUp is when it is tried no more.
	GiveUp time.Time `json:"give_up"`
	// Failure is the class of the last failure, Reason the same in words.
	Failure Failure `json:"failure,omitempty"`
	Reason  string  `json:"reason,omitempty"`
}

// Result of one part of a sign-out.
type Result struct {
	// Outcome is one of the outcomes below.
	Outcome string `json:"outcome"`
	// Detail is a plain sentence.
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

// Receipts lists the receipts of sign-outs, the newest first: all that wait for
// something, and of the others the last 20 of the last 90 days. It asks no
// network. Damaged ones are left out and told in the error, which then comes
// together with the others.
func (a *Agent) Receipts(ctx context.Context) ([]*Receipt, error) {
	return a.upkeep.signOuts.receipts.list(ctx)
}

// ClearReceipts forgets the receipts that wait for nothing, and those that
// cannot be read. With pending, the others go too: their tokens stay good at the
// provider until they end. It returns how many went.
func (a *Agent) ClearReceipts(ctx context.Context, pending bool) (int, error) {
	return a.upkeep.signOuts.receipts.clear(ctx, pending)
}
