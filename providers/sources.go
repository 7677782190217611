package providers

// Profile says where the user's details come from. Sources are read at the
// same time; of their mapped values a later non-null one wins.
type Profile struct {
	Sources []ProfileSource `toml:"source"`
	Picture Picture         `toml:"picture"`
}

// Source is one place to read from: claims already at hand or a GET request.
type Source struct {
	// Name says what it is for people: "Email addresses".
	Name string `toml:"name"`
	// From is "id_token", "userinfo", or "" if URL is set.
	From string `toml:"from"`
	// URL is requested with the access token. {claim} placeholders are filled
	// (escaped for path or query) from the ID token's claims; {claim:quoted}
	// puts a backslash before ' and \ first.
	URL string `toml:"url"`
	// Headers are sent along; {client_id} and variables in them are filled.
	Headers map[string]string `toml:"headers"`
	// Scope names the scope that the request needs; of several, separated by
	// spaces, one is enough.
	Scope string `toml:"scope"`
	// When is a jq condition on the ID token's claims; "" means always.
	When string `toml:"when"`
}

// ProfileSource maps one answer to user fields.
type ProfileSource struct {
	Source
	// Map is a jq expression giving an object with any of id, login, name,
	// email, email_verified, picture.
	Map string `toml:"map"`
	// Required makes a failed request fail the sign-in; others are reported
	// as missing.
	Required bool `toml:"required"`
	// Read, if set by a Go program, replaces Map.
	Read func(answer any) (map[string]any, error) `toml:"-"`
}

// Picture says how the user's picture is fetched.
type Picture struct {
	// URL, if set, replaces the picture address of the profile.
	URL string `toml:"url"`
	// Bearer sends the access token along, only to the provider's own hosts.
	Bearer bool `toml:"bearer"`
}

// GroupSource maps claims or a paged request to groups.
type GroupSource struct {
	Source
	// Kind is the default kind: "group", "team", "organization", "role"…
	Kind string `toml:"kind"`
	// Items is a jq expression that yields one value a group: a string, or an
	// object with id, name and optionally kind.
	Items string `toml:"items"`
	// Paging is "" (one page), "link" (RFC 8288 Link header), "odata"
	// (@odata.nextLink), "token" (NextToken/TokenParam) or "next" (a body
	// field holding the next address, NextToken being its jq expression).
	Paging     string `toml:"paging"`
	NextToken  string `toml:"next_token"`
	TokenParam string `toml:"token_param"`
	// Fallback is used if the first address is refused (403).
	Fallback string `toml:"fallback"`
	// Names has the names of ids that come without one, such as those of roles
	// that are the same everywhere.
	Names map[string]string `toml:"names"`
	// Incomplete is a jq condition on the ID token's claims: true if the
	// claim leaves groups out. It is reported if no request gave them instead.
	Incomplete string `toml:"incomplete"`
	// Read, if set by a Go program, replaces Items and gives the same values.
	Read func(answer any) ([]any, error) `toml:"-"`
}
