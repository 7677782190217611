package auth

import (
	"context"
)

// atHome refuses to sign in at a provider that is not where the accounts here are
// from, unless the person was asked and agreed: otherwise a file put in place of the
// provider's would get the sign-in of an account here. It is enough that one
// account is from there.
func (a *accounts) atHome(ctx context.Context, r SignInRequest) error {
	p, ok := a.lookup(r.Provider)
	if !ok || r.Moved {
		return nil
	}
	var recs []*record
	switch {
	case r.Account != "":
		if rec, err := a.load(ctx, r.Account); err == nil {
			recs = append(recs, rec)
		}
	case r.Remember: // else the store is not opened
		recs, _ = a.records(ctx, decodeRecord) // those that can be read
	}
	var moved error
	for _, rec := range recs {
		if rec.Provider != p.ID {
			continue
		}
		elsewhere := rec.home(p).Grown(p)
		if elsewhere == nil {
			return nil
		}
		if moved == nil {
			moved = elsewhere
		}
	}
	return moved
}
