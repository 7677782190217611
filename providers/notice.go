package providers

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Notice is something that a provider tells in a header of its answers: why it
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
	// Link offers the address that the group "url" of Match found, where it is
	// https and on one of the provider's own hosts.
	Link bool `toml:"link"`
}

// linkGroup is the group of [Notice.Match] that holds an address.
const linkGroup = "url"

// maxLink bounds an address of a notice, in bytes.
const maxLink = 2000

// notice is what an answer says to the person.
type notice struct{ text, link string }

// noticer reads the notices of answers. Nobody else but the provider itself can
// name an address that a person is offered to open.
type noticer struct {
	list  []Notice
	hosts map[string]bool
}

func newNoticer(p *Provider, md *Metadata) noticer {
	n := noticer{list: p.Notices, hosts: map[string]bool{}}
	add := func(address string) {
		if u, err := url.Parse(p.expand(address)); err == nil && u.Host != "" {
			n.hosts[strings.ToLower(u.Host)] = true
		}
	}
	p.addresses(func(key string, a *string) {
		if key != "client.url" { // where apps are registered is told to people, not asked
			add(*a)
		}
	})
	for _, a := range []string{md.Issuer, md.AuthorizationEndpoint, md.TokenEndpoint, md.UserinfoEndpoint} {
		add(a)
	}
	return n
}

// read finds the first notice that fits an answer's headers.
func (n noticer) read(h http.Header) (told notice, ok bool) {
	for i := range n.list {
		for _, value := range h.Values(n.list[i].Header) {
			if told, ok = n.one(&n.list[i], value); ok {
				return told, true
			}
		}
	}
	return notice{}, false
}

func (n noticer) one(d *Notice, value string) (told notice, ok bool) {
	re, err := regexp.Compile(d.Match)
	if err != nil || len(value) > 2*maxLink {
		return notice{}, false // files are checked when they are read
	}
	found := re.FindStringSubmatch(value)
	if found == nil {
		return notice{}, false
	}
	group := func(name string) string {
		if i := re.SubexpIndex(name); i >= 0 {
			return found[i]
		}
		return ""
	}
	told.text = eachPlaceholder(d.Text, func(name string, _ int) string {
		if name == "n" {
			return strconv.Itoa(countList(group(d.Count)))
		}
		return cleanText(group(name), 100)
	})
	if d.Link {
		told.link = n.link(group(linkGroup))
	}
	return told, true
}

// countList counts the entries of a list with commas.
func countList(list string) int {
	n := 0
	for _, entry := range strings.Split(list, ",") {
		if strings.TrimSpace(entry) != "" {
			n++
		}
	}
	return n
}

// link returns an address that a person may be offered, "" for any other.
func (n noticer) link(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || !n.hosts[strings.ToLower(u.Host)] || len(address) > maxLink {
		return ""
	}
	return u.String()
}

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
		if d.Link && !slices.Contains(groups, linkGroup) {
			v.fail(key("link"), "needs a group (?P<url>…) in match")
		}
		if d.Count != "" && !slices.Contains(groups, d.Count) {
			v.fail(key("count"), "is not the name of a group (?P<name>…) in match")
		}
		for _, name := range placeholders(d.Text) {
			switch {
			case name == "n" && d.Count == "":
				v.fail(key("text"), "{n} needs count")
			case name == linkGroup:
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
