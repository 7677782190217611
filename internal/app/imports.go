package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// importRules are the rules for what an export brings. Without providers, no
// provider is known here.
func (w *wiring) importRules() vault.ImportRules {
	return vault.ImportRules{Objects: []string{clientsRecord, registrationsRecord}, Owner: ownerOf, Review: func(in []vault.Incoming) vault.Review {
		set, err := w.openSet()
		if err != nil {
			return reviewImport(func(string) (*providers.Provider, bool) { return nil, false }, in)
		}
		return reviewImport(set.Lookup, in)
	}}
}

// ownerOf is the name of the account's record that a picture or a history lies
// beside.
func ownerOf(name string) string {
	id, beside := auth.AccountOf(name)
	if !beside {
		return ""
	}
	return id
}

// importReview checks what an export brings before any of it is stored.
type importReview struct {
	vault.Review
	lookup func(id string) (*providers.Provider, bool)
	// accounts are those of the export, by ID: whether they come in.
	accounts map[string]bool
	// beside counts records beside accounts, kept the receipts that exist here
	// already, leftOut what cannot come in.
	beside, kept, leftOut int
}

// maxPart is the most that a line quotes of an export, in characters. A
// server's name has up to 253 (RFC 1035 §2.3.4).
const maxPart = 300

// reviewImport says in lines for a person what an export brings, and which parts
// to ask about: client secrets, registrations, and accounts of servers other than
// the provider's here. The records that it returns trust no server that the
// providers here do not name; what this version cannot read is left out.
func reviewImport(lookup func(id string) (*providers.Provider, bool), in []vault.Incoming) vault.Review {
	r := &importReview{lookup: lookup, accounts: map[string]bool{}}
	for _, record := range besideLast(in) {
		ok := false
		switch record.Name {
		case clientsRecord:
			record.Data, ok = reviewEntries(r, record, "client secret", r.secret)
		case registrationsRecord:
			record.Data, ok = reviewEntries(r, record, "registration", r.registration)
		case consent.Record:
			// Which programs may have tokens is said on each computer: an export of
			// someone else's could let in what it likes.
			r.Says = append(r.Says, "Left out: which programs may have tokens. You are asked again here")
		default:
			record.Data, ok = r.account(record)
		}
		if ok {
			r.Records = append(r.Records, record)
		}
	}
	if r.beside > 0 {
		r.Says = append(r.Says, fmt.Sprintf("Pictures, histories, requests and receipts of sign-outs: %d", r.beside))
	}
	if r.kept > 0 {
		r.Says = append(r.Says, fmt.Sprintf("Receipts of sign-outs that stay as they are here: %d", r.kept))
	}
	if r.leftOut > 0 {
		r.Says = append(r.Says, fmt.Sprintf("Left out, because this version of Claviger cannot read them, or the account that they belong to: %d. A newer version may", r.leftOut))
	}
	return r.Review
}

// besideLast are the records in an order in which an account comes before what lies
// beside it.
func besideLast(in []vault.Incoming) []vault.Incoming {
	order := func(r vault.Incoming) int {
		if _, beside := auth.AccountOf(r.Name); beside {
			return 1
		}
		return 0
	}
	return slices.SortedStableFunc(slices.Values(in), func(a, b vault.Incoming) int { return order(a) - order(b) })
}

// account reviews a record that is not one of ours here. What lies beside an
// account stays out with it.
func (r *importReview) account(record vault.Incoming) ([]byte, bool) {
	a, err := auth.ReadImported(r.lookup, record.Name, record.Data)
	id, beside := auth.AccountOf(record.Name)
	comes, seen := r.accounts[id]
	if !beside && id != "" {
		r.accounts[id] = comes || err == nil
	}
	if err != nil || beside && seen && !comes {
		r.leftOut++
		return nil, false
	}
	if a.Finished && record.Replaces {
		r.kept++
		return nil, false
	}
	if a.Beside {
		r.beside++
		return a.Data, true
	}
	what := "Account"
	if a.SignOut {
		what = "Unfinished sign-out"
	}
	line := fmt.Sprintf("%s: %s at %s", what, plain.Line(a.Who, maxPart), plain.Line(a.Provider, maxPart))
	if record.Replaces {
		line += replacesOurs
	}
	if a.Elsewhere != "" {
		r.Asks = append(r.Asks, line+", "+plain.Line(a.Elsewhere, 2*maxPart))
	} else {
		r.Says = append(r.Says, line)
	}
	return a.Data, true
}

const replacesOurs = ", replaces the one here"

// reviewEntries reviews a record that is a JSON object by provider ID.
func reviewEntries[T any](r *importReview, record vault.Incoming, what string, review func(entry *T, p *providers.Provider) string) ([]byte, bool) {
	all := map[string]T{}
	if json.Unmarshal(record.Data, &all) != nil {
		r.leftOut++
		return nil, false
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if !providers.ValidID(id) {
			r.leftOut++
			delete(all, id)
			continue
		}
		p, known := r.lookup(id)
		if !known {
			p = nil
		}
		entry := all[id]
		line := fmt.Sprintf("The %s of %s, %s", what, id, plain.Line(review(&entry, p), 2*maxPart))
		if slices.Contains(record.ReplacedKeys, id) {
			line += replacesOurs
		}
		r.Asks = append(r.Asks, line)
		all[id] = entry
	}
	settled, err := json.Marshal(all)
	return settled, err == nil && len(all) > 0
}

// secret reviews a client secret. If it has no home, the provider here gives it one
// at the first use.
func (r *importReview) secret(kept *keptSecret, p *providers.Provider) string {
	if kept.Home.IsZero() {
		return "of unknown origin"
	}
	from := "from " + kept.Home.String()
	home, elsewhere := kept.Home.Imported(p)
	kept.Home = home
	return cmp.Or(elsewhere, from)
}

// registration reviews the access to a registration. Its address is asked for
// deletion later, with the token: it must be at a server of the provider here.
func (r *importReview) registration(access *savedAccess, p *providers.Provider) string {
	if access.Home.IsZero() && p != nil {
		access.Home = oauth.HomeOf(p)
	}
	home, elsewhere := access.Home.Imported(p)
	access.Home = home
	where := "managed at " + cmp.Or(plain.Line(providers.OriginOf(access.URI), maxPart), "an unknown server")
	if elsewhere != "" {
		where += ", " + elsewhere
	}
	return where
}
