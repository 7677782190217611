package providers

// SignOutRequest is a request that ends tokens in a provider's own way. Only
// its body can hold them.
type SignOutRequest struct {
	// Method is "POST", "DELETE" or "PUT".
	Method string `toml:"method"`
	// Path is appended to the address of [SignOut.URL]; {client_id} is filled in.
	Path string `toml:"path"`
	// Headers are sent along.
	Headers map[string]string `toml:"headers"`
	// Auth is "basic" (client ID and secret: the request can only be made
	// if there is a secret) or "".
	Auth string `toml:"auth"`
	// Body is a JSON text; "{access_token}", "{refresh_token}" and
	// "{client_id}" in it are filled. An entry of a list that stays empty is
	// left out.
	Body string `toml:"body"`
}

// SignOut says what "sign out" can do at the provider.
type SignOut struct {
	// Method is "rfc7009", "form", "requests" (those of Requests), the id of a
	// built-in provider with "requests", to do as that one does, or "" (nothing at
	// the provider).
	Method string `toml:"method"`
	// URL is the revocation endpoint, if it is not the published one; for "requests"
	// the part before their paths.
	URL string `toml:"url"`
	// Requests: the first that can be made ends the tokens.
	Requests []SignOutRequest `toml:"request"`
	// RefreshOnly says that method "rfc7009" takes refresh tokens only
	// (RFC 7009 §2.2.1).
	RefreshOnly bool `toml:"refresh_only"`
	// EndsGrant says that method "rfc7009" ends everything that the person allowed
	// this app, including the tokens of a later sign-in, not only those of one sign-in.
	// For the other methods it is assumed.
	EndsGrant bool `toml:"ends_grant"`
	// Page is where the person can revoke by hand.
	Page string `toml:"page"`
	// EndSession is "oidc", "" or a literal address with placeholders.
	EndSession string `toml:"end_session"`
}
