package providers

import "slices"

// The methods for a client to authenticate at the token endpoint, as [Client.Auth]
// names them (RFC 6749 §2.3.1, OpenID Connect Core §9).
const (
	// AuthAuto is the method that the provider lists first.
	AuthAuto = "auto"
	AuthNone = "none"
	AuthPost = "client_secret_post"
	// AuthBasic form-encodes ID and secret before they go into the header, and
	// AuthBasicPlain does not: some servers do not decode them.
	AuthBasic      = "client_secret_basic"
	AuthBasicPlain = "client_secret_basic_plain"
)

// AuthMethod is how the client authenticates to a provider that publishes m, which
// may be nil: as its file says, else the first method of the provider's list that is
// known here, else Basic, which is the default of RFC 8414 §2. Without a secret it
// is [AuthNone]; it is never [AuthAuto].
func (c Client) AuthMethod(m *Metadata) string {
	switch {
	case c.Secret.IsZero():
		return AuthNone
	case c.Auth != "" && c.Auth != AuthAuto:
		return c.Auth
	case m == nil:
		return AuthBasic
	}
	i := slices.IndexFunc(m.TokenEndpointAuthMethods, func(way string) bool { return way == AuthBasic || way == AuthPost })
	if i < 0 {
		return AuthBasic
	}
	return m.TokenEndpointAuthMethods[i]
}

// NoSecret is the setting by which the client has no secret, such as
// `client.secret = "none"`; "" if it may have one.
func (c Client) NoSecret() string {
	switch {
	case c.SecretUse == "none":
		return `client.secret = "none"`
	case c.Auth == AuthNone:
		return `client.auth = "none"`
	}
	return ""
}
