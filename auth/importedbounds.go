package auth

import (
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers/identity"
)

// Bounds of what an export says in words, in characters, and of the lists that go
// with it: what a sign-in stores is far below them.
const (
	maxImportedName = 200
	maxImportedText = 2000
	maxImportedList = 10_000
	// maxHistory bounds a history, in bytes.
	maxHistory = 1 << 20
)

// bound bounds and cleans what is shown of a record, as it is done with what a
// provider's answer says.
func (r *record) bound() {
	r.ProviderName = plain.Line(r.ProviderName, maxImportedName)
	r.Reason = plain.Line(r.Reason, maxImportedText)
	r.Description.bound()
	r.User.Bound()
	r.Groups = boundGroups(r.Groups)
	if r.Changed != nil {
		r.Changed.Gained, r.Changed.Lost = boundGroups(r.Changed.Gained), boundGroups(r.Changed.Lost)
	}
	r.Missing = r.Missing[:min(len(r.Missing), maxImportedList)]
	for i, m := range r.Missing {
		r.Missing[i] = identity.Missing{
			What: plain.Line(m.What, maxImportedName), Reason: plain.Line(m.Reason, maxImportedText), Link: plain.Line(m.Link, oauth.MaxAddress),
		}
	}
}

func boundGroups(list []identity.Group) []identity.Group {
	list = list[:min(len(list), maxImportedList)]
	for i := range list {
		list[i].Bound()
	}
	return list
}

// bound is [record.bound] of a receipt.
func (r *Receipt) bound() {
	r.ProviderName, r.Who = plain.Line(r.ProviderName, maxImportedName), plain.Line(r.Who, maxImportedName)
	for _, part := range []*Result{&r.Forgotten, &r.Revoked, &r.Proof, &r.Session} {
		part.Outcome, part.Detail = plain.Line(part.Outcome, maxImportedName), plain.Line(part.Detail, maxImportedText)
		part.fact.bound()
		*part = part.inWords()
	}
	if r.Retry != nil {
		r.Retry.Reason = plain.Line(r.Retry.Reason, maxImportedText)
	}
}
