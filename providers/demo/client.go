package demo

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// idTokenTTL is how long an ID token is valid.
const idTokenTTL = time.Hour

// client is the public client of the demo provider as [op] wants it.
type client struct {
	// redirect is the redirect URI of the request at hand, after
	// [loopbackRedirect] accepted it.
	redirect string
	opaque   bool
}

var _ op.Client = client{}

func (c client) GetID() string                       { return ClientID }
func (c client) ApplicationType() op.ApplicationType { return op.ApplicationTypeNative }
func (c client) AuthMethod() oidc.AuthMethod         { return oidc.AuthMethodNone }
func (c client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (c client) LoginURL(id string) string            { return loginPath + "?request=" + url.QueryEscape(id) }
func (c client) IDTokenLifetime() time.Duration       { return idTokenTTL }
func (c client) DevMode() bool                        { return false }
func (c client) IsScopeAllowed(scope string) bool     { return slices.Contains(allScopes(), scope) }
func (c client) IDTokenUserinfoClaimsAssertion() bool { return true }
func (c client) ClockSkew() time.Duration             { return 0 }

func (c client) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken, oidc.GrantTypeDeviceCode}
}

func (c client) RedirectURIs() []string {
	if c.redirect == "" {
		return nil
	}
	return []string{c.redirect}
}

func (c client) PostLogoutRedirectURIs() []string { return c.RedirectURIs() }

func (c client) AccessTokenType() op.AccessTokenType {
	if c.opaque {
		return op.AccessTokenTypeBearer
	}
	return op.AccessTokenTypeJWT
}

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string { //nolint:revive // the name is the interface's
	return func(scopes []string) []string { return scopes }
}

func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

// redirectKey is the context key of an accepted redirect URI.
type redirectKey struct{}

// withRedirect notes that a redirect URI is acceptable. The library compares
// redirect URIs with a list; RFC 8252 §7.3 wants any loopback port, and this
// client takes any path too, which no list can say.
func withRedirect(ctx context.Context, uri string) context.Context {
	if !loopbackRedirect(uri) {
		return ctx
	}
	return context.WithValue(ctx, redirectKey{}, uri)
}

func acceptedRedirect(ctx context.Context) string {
	uri, _ := ctx.Value(redirectKey{}).(string)
	return uri
}

// loopbackRedirect reports whether uri is an http address of this computer
// without user part or fragment (RFC 8252 §7.3, RFC 6749 §3.1.2).
func loopbackRedirect(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return false
		}
	}
	return slices.Contains([]string{"127.0.0.1", "::1", "localhost"}, u.Hostname())
}
