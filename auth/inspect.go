package auth

import (
	"context"
	"errors"
	"slices"
	"strings"

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
	t, err := parseIDToken(token)
	if err != nil {
		return &Inspection{Format: "opaque"}, nil // opaque tokens are no mistake
	}
	in := &Inspection{Format: "jwt", Header: t.header, Claims: t.claims}
	if id == "" {
		return in, nil
	}
	p, own, err := a.inspected(ctx, id, token)
	if err != nil {
		return in, err
	}
	if !looksLikeIDToken(t, p.Client.ID) {
		return in, nil // an access token is the API's to check, not ours
	}
	md, err := a.metadata(ctx, p)
	if err != nil {
		in.Checks = own.Checks
		return in, offline(err)
	}
	in.Checks, _, err = a.verifyIDToken(ctx, p, md, token, verifyWants{SkipNonce: true, AccessToken: own.Tokens.Access})
	if errors.Is(err, ErrIDToken) {
		err = nil
	}
	in.Checks = withRecorded(in.Checks, own.Checks)
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

// withRecorded puts what only the sign-in could check, the nonce, the same
// subject in userinfo, and age and level where it asked for them, into fresh
// checks of the same token. The others are made
// anew, because time goes on and keys change.
func withRecorded(fresh, recorded []Check) []Check {
	if len(fresh) == 0 {
		return recorded
	}
	for i := range fresh {
		fresh[i] = withThen(fresh[i], recorded)
	}
	for _, r := range recorded {
		if r.Name == "auth_time" || r.Name == "acr" {
			fresh = append(fresh, r)
		}
	}
	return fresh
}

// withThen completes one check by what was found when the token came.
func withThen(c Check, recorded []Check) Check {
	then := slices.IndexFunc(recorded, func(r Check) bool { return r.Name == c.Name && r.Outcome == Passed })
	switch {
	case c.Name == "at_hash" && c.Outcome == Failed && then >= 0:
		return skipped("at_hash", "the access token was refreshed since, without a new ID token")
	case c.Outcome != Failed && then >= 0 && (c.Name == "nonce" || c.Name == "sub"):
		return recorded[then]
	case c.Name == "nonce" && c.Outcome == Skipped:
		c.Reason = "known only at sign-in"
	}
	return c
}

// looksLikeIDToken tells an ID token, which is for the client, from an access
// token, which is for an API.
func looksLikeIDToken(t *idToken, clientID string) bool {
	if strings.HasSuffix(strings.ToLower(text(t.header["typ"])), "at+jwt") {
		return false
	}
	if _, scoped := t.claims["scope"]; scoped {
		return false
	}
	aud, ok := audiences(t.claims["aud"])
	if !ok {
		return false
	}
	for _, v := range aud {
		if v == clientID {
			return true
		}
	}
	// Of another app, perhaps; but only an ID token has these.
	_, nonce := t.claims["nonce"]
	_, hash := t.claims["at_hash"]
	return nonce || hash
}
