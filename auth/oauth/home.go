package oauth

import (
	"context"
	"slices"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// Home is where secrets belong: to who issued them, and to nobody that a
// provider's id leads to later. It is kept with each account, client secret and
// registration. The zero value is that of one that was kept before there were
// homes, or that an importer vouches for.
type Home struct {
	// Issuer is the provider's issuer (OIDC Discovery 1.0 §3, RFC 8414 §2), or
	// "". What its own metadata names is its word, whatever else stands here.
	Issuer string `json:"issuer,omitempty"`
	// Servers are the origins (RFC 6454 §4) that may get codes, client secrets
	// and refresh tokens, and where the person signs in.
	Servers []string `json:"servers,omitempty"`
	// APIs are further origins that may get access tokens.
	APIs []string `json:"apis,omitempty"`
	// Claimed means that only an export says all this. Nothing goes there, but for
	// what [Home.At] leaves of it.
	Claimed bool `json:"claimed,omitempty"`
}

// HomeOf is the home of secrets that are made with p as it is now: its issuer
// and what its file names. The person agreed to these when they added the file.
func HomeOf(p *providers.Provider) Home {
	h := Home{Issuer: p.Issuer}
	h.Take(p.Destinations())
	return h
}

// Take adds what a file names.
func (h *Home) Take(list []providers.Destination) {
	for _, d := range list {
		if d.Use == providers.UseAPI {
			h.APIs = add(h.APIs, d.Origin)
		} else {
			h.Servers = add(h.Servers, d.Origin)
		}
	}
}

// ServerHome is the one server of an address.
func ServerHome(address string) Home { return Home{Servers: add(nil, providers.OriginOf(address))} }

// Nowhere is a home that nothing goes to. It is not zero.
func Nowhere() Home { return Home{Servers: []string{nowhere}} }

// AddServer adds the origin of a server.
func (h *Home) AddServer(origin string) { h.Servers = add(h.Servers, origin) }

// AddAPI adds the origin of an API.
func (h *Home) AddAPI(origin string) { h.APIs = add(h.APIs, origin) }

// add appends what is not there yet.
func add(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// IsZero reports whether it is one of before there were homes.
func (h Home) IsZero() bool { return h.Empty() && !h.Claimed }

// Empty reports whether nothing is known of it.
func (h Home) Empty() bool { return h.Issuer == "" && len(h.Servers) == 0 && len(h.APIs) == 0 }

// copy shares nothing.
func (h Home) copy() Home {
	h.Servers, h.APIs = slices.Clone(h.Servers), slices.Clone(h.APIs)
	return h
}

// With is the home with what the issuer publishes now; md may be nil.
func (h Home) With(md *providers.Metadata) Home {
	h = h.copy()
	if md == nil {
		return h
	}
	for _, origin := range md.Published() {
		h.Servers = add(h.Servers, origin)
	}
	return h
}

// Covers reports whether all servers of another home are h's too.
func (h Home) Covers(other Home) bool {
	return !slices.ContainsFunc(other.Servers, func(origin string) bool { return !h.Server(origin) })
}

// Server reports whether codes, client secrets and refresh tokens may go there.
func (h Home) Server(origin string) bool {
	return origin != "" && !h.Claimed && (slices.Contains(h.Servers, origin) || origin == providers.OriginOf(h.Issuer))
}

// API reports whether access tokens may go there.
func (h Home) API(origin string) bool {
	return h.Server(origin) || !h.Claimed && slices.Contains(h.APIs, origin)
}

// String names the home for people.
func (h Home) String() string {
	if h.Issuer != "" {
		return h.Issuer
	}
	if len(h.Servers) > 0 && h.Servers[0] != nowhere {
		return h.Servers[0]
	}
	return "an unknown server"
}

// nowhere is a server that secrets cannot go to.
const nowhere = "nowhere"

// Reaching returns a context in which the secrets of a home may be sent, to its
// own servers and APIs and to what its issuer publishes; md may be nil.
func Reaching(ctx context.Context, p *providers.Provider, h Home, md *providers.Metadata) context.Context {
	h = h.With(md)
	own := add(nil, providers.OriginOf(p.Issuer))
	for _, d := range p.Destinations() {
		own = add(own, d.Origin)
	}
	return ask.Reaching(ctx, ask.Reach{Own: own, May: func(origin string, api bool) error {
		if h.Server(origin) || api && h.API(origin) {
			return nil
		}
		return &MovedError{Provider: p.Name, Was: h.String(), Now: origin}
	}})
}
