package auth

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// Inspection is a decoded token.
type Inspection struct {
	// Format is "jwt" or "opaque".
	Format string `json:"format"`
	// Kind says more exactly what it is.
	Kind   inspect.Kind    `json:"kind,omitempty"`
	Header map[string]any  `json:"header,omitempty"`
	Claims map[string]any  `json:"claims,omitempty"`
	Checks []idtoken.Check `json:"checks,omitempty"`
	// Faults say what cannot be read, Notes what is odd about the rest.
	Faults []inspect.Fault `json:"faults,omitempty"`
	Notes  []string        `json:"notes,omitempty"`
	// Disclosed are the claims that come with an SD-JWT.
	Disclosed map[string]any `json:"disclosed,omitempty"`
	// Inner is the token inside of a nested one.
	Inner *Inspection `json:"inner,omitempty"`

	token *inspect.Token
}

// Token is what was read, as [inspect.Read] returns it.
func (in *Inspection) Token() *inspect.Token { return in.token }

// newInspection is a token as far as it can be read without asking anybody.
func newInspection(t *inspect.Token) *Inspection {
	in := &Inspection{
		Format: "opaque", Kind: t.Kind, Header: t.Header, Claims: t.Claims,
		Faults: t.Faults, Notes: t.Notes, token: t,
	}
	if t.IsJWT() {
		in.Format = "jwt"
	}
	for _, d := range t.Disclosures {
		if d.Name != "" && d.Known {
			if in.Disclosed == nil {
				in.Disclosed = map[string]any{}
			}
			in.Disclosed[d.Name] = d.Value
		}
	}
	if t.Inner != nil {
		in.Inner = newInspection(t.Inner)
	}
	return in
}

// Inspect decodes a token and, for an ID token of a known provider, checks it.
// id names the account or provider that it is of; with "" the token is decoded
// only. What the checks find is no error: an error means that they could not be
// made, and comes together with what could be decoded.
func (a *Agent) Inspect(ctx context.Context, id string, token providers.Secret) (*Inspection, error) {
	return a.inspect(ctx, id, token, false)
}

// Examine is [Agent.Inspect] that checks other JWTs than ID tokens too: who signed
// them, and when they are good. With id "" nobody is asked, so that signature and issuer
// are skipped.
func (a *Agent) Examine(ctx context.Context, id string, token providers.Secret) (*Inspection, error) {
	return a.inspect(ctx, id, token, true)
}

func (a *Agent) inspect(ctx context.Context, id string, token providers.Secret, anyJWT bool) (*Inspection, error) {
	token = providers.NewSecret(strings.TrimSpace(token.Reveal())) // as it was pasted
	in := newInspection(inspect.Read(token))
	token = signedPart(token)
	t, err := idtoken.Parse(token)
	if err != nil || in.Format != "jwt" { // opaque tokens are no mistake
		return in, nil
	}
	if anyJWT && (id == "" || in.Kind == inspect.Proof) {
		in.Checks = a.unasked(in.Kind, t, token)
		return in, nil
	}
	if id == "" {
		return in, nil
	}
	p, own, err := a.inspected(ctx, id, token)
	if err != nil {
		return in, err
	}
	if t.MadeFor(p.Client.ID) && (!anyJWT || in.Kind == inspect.JWT) {
		in.Checks, err = a.checkID(ctx, p, own, token)
		return in, err
	}
	if anyJWT { // else an access token is the API's to check, not ours
		in.Checks, err = a.checkAny(ctx, p, t, token)
	}
	return in, err
}

// unasked makes the checks that need nobody's keys.
func (a *Agent) unasked(kind inspect.Kind, t *idtoken.Token, token providers.Secret) []idtoken.Check {
	if kind == inspect.Proof {
		return idtoken.Proof(t, token, a.now())
	}
	return idtoken.Unkeyed(t, a.now(), idtoken.UnknownIssuer)
}

// checkID checks an ID token; own is the record that it is of.
func (a *Agent) checkID(ctx context.Context, p *providers.Provider, own *record, token providers.Secret) ([]idtoken.Check, error) {
	md, err := a.net.Metadata(ctx, p)
	if err != nil {
		return own.Checks, oauth.Offline(err)
	}
	checks, _, err := a.idTokens.Verify(ctx, p, md, token, idtoken.Wants{SkipNonce: true, AccessToken: own.Tokens.Access})
	if errors.Is(err, ErrIDToken) {
		err = nil
	}
	return idtoken.WithRecorded(checks, own.Checks), err
}

// checkAny checks another JWT of a provider.
func (a *Agent) checkAny(ctx context.Context, p *providers.Provider, t *idtoken.Token, token providers.Secret) ([]idtoken.Check, error) {
	md, err := a.net.Metadata(ctx, p)
	if err != nil {
		return idtoken.Unkeyed(t, a.now(), "the keys could not be had"), oauth.Offline(err)
	}
	return a.idTokens.Any(ctx, p, md, token)
}

// signedPart is what the issuer signed: an SD-JWT has disclosures after it.
func signedPart(token providers.Secret) providers.Secret {
	signed, _, _ := strings.Cut(token.Reveal(), "~")
	return providers.NewSecret(signed)
}

// inspected finds the provider of an account or provider id, and the record
// whose own ID token it is; an empty one if it is nobody's.
func (a *Agent) inspected(ctx context.Context, id string, token providers.Secret) (*providers.Provider, *record, error) {
	account, err := a.Account(ctx, id)
	if err != nil {
		if _, known := a.lookup(id); !known {
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

// LookUp decodes a JWT and checks it with the keys that its issuer publishes (OIDC
// Discovery 1.0 §4, RFC 8414 §3). The issuer is asked because the token says so and for
// no other reason: only a person who agreed may cause that, and it leads to no server
// that is nearer than the internet ([inspect.Token.Issuer]). No token is sent.
// Errors are those of [Agent.Discover]; what could be decoded comes with them.
func (a *Agent) LookUp(ctx context.Context, token providers.Secret) (*Inspection, error) {
	in, err := a.Examine(ctx, "", token)
	if err != nil || in.Format != "jwt" {
		return in, err
	}
	issuer, err := in.token.Issuer()
	if err != nil {
		return in, &oauth.AnswerError{Step: oauth.StepLookUp, Reason: err.Error()}
	}
	client, err := a.net.HTTP(oauth.Trusting(""))
	if err != nil {
		return in, err
	}
	ctx = ask.Reaching(ctx, ask.Reach{Foreign: "a pasted token"})
	md, err := oauth.Discover(ctx, client, issuer)
	if err != nil {
		return in, err
	}
	p := &providers.Provider{Name: issuer, Issuer: issuer, Discovery: "oidc"}
	if u, err := url.Parse(issuer); err == nil {
		p.Name = u.Host
	}
	in.Checks, err = a.idTokens.Any(ctx, p, md, signedPart(token))
	return in, err
}

// Introspect asks the provider of an account what one of the account's own tokens is
// good for (RFC 7662). Other tokens are not sent: [oauth.ErrNotOffered]. So are
// providers that have no introspection. Other errors are those of
// [oauth.Client.Introspect].
func (a *Agent) Introspect(ctx context.Context, id string, token providers.Secret) (map[string]any, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	hint := ""
	switch {
	case token.IsZero():
		return nil, oauth.ErrNotOffered
	case token == rec.Tokens.Access:
		hint = "access_token" // RFC 7662 §2.1
	case token == rec.Tokens.ID:
	default:
		return nil, oauth.ErrNotOffered
	}
	client, err := a.clientFor(ctx, rec)
	if err != nil {
		return nil, err
	}
	return client.Introspect(ctx, token, hint)
}
