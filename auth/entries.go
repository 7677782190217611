package auth

import (
	"time"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
)

// failedEntry is the entry of a refresh or sign-in that failed.
func (a *accounts) failedEntry(provider string, during trace.Step, err error, steps []trace.Event) history.Entry {
	p, _ := a.lookup(provider)
	return history.Entry{
		Kind: history.Failed, At: a.now(), During: during, Failure: problem.FailureOf(err), Reason: problem.Explain(err, p, "").Title, Steps: steps,
	}
}

// happened adds an entry to an account's history.
func (a *accounts) happened(id string, e history.Entry) {
	a.history.Add(id, e, !a.store.Stores() || a.session(id))
}

// signedInEntry is the entry of a sign-in; old is the account before it, nil for a
// new one.
func signedInEntry(old, next *record) history.Entry {
	e := history.Entry{Kind: history.SignedIn, At: next.SignedInAt, Token: history.Fingerprint(next.Tokens.Access), Steps: next.Steps}
	if old != nil {
		e.Changes = history.Compare(old.said(), next.said())
	}
	return e
}

// refreshedEntry is the entry of a refresh.
func refreshedEntry(old, next *record, now time.Time) history.Entry {
	return history.Entry{
		Kind: history.Refreshed, At: now, Token: history.Fingerprint(next.Tokens.Access),
		Rotated: next.Tokens.Refresh != old.Tokens.Refresh, Changes: history.Compare(old.said(), next.said()), Steps: next.Steps,
	}
}

// said is what a record's tokens say.
func (r *record) said() history.Tokens {
	return history.Tokens{Access: r.Tokens.Access, Scopes: r.Tokens.Scopes, IDClaims: r.IDClaims}
}
