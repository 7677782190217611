package auth

import "context"

// atHome refuses to sign in at a provider that is not where the accounts here are
// from, unless the person was told and agreed: whoever put another file in place
// of the provider's would get a sign-in as somebody's own. It is enough that one
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
		recs, _ = a.records(ctx) // those that can be read
	}
	var moved error
	for _, rec := range recs {
		if rec.Provider != p.ID {
			continue
		}
		elsewhere := rec.home(p).grown(p)
		if elsewhere == nil {
			return nil
		}
		if moved == nil {
			moved = elsewhere
		}
	}
	return moved
}

// reaching is a context in which the sign-in's secrets may be sent: to the provider
// that the person signs in at.
func (q *authorizationRequest) reaching(ctx context.Context) context.Context {
	return reaching(ctx, q.p, HomeOf(q.p), q.md)
}
