package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// groups joins what all sources gave, each membership once, and lists those
// that did not give everything.
func (id *identifier) groups(ctx context.Context, sources []providers.GroupSource, fetched [][]Group, failed []error, userinfo map[string]any) ([]Group, []Origin) {
	byKey := map[string]Group{}
	whole := map[string]bool{}
	for i := range sources {
		s := &sources[i]
		list, err := fetched[i], failed[i]
		if s.URL == "" {
			list, err = id.claimed(ctx, s, userinfo)
		} else if err == nil && !id.partial[s] {
			whole[s.Kind] = true
		}
		id.missed(s.Name, err)
		if err != nil && !errors.Is(err, errSkipped) {
			id.partial[s] = true
		}
		for _, g := range list {
			key := g.key()
			if old, ok := byKey[key]; ok {
				g = old.with(g)
			}
			byKey[key] = g
		}
	}
	id.tellIncomplete(ctx, sources, whole)
	out := make([]Group, 0, len(byKey))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, byKey[key])
	}
	SortGroups(out)
	var unread []Origin
	for i := range sources {
		if id.partial[&sources[i]] {
			unread = append(unread, originOf(&sources[i].Source))
		}
	}
	return out, unread
}

// SortGroups puts groups into the order in which they are shown: by name, then
// by kind.
func SortGroups(list []Group) {
	slices.SortStableFunc(list, func(a, b Group) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Kind, b.Kind))
	})
}

// claimed reads the groups of a claim source. If userinfo was expected but
// missing, the source says nothing, which is not the same as no groups.
func (id *identifier) claimed(ctx context.Context, s *providers.GroupSource, userinfo map[string]any) ([]Group, error) {
	input, err := id.input(ctx, &s.Source, nil, userinfo)
	if err != nil {
		return nil, err
	}
	if s.From == FromUserinfo && userinfo == nil && (id.userinfo != nil || id.userinfoErr != nil) {
		id.inPart(s) // the reason is reported once, for the request
	}
	if input == nil {
		return nil, nil
	}
	list, err := id.items(ctx, s, input)
	if err == nil && len(list) > maxGroups {
		return list[:maxGroups], &RequestError{Name: s.Name, Reason: phrase.Say("stopped after {count} groups; the rest was skipped", strconv.Itoa(maxGroups))}
	}
	return list, err
}

// tellIncomplete notes claims that leave groups out, if no request gave the whole
// list of that kind.
func (id *identifier) tellIncomplete(ctx context.Context, sources []providers.GroupSource, whole map[string]bool) {
	for i := range sources {
		s := &sources[i]
		if s.Incomplete == "" || whole[s.Kind] {
			continue
		}
		v, err := id.truth(ctx, s.Name, id.key(&s.Source, "incomplete"), s.Incomplete)
		if err != nil {
			id.missed(s.Name, err)
		}
		if err != nil || asBool(v) {
			id.partial[s] = true
		}
		if asBool(v) {
			id.miss(Missing{What: s.Name, Reason: "the ID token omits groups because there are too many, and no request returned them"})
		}
	}
}

// items maps one answer to groups.
func (id *identifier) items(ctx context.Context, s *providers.GroupSource, input any) ([]Group, error) {
	values, err := id.groupValues(ctx, s, input)
	if err != nil {
		return nil, err
	}
	from := []Origin{originOf(&s.Source)}
	out := make([]Group, 0, len(values))
	nameless, cleaned := 0, 0
	for _, v := range values {
		g, changed := groupOf(s, v)
		if g.ID == "" {
			nameless++
			continue
		}
		if changed {
			cleaned++
		}
		g.Sources = from
		out = append(out, g)
	}
	if nameless > 0 {
		id.miss(Missing{What: s.Name, Reason: phrase.Count(nameless, "1 entry has neither a name nor an ID of text or number; skipped",
			"{count} entries have neither a name nor an ID of text or number; skipped")})
	}
	if cleaned > 0 {
		id.miss(Missing{What: s.Name, Reason: phrase.Count(cleaned, "1 name is too long or contained characters that cannot be shown; these were removed",
			"{count} names are too long or contained characters that cannot be shown; these were removed")})
	}
	return out, nil
}

// groupValues are what a source gives for its groups, one value each.
func (id *identifier) groupValues(ctx context.Context, s *providers.GroupSource, input any) ([]any, error) {
	if s.Read == nil {
		return id.jq(ctx, s.Name, id.key(&s.Source, "items"), s.Items, input)
	}
	values, err := s.Read(input)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", s.Name, providers.ErrMapping, err)
	}
	return values, nil
}

// groupOf reads what an expression yields for one group, and reports whether it
// was changed so that it can be shown. One without an id is not a group.
func groupOf(s *providers.GroupSource, v any) (g Group, changed bool) {
	g.Kind = s.Kind
	if m, ok := v.(map[string]any); ok {
		g.ID, g.Name, g.Kind = asText(m["id"]), asText(m["name"]), cmp.Or(cleanText(asText(m["kind"]), maxName), s.Kind)
	} else {
		g.ID = asText(v)
	}
	g.ID = cmp.Or(g.ID, g.Name)
	if g.Name == "" || g.Name == g.ID {
		g.Name = cmp.Or(s.Names[g.ID], g.ID)
	}
	name := cleanText(g.Name, maxName)
	id, changed := cleanID(g.ID)
	changed = changed || name != strings.TrimSpace(g.Name)
	g.ID, g.Name = id, cmp.Or(name, id)
	return g, changed
}
