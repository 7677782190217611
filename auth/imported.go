package auth

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// nowhere is a server that secrets cannot go to.
const nowhere = "nowhere"

// Imported is a record of an account as an export has it. Whoever made the export
// chose every byte of it.
type Imported struct {
	// Who is the best name of the person, Provider the provider's name, both as
	// the export says.
	Who, Provider string
	// SignOut means that it is only about revoking the account's tokens.
	SignOut bool
	// Beside means that it only lies beside an account and has no tokens: a
	// picture, a history, the receipt of a finished sign-out.
	Beside bool
	// Finished means that it is such a receipt. It must not take the place of a
	// sign-out that still has tokens to revoke.
	Finished bool
	// Elsewhere says, in a few words, that the account is from other servers than
	// the provider of that ID here, or that this cannot be told; "" if neither.
	Elsewhere string
	// Data is the record as it may be stored: it trusts no server that the
	// provider here does not name too.
	Data []byte
}

// errNotOurs is a record of a kind that this version does not know.
var errNotOurs = errors.New("not a record of an account")

// AccountOf is the ID of the account that a record with this name is about, "" for
// a name of another kind. Beside means that the record only adds to the account's
// own: a picture or a history.
func AccountOf(name string) (id string, beside bool) {
	id, _, _ = strings.Cut(name, "-")
	if !accountID.MatchString(id) {
		return "", false
	}
	switch strings.TrimPrefix(name, id) {
	case "", signOutSuffix:
		return id, false
	case pictureSuffix, historySuffix:
		return id, true
	}
	return "", false
}

// ReadImported reads a record of an export by its name. An error means that this
// version cannot tell what is in it: a later one could send something because of
// it, so it must not come in.
func ReadImported(lookup func(id string) (*providers.Provider, bool), name string, data []byte) (*Imported, error) {
	id, _, _ := strings.Cut(name, "-")
	if !accountID.MatchString(id) {
		return nil, errNotOurs
	}
	switch strings.TrimPrefix(name, id) {
	case "":
		rec, err := decodeRecord(id, data)
		if err != nil {
			return nil, err
		}
		in := rec.imported(lookup)
		in.Data, err = rec.encode()
		return in, err
	case signOutSuffix:
		s, err := decodeSignOut(id, data)
		if err != nil {
			return nil, err
		}
		s.receipt.bound()
		in := &Imported{Beside: true, Finished: true}
		if s.rec != nil {
			in = s.rec.imported(lookup)
			in.SignOut = true
		}
		in.Data, err = s.encode()
		return in, err
	case pictureSuffix, historySuffix:
		if strings.HasSuffix(name, historySuffix) && len(data) > maxHistory {
			return nil, errNotOurs
		}
		return &Imported{Beside: true, Data: data}, nil
	}
	return nil, errNotOurs
}

// imported settles the home of a record that somebody else made.
func (r *record) imported(lookup func(string) (*providers.Provider, bool)) *Imported {
	r.bound()
	in := &Imported{Who: r.account(time.Time{}).title(), Provider: cmp.Or(r.ProviderName, r.Provider)}
	p, known := lookup(r.Provider)
	home := r.Home
	if home.empty() && known {
		home = r.oldHome(p)
	}
	if !known {
		p = nil
	}
	r.Home, in.Elsewhere = home.Imported(p)
	if home.empty() && r.Issuer != "" {
		in.Elsewhere = "" // the first use tells whether it is from there
	}
	return in
}

// Imported is the home of a secret that an export brings, as far as it can be
// trusted: p is the provider of that ID here, nil if it is not known. What p does
// not name is left out; the issuer's own metadata names the rest again. If p is
// not where the secret is from, or not known, what it names is only claimed: see
// [Home.At]. If the secret is from elsewhere, or nobody can tell, that is said in a
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
		return claimed, "" // one that says where it is when it runs: the first use tells
	}
	if moved := h.moved(p); moved != nil || h.empty() {
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
		if own.server(origin) {
			shared.Servers = add(shared.Servers, origin)
		}
	}
	for _, origin := range h.APIs {
		if own.api(origin) {
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

// maxAddress is the longest address that a home may have, or that an answer may
// show to a person, in characters.
const maxAddress = 2000

// oneWord reports whether s shows as one word, and as what it is.
func oneWord(s string) bool { return s == plain.Line(s, maxAddress) && !strings.ContainsAny(s, " ,;") }
