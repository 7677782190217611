package auth

import (
	"slices"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// GroupsChange is how an account's groups differ from those of the look before
// at the provider. It stays until they change again.
type GroupsChange struct {
	// Since is when the groups were as before for the last time, At when they
	// were found changed.
	Since time.Time `json:"since"`
	At    time.Time `json:"at"`
	// Gained and Lost are at most 500 each, GainedCount and LostCount all.
	Gained      []identity.Group `json:"gained"`
	Lost        []identity.Group `json:"lost"`
	GainedCount int              `json:"gained_count"`
	LostCount   int              `json:"lost_count"`
}

// copy is one that can be changed.
func (c *GroupsChange) copy() *GroupsChange {
	if c == nil {
		return nil
	}
	out := *c
	out.Gained, out.Lost = slices.Clone(c.Gained), slices.Clone(c.Lost)
	return &out
}

// Mention is what a place that groups are read from says of one.
type Mention string

// The mentions.
const (
	Named    Mention = "yes"
	NotNamed Mention = "no"
	// NotTold means that a source there did not tell all it knows.
	NotTold Mention = "unknown"
)

// GroupPlaces are the places that groups were read from or should have been,
// such as [identity.FromAPI], in the order in which people think of them.
func (a *Account) GroupPlaces() []string {
	found := map[string]bool{}
	for _, g := range a.Groups {
		for _, o := range g.Sources {
			found[o.From] = true
		}
	}
	for _, o := range a.GroupsUnread {
		found[o.From] = true
	}
	var out []string
	for _, from := range []string{identity.FromIDToken, identity.FromUserinfo, identity.FromAPI} {
		if found[from] {
			out = append(out, from)
		}
	}
	return out
}

// Mention says whether a place named a group at the last look.
func (a *Account) Mention(g identity.Group, from string) Mention {
	named := func(o identity.Origin) bool { return o.From == from }
	switch {
	case !g.Stale && slices.ContainsFunc(g.Sources, named):
		return Named
	case slices.ContainsFunc(a.GroupsUnread, named):
		return NotTold
	}
	return NotNamed
}

// Has reports whether a group was gained with this change.
func (c *GroupsChange) Has(g identity.Group) bool {
	return c != nil && slices.ContainsFunc(c.Gained, func(o identity.Group) bool { return keyOf(o) == keyOf(g) })
}

// maxChanged bounds the lists of a [GroupsChange]: it is kept in the record.
const maxChanged = 500

// regroup takes over the groups that a look at the provider found, in place of
// those that were there at a time before. A source that did not tell all it
// knows proves nothing: what it had given is kept, marked as stale, and is not
// lost.
func (r *record) regroup(seen *identity.Identity, before []identity.Group, beforeAt, now time.Time) {
	r.Unread = seen.Unread
	r.Groups = kept(seen, before)
	has, had := groupSet(r.Groups), groupSet(before)
	gained := without(r.Groups, had)
	lost := without(before, has)
	if len(gained)+len(lost) > 0 {
		r.Changed = &GroupsChange{
			Since: beforeAt, At: now,
			Gained: bounded(gained), GainedCount: len(gained),
			Lost: bounded(lost), LostCount: len(lost),
		}
	}
	r.GroupsAt = now
	if len(seen.Groups) == 0 && len(seen.Unread) > 0 {
		r.GroupsAt = beforeAt // nothing was seen
	}
}

// groupsAt is when the groups were looked at last; older records know only when
// the provider was asked.
func (r *record) groupsAt() time.Time {
	if r.GroupsAt.IsZero() {
		return r.VerifiedAt
	}
	return r.GroupsAt
}

// kept are the groups of a look at the provider, with what is still thought to
// be so from the sources that did not tell all.
func kept(seen *identity.Identity, before []identity.Group) []identity.Group {
	if len(seen.Unread) == 0 || len(before) == 0 {
		return seen.Groups
	}
	at := make(map[groupKey]int, len(seen.Groups))
	out := slices.Clone(seen.Groups)
	for i, g := range out {
		at[keyOf(g)] = i
	}
	for _, old := range before {
		old.Sources = silent(old, seen.Unread)
		if old.Sources == nil {
			continue
		}
		i, there := at[keyOf(old)]
		if !there {
			old.Stale = true
			out = append(out, old)
			continue
		}
		if out[i].Name == out[i].ID {
			out[i].Name = old.Name // the claim is here, the request with the name was not
		}
	}
	identity.SortGroups(out)
	return out
}

// silent are the sources of a group that did not tell all; nil if there are
// none. Records of older versions have the source's name only, or nothing.
func silent(g identity.Group, unread []identity.Origin) []identity.Origin {
	if len(g.Sources) == 0 {
		return []identity.Origin{}
	}
	var out []identity.Origin
	for _, o := range g.Sources {
		if slices.ContainsFunc(unread, func(u identity.Origin) bool { return u == o || o.From == "" && u.Name == o.Name }) {
			out = append(out, o)
		}
	}
	return out
}

// groupKey is what makes two groups the same one.
type groupKey struct{ kind, id string }

func keyOf(g identity.Group) groupKey { return groupKey{g.Kind, g.ID} }

func groupSet(list []identity.Group) map[groupKey]bool {
	set := make(map[groupKey]bool, len(list))
	for _, g := range list {
		set[keyOf(g)] = true
	}
	return set
}

func without(list []identity.Group, set map[groupKey]bool) []identity.Group {
	var out []identity.Group
	for _, g := range list {
		if !set[keyOf(g)] {
			out = append(out, g)
		}
	}
	return out
}

func bounded(list []identity.Group) []identity.Group {
	out := slices.Clone(list[:min(len(list), maxChanged)])
	for i := range out {
		out[i].Stale = false
	}
	return out
}
