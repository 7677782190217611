package auth

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/providers"
)

// Imported is a record of an account as an export has it. Whoever made the export
// chose every byte of it.
type Imported struct {
	// Who is the best name of the person, Provider the provider's name, both as
	// the export says.
	Who, Provider string
	// SignOut means that it is only about revoking the account's tokens.
	SignOut bool
	// Beside means that it only lies beside an account and has no tokens: a
	// picture, a history, requests, the receipt of a finished sign-out.
	Beside bool
	// Finished means that it is such a receipt. It must not take the place of a
	// sign-out that still has tokens to revoke.
	Finished bool
	// Elsewhere says, in a few words, that the account is from other servers than
	// the provider of that ID here, or that this is not known; "" if neither.
	Elsewhere string
	// Data is the record as it may be stored: it trusts no server that the
	// provider here does not name too.
	Data []byte
}

// errNotOurs is a record of a kind that this version does not know.
var errNotOurs = errors.New("not a record of an account")

// AccountOf is the ID of the account that a record with this name is about, "" for
// a name of another kind. Beside means that the record only adds to the account's
// own: a picture, a history, its requests.
func AccountOf(name string) (id string, beside bool) {
	id, _, _ = strings.Cut(name, "-")
	if !IsAccountID(id) {
		return "", false
	}
	switch strings.TrimPrefix(name, id) {
	case "", signOutSuffix:
		return id, false
	case pictureSuffix, history.Suffix, tryit.Suffix:
		return id, true
	}
	return "", false
}

// ReadImported reads a record of an export by its name. An error means that this
// version cannot tell what is in it: a later one could send something because of
// it, so it must not come in.
func ReadImported(lookup func(id string) (*providers.Provider, bool), name string, data []byte) (*Imported, error) {
	id, _, _ := strings.Cut(name, "-")
	if !IsAccountID(id) {
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
	case pictureSuffix, history.Suffix:
		if strings.HasSuffix(name, history.Suffix) && len(data) > maxHistory {
			return nil, errNotOurs
		}
		return &Imported{Beside: true, Data: data}, nil
	case tryit.Suffix:
		data, err := tryit.Imported(data)
		return &Imported{Beside: true, Data: data}, err
	}
	return nil, errNotOurs
}

// imported settles the home of a record that another computer may have made.
func (r *record) imported(lookup func(string) (*providers.Provider, bool)) *Imported {
	r.bound()
	in := &Imported{Who: r.account(time.Time{}).title(), Provider: cmp.Or(r.ProviderName, r.Provider)}
	p, known := lookup(r.Provider)
	home := r.Home
	if home.Empty() && known {
		home = r.oldHome(p)
	}
	if !known {
		p = nil
	}
	r.Home, in.Elsewhere = home.Imported(p)
	if home.Empty() && r.Issuer != "" {
		in.Elsewhere = "" // the first use shows whether it is from there
	}
	return in
}
