package identity

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/claviger/claviger/providers"
)

// Group is one membership.
type Group struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"`
	// Sources are the places that name it, in the order of the provider's
	// file, each once.
	Sources []Origin `json:"sources,omitempty"`
	// Stale says that it is as last seen: none of its sources could be asked
	// this time, or none gave everything.
	Stale bool `json:"stale,omitempty"`
}

// Origin is a place that a group was read from.
type Origin struct {
	// From is [FromIDToken], [FromUserinfo], [FromAPI], or "" if it is not
	// known.
	From string `json:"from"`
	// Name is the source's name: "Teams".
	Name string `json:"name"`
}

// The values of [Origin.From].
const (
	FromIDToken  = "id_token"
	FromUserinfo = "userinfo"
	FromAPI      = "api"
)

// String says the place in words: "the ID token", "the API (Teams)".
func (o Origin) String() string {
	switch o.From {
	case FromIDToken:
		return "the ID token"
	case FromUserinfo:
		return "userinfo"
	case FromAPI:
		return "the API (" + o.Name + ")"
	}
	return o.Name
}

// origin is what a source's groups come from.
func originOf(s *providers.Source) Origin {
	if s.URL != "" {
		return Origin{From: FromAPI, Name: s.Name}
	}
	return Origin{From: s.From, Name: s.Name}
}

// key is what makes two groups the same one: kind and id.
func (g Group) key() string { return g.Kind + "\x00" + g.ID }

// with is the group as two sources name it. A claim often has the id only, a
// request the name too.
func (g Group) with(other Group) Group {
	if g.Name == g.ID {
		g.Name = other.Name
	}
	for _, o := range other.Sources {
		if !slices.Contains(g.Sources, o) {
			g.Sources = append(slices.Clip(g.Sources), o) // others share the list
		}
	}
	return g
}

// Origins says in words where the group was read from: "the ID token and the
// API (Teams)"; "" if that is not known. Several requests to the API are
// named together.
func (g Group) Origins() string {
	var parts, requests []string
	for _, o := range g.Sources {
		switch text := o.String(); {
		case o.From == FromAPI:
			requests = append(requests, o.Name)
		case !slices.Contains(parts, text):
			parts = append(parts, text)
		}
	}
	if len(requests) > 0 {
		parts = append(parts, Origin{From: FromAPI, Name: strings.Join(requests, ", ")}.String())
	}
	if n := len(parts); n > 1 {
		parts = []string{strings.Join(parts[:n-1], ", "), parts[n-1]}
	}
	return strings.Join(parts, " and ")
}

// UnmarshalJSON reads also the form of records that had the name of one source
// only.
func (g *Group) UnmarshalJSON(data []byte) error {
	type plain Group
	var read struct {
		plain
		Source string `json:"source"`
	}
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	*g = Group(read.plain)
	if len(g.Sources) == 0 && read.Source != "" {
		g.Sources = []Origin{{Name: read.Source}}
	}
	return nil
}

// CommonOrigins is what [Group.Origins] says of each of the groups, "" if it
// differs.
func CommonOrigins(groups []Group) string {
	if len(groups) == 0 {
		return ""
	}
	first := groups[0].Origins()
	for _, g := range groups[1:] {
		// Groups and roles are in claims of different names, which the text does not have.
		if !slices.Equal(g.Sources, groups[0].Sources) && g.Origins() != first {
			return ""
		}
	}
	return first
}
