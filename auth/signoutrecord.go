package auth

import (
	"encoding/json"
	"time"
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
	// notBefore is when the provider wants to be asked again; zero where it did
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
	tokens.ID = Secret{}
	return &record{
		ID: r.ID, Provider: r.Provider, ProviderName: r.ProviderName, Issuer: r.Issuer, Subject: r.Subject,
		Tokens: tokens, IDClaims: claims, Asked: r.Asked, Home: r.Home, SignedInAt: r.SignedInAt, session: r.session,
	}
}

// told is a copy of the receipt.
func (s *signOut) told() *Receipt {
	r := s.receipt
	if r.Retry != nil {
		retry := *r.Retry
		r.Retry = &retry
	}
	return &r
}

func (s *signOut) copy() *signOut {
	c := *s
	c.receipt = *s.told()
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
		// The cause could quote the record: it is not told.
		return nil, &recordError{name, codeDamaged, "receipt of a sign-out cannot be read"}
	}
	switch {
	case stored.Version > recordVersion:
		return nil, &recordError{name, "newer-version", "receipt of a sign-out was written by a newer version"}
	case stored.Version < 1, stored.Receipt.Account != id:
		return nil, &recordError{name, codeDamaged, "receipt of a sign-out is not the one of its name"}
	}
	s := &signOut{receipt: stored.Receipt.receipt(), notBefore: stored.NotBefore}
	if s.receipt.Pending() != (len(stored.Account) > 0) {
		return nil, &recordError{name, codeDamaged, "receipt of a sign-out lacks what it waits for"}
	}
	if len(stored.Account) > 0 {
		rec, err := decodeRecord(id, stored.Account)
		if err != nil {
			return nil, &recordError{name, errCode(err), "receipt of a sign-out has no usable tokens"}
		}
		s.rec = rec
	}
	return s, nil
}
