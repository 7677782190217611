package providers

// ErrorHelp says what an error of a provider means and what to do, as data.
type ErrorHelp struct {
	// Match is a regular expression (RE2, without regard to case) on an OAuth
	// error as "code: description", on failed checks of an ID token as
	// "id_token: check: reason", on a refused request for details as "source:
	// reason (status)", on the message in an answer without an OAuth error,
	// and on the text of a page that the provider shows in the browser. What its
	// first group matches is shown as the code.
	Match string `toml:"match"`
	// Title is one short line, Detail says why, Next says what to change and
	// where. {provider} is the provider's name, {description} what it wrote with
	// an OAuth error; a sentence with it is left out if it wrote nothing.
	Title  string `toml:"title"`
	Detail string `toml:"detail"`
	Next   string `toml:"next"`
	// Anywhere says that no other provider writes what Match is about, so the
	// words are good for every provider: one that was added by its issuer is often
	// this provider.
	Anywhere bool `toml:"anywhere"`
	// SessionEnded says that this error, as the answer to a refresh, means that
	// only a new sign-in helps. RFC 6749 §5.2 has invalid_grant for that; some
	// providers answer something else.
	SessionEnded bool `toml:"session_ended"`
	// Copy offers the redirect URI for copying, Link the provider's page
	// for registering apps.
	Copy bool `toml:"copy"`
	Link bool `toml:"link"`
}

// maxPattern bounds an expression, in bytes.
const maxPattern = 500

// Notice is something that a provider says in a header of its answers: why it
// refuses, or that a good answer leaves something out.
type Notice struct {
	// Header is its name: "X-Acme-Partial".
	Header string `toml:"header"`
	// Match is a regular expression (RE2) on its value.
	Match string `toml:"match"`
	// Text says what it means and what to do. {name} is what the group of that
	// name in Match found, {n} the number of Count.
	Text string `toml:"text"`
	// Count names a group of Match that holds a list with commas.
	Count string `toml:"count"`
	// Link offers the address that the group "url" of Match found, if it is https
	// and on one of the provider's own hosts.
	Link bool `toml:"link"`
}

// LinkGroup is the group of [Notice.Match] that holds an address.
const LinkGroup = "url"
