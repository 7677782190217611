package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// Mapping is one jq expression that reads a provider's answer.
type Mapping struct {
	// Name is the source's name for people.
	Name string
	// From is "id_token", "userinfo" or the address that is asked.
	From string
	// Groups reports that the answer is read as groups, otherwise as the
	// user's details.
	Groups bool
	// Expression is the jq expression.
	Expression string

	index int
}

// Mappings lists a provider's expressions in the order of its file: profile,
// then groups. A provider without profile sources has the standard ones (OIDC
// Core §5.1). Sources that are read by Go functions have none.
func Mappings(p *providers.Provider) []Mapping {
	var out []Mapping
	for i, s := range profileSources(p) {
		if s.Read == nil {
			out = append(out, Mapping{Name: s.Name, From: place(&s.Source), Expression: s.Map, index: i})
		}
	}
	for i, s := range p.Groups {
		if s.Read == nil {
			out = append(out, Mapping{Name: s.Name, From: place(&s.Source), Groups: true, Expression: s.Items, index: i})
		}
	}
	return out
}

// Preview reads a sample answer (JSON, at most 1 MiB) as a sign-in would with
// one of the provider's own mappings, without a request. The result has either the
// user or the groups. Errors wrap [providers.ErrMapping].
func Preview(ctx context.Context, p *providers.Provider, m Mapping, answer []byte) (*Identity, error) {
	if len(answer) > maxSample {
		return nil, fmt.Errorf("%w: %w", providers.ErrMapping, phrase.Error("the sample is longer than 1 MiB"))
	}
	input, err := foreign.Value(answer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", providers.ErrMapping, phrase.Error("the sample is not JSON"))
	}
	r := Request{}
	if claims, ok := input.(map[string]any); ok && m.From == "id_token" {
		r.IDTokenClaims = claims
	}
	id := newIdentifier(p, r)
	out := &Identity{}
	switch sources := profileSources(p); {
	case m.Groups && m.index < len(p.Groups):
		out.Groups, err = id.items(ctx, &p.Groups[m.index], input)
	case !m.Groups && m.index < len(sources):
		err = id.mapUser(ctx, &sources[m.index], input, &out.User)
	default:
		err = errors.New("the provider has no such mapping")
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// maxSample bounds a pasted answer, in bytes.
const maxSample = 1 << 20

// place is where a source is read from.
func place(s *providers.Source) string {
	if s.URL != "" {
		return s.URL
	}
	return s.From
}

// profileSources are the provider's, or the standard ones.
func profileSources(p *providers.Provider) []providers.ProfileSource {
	if len(p.Profile.Sources) == 0 {
		return standardProfile()
	}
	return p.Profile.Sources
}
