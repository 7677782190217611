package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"claviger/auth"
	"claviger/providers"
	"claviger/vault"
)

// importRules are the rules for what an export brings. Without providers, none is
// known here.
func (w *wiring) importRules() vault.ImportRules {
	return vault.ImportRules{Review: func(in []vault.Incoming) vault.Review {
		set, err := w.openSet()
		if err != nil {
			return reviewImport(func(string) (*providers.Provider, bool) { return nil, false }, in)
		}
		return reviewImport(set.Lookup, in)
	}}
}

// importReview looks at what an export brings before any of it is stored.
type importReview struct {
	vault.Review
	lookup func(id string) (*providers.Provider, bool)
}

// reviewImport says in lines for a person what an export brings, and what of it
// is to be asked about: client secrets, registrations, and accounts of other
// servers than the provider's here. The records that it returns trust nobody that
// the providers here do not name.
func reviewImport(lookup func(id string) (*providers.Provider, bool), in []vault.Incoming) vault.Review {
	r := &importReview{lookup: lookup}
	for _, record := range in {
		switch record.Name {
		case clientsRecord:
			record.Data = reviewEntries(r, record.Data, "client secret", r.secret)
		case registrationsRecord:
			record.Data = reviewEntries(r, record.Data, "registration", r.registration)
		default:
			record.Data = r.account(record)
		}
		r.Records = append(r.Records, record)
	}
	return r.Review
}

// account reviews a record that may be an account.
func (r *importReview) account(record vault.Incoming) []byte {
	a := auth.ReadImported(r.lookup, record.Name, record.Data)
	if a == nil {
		return record.Data
	}
	what := "Account"
	if a.SignOut {
		what = "Sign-out that is not finished"
	}
	line := fmt.Sprintf("%s: %s at %s", what, a.Who, a.Provider)
	if record.Replaces {
		line += ", replaces the one here"
	}
	if a.Elsewhere != "" {
		r.Asks = append(r.Asks, line+", "+a.Elsewhere)
	} else {
		r.Says = append(r.Says, line)
	}
	return a.Data
}

// reviewEntries reviews a record that is a JSON object by provider ID. One that
// cannot be read stays as it is: nothing is ever taken from it.
func reviewEntries[T any](r *importReview, data []byte, what string, review func(entry *T, p *providers.Provider) string) []byte {
	all := map[string]T{}
	if json.Unmarshal(data, &all) != nil {
		r.Asks = append(r.Asks, "A record of "+what+"s that cannot be read here")
		return data
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		p, known := r.lookup(id)
		if !known {
			p = nil
		}
		entry := all[id]
		r.Asks = append(r.Asks, fmt.Sprintf("The %s of %s, %s", what, id, review(&entry, p)))
		all[id] = entry
	}
	settled, err := json.Marshal(all)
	if err != nil {
		return data
	}
	return settled
}

// secret reviews a client secret.
func (r *importReview) secret(kept *keptSecret, p *providers.Provider) string {
	from := "from " + kept.Home.String()
	if kept.Home.IsZero() {
		from = "without a word of where it is from"
	}
	home, elsewhere := kept.Home.Imported(p)
	if !kept.Home.IsZero() { // else the provider here says it at the first use
		kept.Home = home
	}
	if elsewhere != "" {
		return elsewhere
	}
	return from
}

// registration reviews the access to a registration. Its address is asked for
// deletion later, with the token: it must be at a server of the provider here.
func (r *importReview) registration(access *savedAccess, p *providers.Provider) string {
	if access.Home.IsZero() && p != nil {
		access.Home = auth.HomeOf(p)
	}
	home, elsewhere := access.Home.Imported(p)
	where := "managed at " + providers.OriginOf(access.URI)
	if elsewhere != "" {
		where += ", " + elsewhere
		home = auth.Nowhere()
	}
	access.Home = home
	return where
}
