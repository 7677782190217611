package auth

import (
	"context"
	"errors"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// whereToRevoke is [asker.clientFor] for tokens that are to be ended. Those of a
// provider that moved are still good where they were issued, and are ended there;
// former names that place then.
func (a *asker) whereToRevoke(ctx context.Context, rec *record) (client *oauth.Client, former string, err error) {
	client, err = a.clientFor(ctx, rec)
	if !errors.Is(err, oauth.ErrMoved) {
		return client, "", err
	}
	old := a.formerProvider(rec)
	if old == nil {
		return client, "", err
	}
	md, err := a.net.Metadata(ctx, old)
	client = a.net.Client(old, md, oauth.Home{Issuer: old.Issuer})
	if err != nil {
		return client, "", oauth.Unreachable(err)
	}
	return client, old.Issuer, nil
}

// formerProvider is who issued an account's tokens, as far as a public client of
// an OpenID issuer goes: the ID token says whose client it was (OIDC Core §2). Its
// certificate is the system's to judge: the file that is there now, with its
// authorities, belongs to someone else.
// Nil if that is not known.
func (a *asker) formerProvider(rec *record) *providers.Provider {
	now, ok := a.lookup(rec.Provider)
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
	if moved, ok := errors.AsType[*oauth.MovedError](err); ok {
		return fact{Code: factMoved, Cause: plain.Upper(moved.Error()), Server: moved.Was}
	}
	return fact{Code: factNotAsked, Cause: problem.Explain(err, p, "").Title}
}
