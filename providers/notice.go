package providers

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/claviger/claviger/providers/internal/placeholder"
)

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

// headerName is a field name of RFC 9110 §5.1.
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func (v *validator) notices() {
	for i := range v.p.Notices {
		d := &v.p.Notices[i]
		key := func(name string) string { return indexed("notices", i, name) }
		if !headerName.MatchString(d.Header) {
			v.fail(key("header"), "must be the name of a header")
		}
		if d.Text == "" {
			v.fail(key("text"), "is missing; it says what it means and what to do")
		}
		re, ok := v.pattern(key("match"), d.Match)
		if !ok {
			continue
		}
		groups := re.SubexpNames()
		if d.Link && !slices.Contains(groups, LinkGroup) {
			v.fail(key("link"), "needs a group (?P<url>…) in match")
		}
		if d.Count != "" && !slices.Contains(groups, d.Count) {
			v.fail(key("count"), "is not the name of a group (?P<name>…) in match")
		}
		for _, name := range placeholder.Names(d.Text) {
			switch {
			case name == "n" && d.Count == "":
				v.fail(key("text"), "{n} needs count")
			case name == LinkGroup:
				v.fail(key("text"), "{url} is not allowed; link = true offers the address")
			case name != "n" && !slices.Contains(groups, name):
				v.fail(key("text"), "{%s} is not the name of a group (?P<name>…) in match", name)
			}
		}
	}
}

// pattern checks a regular expression of a file.
func (v *validator) pattern(key, expr string) (*regexp.Regexp, bool) {
	re, err := regexp.Compile(expr)
	switch {
	case expr == "":
		v.fail(key, "is missing")
	case len(expr) > maxPattern:
		v.fail(key, "is longer than %s characters", strconv.Itoa(maxPattern))
	case err != nil:
		v.fail(key, "is not a regular expression (RE2)")
	case re.MatchString(""):
		v.fail(key, "matches every text")
	default:
		return re, true
	}
	return nil, false
}
