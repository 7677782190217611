package auth

import "context"

// atHome refuses to sign in at a provider that is not where the accounts here are
// from, unless the person was told and agreed: whoever put another file in place
// of the provider's would get a sign-in as somebody's own. It is enough that one
// account is from there.
func (f *Flow) atHome(ctx context.Context) error {
	p, ok := f.a.o.Lookup(f.r.Provider)
	if !ok || f.r.Moved {
		return nil
	}
	var recs []*record
	switch {
	case f.r.Account != "":
		if rec, err := f.a.accounts.load(ctx, f.r.Account); err == nil {
			recs = append(recs, rec)
		}
	case f.r.Remember: // else the store is not opened
		recs, _ = f.a.accounts.records(ctx) // those that can be read
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

// reaching is a context in which the flow's secrets may be sent: to the provider
// that the person signs in at.
func (f *Flow) reaching(ctx context.Context) context.Context {
	return reaching(ctx, f.p, HomeOf(f.p), f.md)
}
