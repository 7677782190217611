package auth

import (
	"context"
	"errors"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// whereToRevoke is [asker.homeOf] for tokens that are to be ended. Those of a
// provider that moved are still good where they were issued, and are ended there;
// former names that place then.
func (a *asker) whereToRevoke(ctx context.Context, rec *record) (reachable context.Context, p *providers.Provider, md *providers.Metadata, former string, err error) {
	reachable, p, md, err = a.homeOf(ctx, rec)
	if !errors.Is(err, ErrMoved) {
		return reachable, p, md, "", err
	}
	old := a.formerProvider(rec)
	if old == nil {
		return reachable, p, nil, "", err
	}
	if md, err = a.metadata(ctx, old); err != nil {
		return reachable, old, nil, "", unreachable(err)
	}
	home := Home{Issuer: old.Issuer}
	return reaching(ctx, old, home, md), old, md, old.Issuer, nil
}

// formerProvider is who issued an account's tokens, as far as a public client of
// an OpenID issuer goes: the ID token says whose client it was (OIDC Core §2). Its
// certificate is the system's to judge: the file that is there now, with its
// authorities, is somebody else's.
// Nil where that is not known.
func (a *asker) formerProvider(rec *record) *providers.Provider {
	now, ok := a.o.Lookup(rec.Provider)
	client := foreign.String(rec.IDClaims["azp"])
	if client == "" {
		client = foreign.String(rec.IDClaims["aud"])
	}
	if !ok || client == "" || rec.Home.Claimed { // of an export, nobody asks whom it names
		return nil
	}
	issuer := rec.home(now).Issuer
	if issuer == "" || issuer == now.Issuer {
		return nil
	}
	return &providers.Provider{
		Schema: 1, ID: rec.Provider, Name: rec.ProviderName, Issuer: issuer, Discovery: "oidc",
		Client:  providers.Client{ID: client},
		SignOut: providers.SignOut{Method: "rfc7009"},
	}
}

// notAsked says why a provider was not asked to end tokens.
func notAsked(err error, p *providers.Provider) fact {
	if moved, ok := errors.AsType[*MovedError](err); ok {
		return fact{Code: factMoved, Cause: upper(moved.Error()), Server: moved.Was}
	}
	return fact{Code: factNotAsked, Cause: Explain(err, p, "").Title}
}
