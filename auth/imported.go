package auth

import (
	"cmp"
	"strings"
	"time"

	"claviger/providers"
)

// nowhere is a server that secrets cannot go to.
const nowhere = "nowhere"

// Nowhere is the home of what must not be sent to anybody. It is not zero, which
// would be that of what somebody here vouches for.
func Nowhere() Home { return Home{Servers: []string{nowhere}} }

// Imported is an account, or a sign-out that is not finished, as an export has
// it. Whoever made the export chose every byte of it.
type Imported struct {
	// Who is the best name of the person, Provider the provider's name, both as
	// the export says.
	Who, Provider string
	// SignOut means that it is only about revoking the account's tokens.
	SignOut bool
	// Elsewhere says, in a few words, that the account is from other servers than
	// the provider of that ID here; "" if it is not.
	Elsewhere string
	// Data is the record as it may be stored: it trusts no server that the
	// provider here does not name too.
	Data []byte
}

// ReadImported reads a record of an export by its name. It returns nil for what
// is neither an account nor a sign-out with tokens, or cannot be read: nothing is
// ever sent because of these.
func ReadImported(lookup func(id string) (*providers.Provider, bool), name string, data []byte) *Imported {
	id, isSignOut := strings.CutSuffix(name, signOutSuffix)
	if !accountID.MatchString(id) {
		return nil
	}
	if !isSignOut {
		rec, err := decodeRecord(id, data)
		if err != nil {
			return nil
		}
		in := rec.imported(lookup)
		in.Data, err = rec.encode()
		if err != nil {
			return nil
		}
		return in
	}
	s, err := decodeSignOut(id, data)
	if err != nil || s.rec == nil {
		return nil
	}
	in := s.rec.imported(lookup)
	in.SignOut = true
	if in.Data, err = s.encode(); err != nil {
		return nil
	}
	return in
}

// imported settles the home of a record that somebody else made.
func (r *record) imported(lookup func(string) (*providers.Provider, bool)) *Imported {
	in := &Imported{Who: r.account(time.Time{}).title(), Provider: cmp.Or(r.ProviderName, r.Provider)}
	p, known := lookup(r.Provider)
	home := r.Home
	if known {
		home = r.home(p)
	} else if home.IsZero() {
		home.Issuer = r.Issuer
	}
	r.Home, in.Elsewhere = home.Imported(p)
	return in
}

// Imported is the home of a secret that an export brings, as far as it can be
// trusted: p is the provider of that ID here, nil if it is not known. What p does
// not name is left out; the issuer's own metadata names the rest again. If the
// secret is from elsewhere, that is said in a few words: ask the person then.
func (h Home) Imported(p *providers.Provider) (settled Home, elsewhere string) {
	if p == nil {
		if h.Issuer == "" {
			return h.orNowhere(), "from " + h.String() + "; this provider is not known here"
		}
		return Home{Issuer: h.Issuer}, ""
	}
	if moved := h.moved(p); moved != nil {
		return h, "from " + moved.Was + "; this provider is " + moved.Now + " here"
	}
	own := HomeOf(p)
	settled.Issuer = h.Issuer
	for _, origin := range h.Servers {
		if own.server(origin) {
			settled.Servers = add(settled.Servers, origin)
		}
	}
	for _, origin := range h.APIs {
		if own.api(origin) {
			settled.APIs = add(settled.APIs, origin)
		}
	}
	return settled.orNowhere(), ""
}

// orNowhere is never zero.
func (h Home) orNowhere() Home {
	if h.IsZero() {
		return Nowhere()
	}
	return h
}
