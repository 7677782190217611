package providers

import "slices"

// Provider is one identity provider: its endpoints, how to register a client,
// what to ask for and how to read the answers. It is plain
// data, the Go form of one TOML file (docs/provider-files.md describes the keys).
type Provider struct {
	// Schema is the version of the file's form; 1 is the only one.
	Schema int `toml:"schema"`
	// ID names the provider in commands and files: [a-z0-9][a-z0-9-]{0,39}.
	ID string `toml:"id"`
	// Preset names a built-in provider whose values are the defaults of this
	// one. Empty for a provider that extends none.
	Preset string `toml:"preset"`
	// Name is what a person reads, for example "Acme Git".
	Name string `toml:"name"`
	// Monogram is one or two letters for the provider's card.
	Monogram string `toml:"monogram"`
	// Mark names the drawing on the provider's card; see [Mark]. With "" the monogram
	// stands there.
	Mark string `toml:"mark"`
	// Popular puts the provider before others that are not set up either.
	Popular bool `toml:"popular"`
	// Summary is one short sentence for the provider's card.
	Summary string `toml:"summary"`
	// Notes are sentences on what is special, for example on a desktop.
	Notes []string `toml:"notes"`
	// Unverified are the facts that could not be checked against the provider's
	// documentation.
	Unverified []string `toml:"unverified"`

	// Unusable says in a sentence or two why no desktop program can sign in
	// there; "" if one can.
	Unusable string `toml:"unusable"`

	// Issuer is the OpenID issuer identifier (OIDC Discovery 1.0 §3) or the
	// OAuth one (RFC 8414 §2). Endpoints come from its metadata document. It
	// may hold placeholders such as {tenant}, filled from Variables.
	Issuer string `toml:"issuer"`
	// Discovery says how metadata is found: "oidc" (default if Issuer is
	// set), "oauth2" (RFC 8414) or "none".
	Discovery string `toml:"discovery"`
	// Endpoints add to what discovery gives, and override it.
	Endpoints Endpoints `toml:"endpoints"`
	// Variables are the blanks a person fills: a tenant, a domain.
	Variables map[string]Variable `toml:"variables"`

	Client        Client        `toml:"client"`
	Redirect      Redirect      `toml:"redirect"`
	Scopes        Scopes        `toml:"scopes"`
	Authorization Authorization `toml:"authorization"`
	IDToken       IDToken       `toml:"id_token"`
	// Claims has a short plain phrase for each claim of tokens that only this provider
	// has, or that means something of its own here.
	Claims  map[string]string `toml:"claims"`
	Profile Profile           `toml:"profile"`
	Groups  []GroupSource     `toml:"groups"`
	SignOut SignOut           `toml:"sign_out"`
	// Try are requests that a person can try with an account's token.
	Try   []Try `toml:"try"`
	Trust Trust `toml:"trust"`
	// RefreshLimits are the known ends of refresh tokens.
	RefreshLimits []RefreshLimit `toml:"refresh_limits"`
	Errors        []ErrorHelp    `toml:"errors"`
	Notices       []Notice       `toml:"notices"`

	// Origin says where the provider was read from: "built in", a file's
	// path, or "environment".
	Origin string `toml:"-"`

	// shared is what copies out of one [Set] have in common.
	shared *shared
	// shares names another provider with the same redirect path.
	shares string
}

// Endpoints are the addresses of RFC 6749 §3, RFC 8628 §3.1, RFC 7009 and
// OIDC; each may hold placeholders. One that is set wins over discovery.
type Endpoints struct {
	Authorization       string `toml:"authorization"`
	Token               string `toml:"token"`
	DeviceAuthorization string `toml:"device_authorization"`
	Userinfo            string `toml:"userinfo"`
	JWKS                string `toml:"jwks"`
	Revocation          string `toml:"revocation"`
	EndSession          string `toml:"end_session"`
	// PushedAuthorization is that of RFC 9126.
	PushedAuthorization string `toml:"pushed_authorization"`
}

// Variable is a blank in a provider's addresses.
type Variable struct {
	Label   string `toml:"label"`
	Help    string `toml:"help"`
	Example string `toml:"example"`
	// Value fills the blank; if it is empty, the provider is not ready, unless no
	// address uses it or it is optional.
	Value string `toml:"value"`
	// Optional blanks are read by expressions ($vars.name) and may stay empty.
	Optional bool `toml:"optional"`
}

// Client is the registration of this app at the provider.
type Client struct {
	// ID is the client identifier (RFC 6749 §2.2).
	ID string `toml:"id"`
	// Secret is never read from a file; it comes from the environment or the
	// vault. Desktop client secrets are not proof of identity (RFC 8252 §8.5).
	Secret Secret `toml:"-"`
	// SecretUse is "none", "optional" (default) or "required".
	SecretUse string `toml:"secret"`
	// Auth is how a client with a secret authenticates at the token endpoint:
	// [AuthAuto] (default), [AuthPost], [AuthBasic] or [AuthBasicPlain]; [AuthNone]
	// for one that has none.
	Auth string `toml:"auth"`
	// Type is the kind of app to register, in the provider's own words.
	Type string `toml:"type"`
	// URL is the page where an app is registered.
	URL string `toml:"url"`
	// Help has the steps to register, in plain words, one a line.
	Help string `toml:"help"`
	// ByRequest says that the issuer registered the app by request (RFC 7591), so
	// perhaps no person there knows of it.
	ByRequest bool `toml:"by_request"`
}

// Redirect says which loopback redirect URI is used (RFC 8252 §7.3).
type Redirect struct {
	// Host is "127.0.0.1" (default), "localhost" or "[::1]".
	Host string `toml:"host"`
	// Ports are tried in order; empty means any free port.
	Ports []int `toml:"ports"`
	// Path is compared byte for byte; default "/callback/" and the provider's id,
	// so no two providers have the same one (RFC 9700 §4.4.2.2).
	Path string `toml:"path"`
	// Register is the exact redirect URI to register, shown to the person.
	Register string `toml:"register"`
	// ResponseMode is sent if not empty: "query" or "form_post". Without it the
	// answer comes in the query too.
	ResponseMode string `toml:"response_mode"`
}

// Scopes are the scope sets (RFC 6749 §3.3) by purpose.
type Scopes struct {
	Base    []string `toml:"base"`
	Profile []string `toml:"profile"`
	Groups  []string `toml:"groups"`
	Offline []string `toml:"offline"`
	// Meaning has a short plain sentence for each scope.
	Meaning map[string]string `toml:"meaning"`
	// Same maps a scope as the provider returns it to the scope as requested.
	Same map[string]string `toml:"same"`
}

// SignIn are the scopes that a sign-in asks for, groups aside.
func (s Scopes) SignIn() []string { return slices.Concat(s.Base, s.Profile, s.Offline) }

// Authorization holds extra request parameters.
type Authorization struct {
	Params      map[string]string `toml:"params"`
	TokenParams map[string]string `toml:"token_params"`
	// DeviceParams are added to the device authorization request (RFC 8628
	// §3.1).
	DeviceParams map[string]string `toml:"device_params"`
	// LoginHint is the parameter for an account hint; default "login_hint".
	LoginHint string `toml:"login_hint"`
	// ChooseAccount is the prompt that makes the provider ask which account
	// signs in: "select_account" or "login"; "never" if none does. "" leaves
	// it to [Provider.ChooseAccount].
	ChooseAccount string `toml:"choose_account"`
	// PAR says when the request is pushed to the provider and only named in
	// the link (RFC 9126): "auto" (default) if the provider requires or
	// offers it, "required" always, "never" never. If it is only offered, a provider
	// that cannot do it gets the ordinary link.
	PAR string `toml:"par"`
	// Names are this provider's names for some parameters ([ParameterNames]):
	// domain_hint = "hd". "" is for one that it does not take: a caller who asks
	// for it gets an error before the sign-in begins.
	Names map[string]string `toml:"names"`
	// Resource are the APIs that tokens are for, by their addresses (RFC 8707
	// §2), if the caller names none; they are sent with the authorization,
	// device, token and refresh requests.
	Resource []string `toml:"resource"`
	// DPoP says when tokens are bound to a key that only this program has (RFC
	// 9449): "never" (default), "auto" if the metadata announces it with
	// ES256, "required" always; then a token that is not bound is refused. The
	// default is never, because only programs and APIs that know DPoP can use a
	// bound token.
	DPoP string `toml:"dpop"`
	// TokenLifetime is how long access tokens last, such as "2h", if neither
	// the provider's answer (RFC 6749 §5.1) nor the token itself says so.
	TokenLifetime string `toml:"token_lifetime"`
	// BearerTypes are the provider's own words for the token type Bearer (RFC
	// 6750 §4), such as "user".
	BearerTypes []string `toml:"bearer_types"`
}

// IDToken adjusts ID token validation if a provider departs from OIDC Core
// §3.1.3.7.
type IDToken struct {
	// Issuer, if set, is the expected iss with {claim} placeholders filled
	// from the same token: "https://login.microsoftonline.com/{tid}/v2.0".
	Issuer string `toml:"issuer"`
	// AlsoIssuers are further accepted values, such as a bare host.
	AlsoIssuers []string `toml:"also_issuers"`
	// Subject is the claim that makes the stable account key; default "sub".
	Subject string `toml:"subject"`
	// WithoutNonce is for providers whose ID tokens never have one: none is
	// sent, and PKCE alone guards the code (RFC 9700 §2.1.1).
	WithoutNonce bool `toml:"without_nonce"`
}
