package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The scopes beyond OpenID Connect's own.
const (
	scopeGroups = "groups"
	scopeRoles  = "roles"
)

// storage is the store in the form that the OpenID library expects, and what its
// answers also need.
type storage struct {
	store  *store
	issuer string
	bad    func() Misbehaviour
}

var (
	_ op.Storage                        = storage{}
	_ op.DeviceAuthorizationStorage     = storage{}
	_ op.CanGetPrivateClaimsFromRequest = storage{}
)

// allScopes are the scopes that the provider knows.
func allScopes() []string {
	return []string{
		oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail, oidc.ScopeOfflineAccess, scopeGroups, scopeRoles,
	}
}

// knownScopes leaves out what the provider does not know (RFC 6749 §3.3).
func knownScopes(scopes []string) []string {
	var known []string
	for _, scope := range scopes {
		if slices.Contains(allScopes(), scope) && !slices.Contains(known, scope) {
			known = append(known, scope)
		}
	}
	return known
}

// CreateAuthRequest implements [op.AuthStorage].
func (s storage) CreateAuthRequest(_ context.Context, a *oidc.AuthRequest, expected string) (op.AuthRequest, error) {
	if a.CodeChallenge == "" || a.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with code_challenge_method S256 is required")
	}
	if !slices.Contains(a.Scopes, oidc.ScopeOpenID) {
		return nil, oidc.ErrInvalidScope().WithDescription("the scope openid is required")
	}
	r := &request{
		client:    a.ClientID,
		redirect:  a.RedirectURI,
		state:     a.State,
		nonce:     a.Nonce,
		mode:      a.ResponseMode,
		scopes:    knownScopes(a.Scopes),
		prompt:    a.Prompt,
		maxAge:    a.MaxAge,
		hint:      a.LoginHint,
		expected:  expected,
		challenge: oidc.CodeChallenge{Challenge: a.CodeChallenge, Method: a.CodeChallengeMethod},
	}
	if err := s.store.addRequest(r); err != nil {
		return nil, err
	}
	return r, nil
}

// AuthRequestByID implements [op.AuthStorage].
func (s storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	r, err := s.store.request(id)
	if err != nil {
		return nil, oidc.ErrInvalidRequest().WithParent(err)
	}
	return r, nil
}

// AuthRequestByCode implements [op.AuthStorage]. A code works once, whatever
// becomes of the request that used it.
func (s storage) AuthRequestByCode(_ context.Context, value string) (op.AuthRequest, error) {
	r, err := s.store.useCode(value)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// SaveAuthCode implements [op.AuthStorage].
func (s storage) SaveAuthCode(_ context.Context, id, value string) error {
	s.store.saveCode(id, value)
	return nil
}

// DeleteAuthRequest implements [op.AuthStorage].
func (s storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.store.dropRequest(id)
	return nil
}

// StoreDeviceAuthorization implements [op.DeviceAuthorizationStorage].
func (s storage) StoreDeviceAuthorization(_ context.Context, clientID, deviceCode, userCode string, expires time.Time, scopes []string) error {
	return s.store.addDevice(userCode, &device{
		deviceCode: deviceCode,
		state: op.DeviceAuthorizationState{
			ClientID: clientID,
			Scopes:   knownScopes(scopes),
			Expires:  expires,
			AMR:      []string{"user"},
		},
	})
}

// GetDeviceAuthorizatonState implements [op.DeviceAuthorizationStorage].
func (s storage) GetDeviceAuthorizatonState(_ context.Context, clientID, deviceCode string) (*op.DeviceAuthorizationState, error) {
	return s.store.pollDevice(clientID, deviceCode)
}

// CreateAccessToken implements [op.AuthStorage].
func (s storage) CreateAccessToken(_ context.Context, t op.TokenRequest) (string, time.Time, error) {
	switch r := t.(type) {
	case *request:
		id, _, expires := s.store.redeem(r, false)
		return id, expires, nil
	case *op.DeviceAuthorizationState:
		id, _, expires, err := s.store.redeemDevice(r, false)
		return id, expires, err
	}
	return "", time.Time{}, oidc.ErrUnsupportedGrantType()
}

// CreateAccessAndRefreshTokens implements [op.AuthStorage].
func (s storage) CreateAccessAndRefreshTokens(_ context.Context, t op.TokenRequest, current string) (string, string, time.Time, error) {
	refresh := !s.bad().NoRefresh
	switch r := t.(type) {
	case *request:
		id, token, expires := s.store.redeem(r, refresh)
		return id, token, expires, nil
	case *op.DeviceAuthorizationState:
		return s.store.redeemDevice(r, refresh)
	case *refreshRequest:
		id, next, expires, err := s.store.rotate(current, r.scopes)
		if err != nil {
			return "", "", time.Time{}, oidc.ErrInvalidGrant().WithParent(err)
		}
		return id, next, expires, nil
	}
	return "", "", time.Time{}, oidc.ErrUnsupportedGrantType()
}

// TokenRequestByRefreshToken implements [op.AuthStorage].
func (s storage) TokenRequestByRefreshToken(_ context.Context, token string) (op.RefreshTokenRequest, error) {
	r, err := s.store.refreshing(token)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// TerminateSession implements [op.AuthStorage]. The browser's session is ended
// by its cookie, where the answer is written; see serveEndSession.
func (s storage) TerminateSession(context.Context, string, string) error { return nil }

// RevokeToken implements [op.AuthStorage]. With a refresh token go its access
// tokens (RFC 7009 §2.1).
func (s storage) RevokeToken(_ context.Context, tokenOrID, _, _ string) *oidc.Error {
	s.store.revoke(tokenOrID)
	return nil
}

// GetRefreshTokenInfo implements [op.AuthStorage].
func (s storage) GetRefreshTokenInfo(_ context.Context, _, token string) (string, string, error) {
	user, family, ok := s.store.holderOf(token)
	if !ok {
		return "", "", op.ErrInvalidRefreshToken
	}
	return user, family, nil
}

// SigningKey implements [op.AuthStorage].
func (s storage) SigningKey(context.Context) (op.SigningKey, error) {
	return signingKey{s.store.state}, nil
}

// SignatureAlgorithms implements [op.AuthStorage].
func (s storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// KeySet implements [op.AuthStorage].
func (s storage) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{publicKey{signingKey{s.store.state}}}, nil
}

// GetClientByClientID implements [op.OPStorage].
func (s storage) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	if id != ClientID {
		return nil, oidc.ErrInvalidClient().WithDescription("the only client is %s", ClientID)
	}
	return client{redirect: acceptedRedirect(ctx), opaque: s.bad().Opaque}, nil
}

// AuthorizeClientIDSecret implements [op.OPStorage]. The public client has no
// secret; an empty one is what libraries send in a Basic header.
func (s storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != ClientID || secret != "" {
		return oidc.ErrInvalidClient().WithDescription("the only client is %s, which has no secret", ClientID)
	}
	return nil
}

// SetUserinfoFromScopes implements [op.OPStorage], for the ID token.
func (s storage) SetUserinfoFromScopes(_ context.Context, u *oidc.UserInfo, userID, _ string, scopes []string) error {
	return s.describe(u, userID, scopes)
}

// SetUserinfoFromToken implements [op.OPStorage], for the userinfo endpoint.
func (s storage) SetUserinfoFromToken(_ context.Context, u *oidc.UserInfo, tokenID, subject, _ string) error {
	a, ok := s.store.accessToken(tokenID)
	if !ok || a.User != subject {
		return errGone
	}
	return s.describe(u, a.User, a.Scopes)
}

// SetIntrospectionFromToken implements [op.OPStorage] (RFC 7662 §2.2).
func (s storage) SetIntrospectionFromToken(_ context.Context, i *oidc.IntrospectionResponse, tokenID, subject, clientID string) error {
	a, ok := s.store.accessToken(tokenID)
	if !ok || a.User != subject || clientID != ClientID {
		return errGone
	}
	u := new(oidc.UserInfo)
	if err := s.describe(u, a.User, a.Scopes); err != nil {
		return err
	}
	i.SetUserInfo(u)
	i.Scope = a.Scopes
	i.ClientID = clientID
	i.TokenType = oidc.BearerToken
	i.Expiration = oidc.FromTime(a.Expires)
	i.IssuedAt = oidc.FromTime(a.Issued)
	i.Audience = []string{clientID}
	i.Issuer = s.issuer
	i.JWTID = tokenID
	return nil
}

// GetPrivateClaimsFromScopes implements [op.OPStorage];
// GetPrivateClaimsFromRequest is used instead.
func (s storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

// GetPrivateClaimsFromRequest implements [op.CanGetPrivateClaimsFromRequest]:
// the access token says what it is good for, as RFC 9068 §2.2.3 does.
func (s storage) GetPrivateClaimsFromRequest(_ context.Context, t op.TokenRequest, _ []string) (map[string]any, error) {
	return map[string]any{"scope": strings.Join(t.GetScopes(), " ")}, nil
}

// GetKeyByIDAndClientID implements [op.OPStorage]; no client has keys.
func (s storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errors.New("no client of the demo provider has keys")
}

// ValidateJWTProfileScopes implements [op.OPStorage]; no client has keys.
func (s storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, oidc.ErrUnsupportedGrantType()
}

// Health implements [op.Storage].
func (s storage) Health(context.Context) error { return nil }

// signingKey signs with the state's key.
type signingKey struct{ state *state }

func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k signingKey) Key() any                                    { return k.state.key }
func (k signingKey) ID() string                                  { return k.state.KeyID }

// publicKey is what the keys endpoint shows of it.
type publicKey struct{ signingKey }

func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return &k.state.key.PublicKey }
