package oauth

import (
	"net/url"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// Imported is the home of a secret that an export brings, as far as it can be
// trusted: p is the provider of that ID here, nil if it is not known. What p does
// not name is left out; the issuer's own metadata names the rest again. If p is
// not where the secret is from, or not known, what it names is only claimed: see
// [Home.At]. If the secret is from elsewhere, or that cannot be known, it is said in a
// few words: ask the person then.
func (h Home) Imported(p *providers.Provider) (settled Home, elsewhere string) {
	h = h.usable()
	claimed := h
	claimed.Claimed = true
	if p == nil {
		if h.Issuer == "" {
			elsewhere = "from " + h.String() + "; you have not added this provider"
		}
		return claimed, elsewhere
	}
	if p.Issuer == "" && p.Discovery != "none" {
		return claimed, "" // one that says where it is when it runs: the first use shows it
	}
	if moved := h.Elsewhere(p); moved != nil || h.Empty() {
		return claimed, "from " + h.String() + "; this provider is " + HomeOf(p).String() + " here"
	}
	return h.sharedWith(p), ""
}

// At is the home as far as it counts for what is sent to p: of one that an export
// only claimed, what p names too.
func (h Home) At(p *providers.Provider) Home {
	if !h.Claimed {
		return h
	}
	h.Claimed = false
	return h.sharedWith(p)
}

// sharedWith leaves only the servers and APIs that p names too. It is never zero.
func (h Home) sharedWith(p *providers.Provider) Home {
	own, shared := HomeOf(p), Home{Issuer: h.Issuer}
	for _, origin := range h.Servers {
		if own.Server(origin) {
			shared.Servers = add(shared.Servers, origin)
		}
	}
	for _, origin := range h.APIs {
		if own.API(origin) {
			shared.APIs = add(shared.APIs, origin)
		}
	}
	if shared.IsZero() {
		return Home{Servers: []string{nowhere}}
	}
	return shared
}

// usable is the home without what is no address: words in place of one could pass
// for Claviger's own.
func (h Home) usable() Home {
	noOrigin := func(s string) bool { return s == "" || s != providers.OriginOf(s) || !oneWord(s) }
	h = h.copy()
	h.Claimed = false
	h.Servers, h.APIs = slices.DeleteFunc(h.Servers, noOrigin), slices.DeleteFunc(h.APIs, noOrigin)
	if u, err := url.Parse(h.Issuer); err != nil || u.Host == "" || u.User != nil || !oneWord(h.Issuer) {
		h.Issuer = ""
	}
	return h
}

// MaxAddress is the longest address that a home may have, or that an answer may
// show to a person, in characters.
const MaxAddress = 2000

// oneWord reports whether s shows as one word, and as what it is.
func oneWord(s string) bool { return s == plain.Line(s, MaxAddress) && !strings.ContainsAny(s, " ,;") }
