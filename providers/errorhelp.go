package providers

import (
	"regexp"
	"slices"
)

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

// Help finds the first of the provider's own errors that fits, and the code to
// show with it, which may be "".
func (p *Provider) Help(text string) (help ErrorHelp, code string, ok bool) {
	for _, e := range p.Errors {
		re, err := e.pattern()
		if err != nil {
			continue // files are checked when they are read
		}
		m := re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if len(m) > 1 {
			code = m[1]
		}
		return e, code, true
	}
	return ErrorHelp{}, "", false
}

// HelpAnywhere is [Provider.Help] of the built-in providers' errors that are
// good for every provider.
func HelpAnywhere(text string) (help ErrorHelp, code string, ok bool) {
	for _, id := range presetIDs() {
		p, err := preset(id)
		if err != nil {
			continue // a test reads each of them
		}
		p.Errors = slices.DeleteFunc(p.Errors, func(e ErrorHelp) bool { return !e.Anywhere })
		if help, code, ok = p.Help(text); ok {
			return help, code, true
		}
	}
	return ErrorHelp{}, "", false
}

func (e *ErrorHelp) pattern() (*regexp.Regexp, error) { return regexp.Compile("(?i)" + e.Match) }

func (v *validator) errorHelp() {
	for i := range v.p.Errors {
		e := &v.p.Errors[i]
		key := indexed("errors", i, "match")
		v.pattern(key, e.Match)
		if e.Title == "" {
			v.fail(indexed("errors", i, "title"), "is missing")
		}
		if e.Next == "" {
			v.fail(indexed("errors", i, "next"), "is missing; it says what to do")
		}
	}
}
