package auth

import (
	"encoding/json"
	"time"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
)

// signOutSuffix ends the name of the record of a sign-out, which begins with
// the account's id. It is written before the account's record is deleted, so
// that a crash in between loses neither.
const signOutSuffix = "-signout"

// signOut is a sign-out with what is needed to finish it.
type signOut struct {
	receipt Receipt
	// rec has the tokens, their key, and whose they are: what a revocation and
	// its proof need, and no more. Nil once nothing is left to do.
	rec *record
	// notBefore is when the provider wants to be asked again; zero if it did
	// not say.
	notBefore time.Time
	session   bool // of an account that was not remembered
}

// storedSignOut is its form in the store. Account is a [storedRecord].
type storedSignOut struct {
	Version   int             `json:"version"`
	Receipt   storedReceipt   `json:"receipt"`
	Account   json.RawMessage `json:"account,omitempty"`
	NotBefore time.Time       `json:"not_before,omitzero"`
}

// newSignOut is the sign-out of an account at a time.
func newSignOut(rec *record, now time.Time) *signOut {
	return &signOut{
		receipt: Receipt{
			Revoked: Result{Outcome: OutcomeNotAsked}, Proof: Result{Outcome: OutcomeNotAsked}, Session: Result{Outcome: OutcomeNotAsked},
			Account: rec.ID, Provider: rec.Provider, ProviderName: rec.ProviderName,
			Who: rec.account(now).title(), At: now,
		},
		session: rec.session,
	}
}

// wait makes a sign-out one that still has to revoke the tokens of rec.
func (s *signOut) wait(rec *record) {
	s.receipt.Retry = &Retry{Next: s.receipt.At, GiveUp: s.receipt.At.Add(revokeFor)}
	s.receipt.Revoked = Result{Outcome: OutcomePending}
	s.receipt.Proof = Result{Outcome: OutcomePending}
	s.rec = rec.forRevoking()
}

// holdBack keeps everything from being sent before a time, for any program that shares
// the store; zero is not to.
func (s *signOut) holdBack(until time.Time) {
	if until.IsZero() {
		return
	}
	s.notBefore, s.receipt.Retry.Next = until, until
	s.receipt.Revoked = came(OutcomePending, fact{Code: factHeldBack})
}

// heldBack reports whether nothing was sent yet because the sign-out could be undone.
func (s *signOut) heldBack() bool {
	return s.receipt.HeldBack() && !s.notBefore.IsZero()
}

// end ends it: the tokens are gone with that.
func (s *signOut) end(now time.Time) {
	s.receipt.EndedAt, s.receipt.Retry = now, nil
	s.rec, s.notBefore = nil, time.Time{}
}

// forRevoking is what a revocation needs of an account: claims may stand in
// addresses, which only texts can.
func (r *record) forRevoking() *record {
	claims := map[string]any{}
	for name, v := range r.IDClaims {
		if s, ok := v.(string); ok {
			claims[name] = s
		}
	}
	tokens := r.Tokens
	tokens.ID = providers.Secret{}
	return &record{
		ID: r.ID, Provider: r.Provider, ProviderName: r.ProviderName, Issuer: r.Issuer, Subject: r.Subject,
		Tokens: tokens, IDClaims: claims, Asked: r.Asked, Home: r.Home, SignedInAt: r.SignedInAt, session: r.session,
	}
}

// copied is a copy of the receipt.
func (s *signOut) copied() *Receipt {
	r := s.receipt
	if r.Retry != nil {
		retry := *r.Retry
		r.Retry = &retry
	}
	return &r
}

func (s *signOut) copy() *signOut {
	c := *s
	c.receipt = *s.copied()
	return &c
}

func (s *signOut) encode() ([]byte, error) {
	stored := storedSignOut{Version: recordVersion, Receipt: s.receipt.stored(), NotBefore: s.notBefore}
	if s.rec != nil {
		account, err := s.rec.encode()
		if err != nil {
			return nil, err
		}
		stored.Account = account
	}
	return json.Marshal(stored)
}

func decodeSignOut(id string, data []byte) (*signOut, error) {
	name := id + signOutSuffix
	var stored storedSignOut
	if json.Unmarshal(data, &stored) != nil {
		// The cause could quote the record: it is left out.
		return nil, ledger.NewRecordError(name, ledger.CodeDamaged, "receipt of a sign-out cannot be read")
	}
	switch {
	case stored.Version > recordVersion:
		return nil, ledger.NewRecordError(name, ledger.CodeNewer, "receipt of a sign-out was written by a newer version")
	case stored.Version < 1, stored.Receipt.Account != id:
		return nil, ledger.NewRecordError(name, ledger.CodeDamaged, "receipt of a sign-out is not the one of its name")
	}
	s := &signOut{receipt: stored.Receipt.receipt(), notBefore: stored.NotBefore}
	if s.receipt.Pending() != (len(stored.Account) > 0) {
		return nil, ledger.NewRecordError(name, ledger.CodeDamaged, "receipt of a sign-out lacks what it waits for")
	}
	if len(stored.Account) > 0 {
		rec, err := decodeRecord(id, stored.Account)
		if err != nil {
			return nil, ledger.NewRecordError(name, coded.Of(err), "receipt of a sign-out has no usable tokens")
		}
		s.rec = rec
	}
	return s, nil
}
