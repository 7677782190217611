package providers

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/providers/internal/placeholder"
)

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

// isHeaderName reports whether a text is a field name (RFC 9110 §5.1).
func isHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+.^_`|~-", c)
	})
}

func (v *validator) notices() {
	for i := range v.p.Notices {
		d := &v.p.Notices[i]
		key := func(name string) string { return indexed("notices", i, name) }
		if !isHeaderName(d.Header) {
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
				v.fail(key("text"), "{blank} needs count", "{n}")
			case name == LinkGroup:
				v.fail(key("text"), "{blank} is not allowed; link = true offers the address", "{url}")
			case name != "n" && !slices.Contains(groups, name):
				v.fail(key("text"), "{blank} is not the name of a group (?P<name>…) in match", "{"+name+"}")
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
		v.fail(key, "is longer than {count} characters", strconv.Itoa(maxPattern))
	case err != nil:
		v.fail(key, "is not a regular expression (RE2)")
	case re.MatchString(""):
		v.fail(key, "matches every text")
	default:
		return re, true
	}
	return nil, false
}
