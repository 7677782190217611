package auth

import (
	"context"
	"errors"
	"strings"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/providers"
)

// Inspection is a decoded token.
type Inspection struct {
	// Format is "jwt" or "opaque".
	Format string         `json:"format"`
	Header map[string]any `json:"header,omitempty"`
	Claims map[string]any `json:"claims,omitempty"`
	Checks []Check        `json:"checks,omitempty"`
}

// Inspect decodes a token and, for an ID token of a known provider, checks it.
// id names the account or provider that it is of; with "" the token is decoded
// only. What the checks find is no error: an error means that they could not be
// made, and comes together with what could be decoded.
func (a *Agent) Inspect(ctx context.Context, id string, token Secret) (*Inspection, error) {
	token = providers.NewSecret(strings.TrimSpace(token.Reveal())) // as it was pasted
	t, err := idtoken.Parse(token)
	if err != nil {
		return &Inspection{Format: "opaque"}, nil // opaque tokens are no mistake
	}
	in := &Inspection{Format: "jwt", Header: t.Header, Claims: t.Claims}
	if id == "" {
		return in, nil
	}
	p, own, err := a.inspected(ctx, id, token)
	if err != nil {
		return in, err
	}
	if !t.MadeFor(p.Client.ID) {
		return in, nil // an access token is the API's to check, not ours
	}
	md, err := a.metadata(ctx, p)
	if err != nil {
		in.Checks = own.Checks
		return in, offline(err)
	}
	in.Checks, _, err = a.idTokens.Verify(ctx, p, md, token, idtoken.Wants{SkipNonce: true, AccessToken: own.Tokens.Access})
	if errors.Is(err, ErrIDToken) {
		err = nil
	}
	in.Checks = idtoken.WithRecorded(in.Checks, own.Checks)
	return in, err
}

// inspected finds the provider of an account or provider id, and the record
// whose own ID token it is; an empty one where it is nobody's.
func (a *Agent) inspected(ctx context.Context, id string, token Secret) (*providers.Provider, *record, error) {
	account, err := a.Account(ctx, id)
	if err != nil {
		if _, known := a.o.Lookup(id); !known {
			return nil, nil, err
		}
		p, err := a.provider(ctx, id)
		return p, &record{}, err
	}
	p, err := a.provider(ctx, account.Provider)
	if err != nil {
		return nil, nil, err
	}
	rec, err := a.accounts.load(ctx, account.ID)
	if err != nil || rec.Tokens.ID != token {
		return p, &record{}, nil // then at_hash is skipped
	}
	return p, rec, nil
}
