package providers

import "slices"

// Metadata is what a provider publishes about itself (OIDC Discovery 1.0 §3,
// RFC 8414 §2), completed from its file.
type Metadata struct {
	Issuer                      string   `json:"issuer"`
	AuthorizationEndpoint       string   `json:"authorization_endpoint"`
	TokenEndpoint               string   `json:"token_endpoint"`
	DeviceAuthorizationEndpoint string   `json:"device_authorization_endpoint,omitempty"`
	UserinfoEndpoint            string   `json:"userinfo_endpoint,omitempty"`
	JWKSURI                     string   `json:"jwks_uri,omitempty"`
	RevocationEndpoint          string   `json:"revocation_endpoint,omitempty"`
	IntrospectionEndpoint       string   `json:"introspection_endpoint,omitempty"`
	EndSessionEndpoint          string   `json:"end_session_endpoint,omitempty"`
	RegistrationEndpoint        string   `json:"registration_endpoint,omitempty"`
	PAREndpoint                 string   `json:"pushed_authorization_request_endpoint,omitempty"`
	ScopesSupported             []string `json:"scopes_supported,omitempty"`
	ClaimsSupported             []string `json:"claims_supported,omitempty"`
	ResponseModesSupported      []string `json:"response_modes_supported,omitempty"`
	GrantTypesSupported         []string `json:"grant_types_supported,omitempty"`
	CodeChallengeMethods        []string `json:"code_challenge_methods_supported,omitempty"`
	// PromptValues are the values of prompt (Initiating User Registration via
	// OpenID Connect §4); nil if the provider does not say.
	PromptValues             []string `json:"prompt_values_supported,omitempty"`
	TokenEndpointAuthMethods []string `json:"token_endpoint_auth_methods_supported,omitempty"`
	IDTokenSigningAlgs       []string `json:"id_token_signing_alg_values_supported,omitempty"`
	// IssParameter is authorization_response_iss_parameter_supported
	// (RFC 9207 §3).
	IssParameter bool `json:"authorization_response_iss_parameter_supported,omitempty"`
	RequirePAR   bool `json:"require_pushed_authorization_requests,omitempty"`
	// DPoPSigningAlgs sign proofs (RFC 9449 §5.1).
	DPoPSigningAlgs []string `json:"dpop_signing_alg_values_supported,omitempty"`

	// published are the origins that the issuer itself names.
	published []string
	// dropped are the members that could not be used.
	dropped []string
}

// Dropped are the published members that cannot be used, whole or in part, and
// were left out: of an odd type, or an address that must not be followed.
func (m *Metadata) Dropped() []string { return m.dropped }

// Published are the origins of the endpoints that the issuer itself publishes,
// whatever the provider's file puts in their place: the issuer's word on where
// its secrets may go. They are sorted, each once.
func (m *Metadata) Published() []string {
	return slices.Compact(slices.Sorted(slices.Values(m.published)))
}

// endpoints are the addresses of a metadata document by their names.
func (m *Metadata) endpoints() map[string]*string {
	return map[string]*string{
		"authorization_endpoint": &m.AuthorizationEndpoint, "token_endpoint": &m.TokenEndpoint,
		"device_authorization_endpoint": &m.DeviceAuthorizationEndpoint, "userinfo_endpoint": &m.UserinfoEndpoint,
		"jwks_uri": &m.JWKSURI, "revocation_endpoint": &m.RevocationEndpoint, "end_session_endpoint": &m.EndSessionEndpoint,
		"introspection_endpoint": &m.IntrospectionEndpoint, "registration_endpoint": &m.RegistrationEndpoint,
		"pushed_authorization_request_endpoint": &m.PAREndpoint,
	}
}
