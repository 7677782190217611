package identity

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

// maxLink bounds an address of a notice, in bytes.
const maxLink = 2000

// notice is what an answer says to the person.
type notice struct{ text, link string }

// noticer reads the notices of answers. Only the provider itself can name an
// address that a person is offered to open.
type noticer struct {
	list  []providers.Notice
	hosts []string
}

func newNoticer(p *providers.Provider, md *providers.Metadata) noticer {
	n := noticer{list: p.Notices, hosts: p.Hosts()}
	for _, a := range []string{md.Issuer, md.AuthorizationEndpoint, md.TokenEndpoint, md.UserinfoEndpoint} {
		if u, err := url.Parse(a); err == nil {
			n.hosts = append(n.hosts, strings.ToLower(u.Host))
		}
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

func (n noticer) one(d *providers.Notice, value string) (told notice, ok bool) {
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
	told.text = placeholder.Each(d.Text, func(name string, _ int) string {
		if name == "n" {
			return strconv.Itoa(countList(group(d.Count)))
		}
		return cleanText(group(name), 100)
	})
	if d.Link {
		told.link = n.link(group(providers.LinkGroup))
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
	if err != nil || u.Scheme != "https" || u.User != nil || u.Host == "" || !slices.Contains(n.hosts, strings.ToLower(u.Host)) || len(address) > maxLink {
		return ""
	}
	return u.String()
}
