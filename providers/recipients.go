package providers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/phrase"
)

// Recipient is a server and what it gets from whoever signs in.
type Recipient struct {
	// Origin is its scheme, host and port.
	Origin string
	Gets   []Use
	// Own reports that it is the provider's own: that of the built-in provider which
	// the file extends, else the issuer's or, without an issuer, that of the page
	// where the person signs in. A person should know of any other.
	Own bool
}

// uses are all of them with their words, the most important first.
var uses = []struct {
	use   Use
	words phrase.Text
}{
	{UsePage, "the page where you sign in"},
	{UseTokens, "sign-in codes, the client secret and refresh tokens"},
	{UseAPI, "access tokens"},
	{UseKeys, "a say in who you are (keys)"},
}

// Words say what it gets: "access tokens".
func (r Recipient) Words() string {
	var out []string
	for _, u := range uses {
		if slices.Contains(r.Gets, u.use) {
			out = append(out, u.words)
		}
	}
	return strings.Join(out, "; ")
}

// Host is the server's name for people: without https.
func (r Recipient) Host() string { return strings.TrimPrefix(r.Origin, "https://") }

// Recipients are the servers to which codes, secrets and tokens go according to
// the provider's file, the provider's own first. If md is not nil, they include what
// the issuer itself publishes.
func (p *Provider) Recipients(md *Metadata) []Recipient {
	list := &recipients{own: p.ownOrigins(md)}
	if p.Issuer != "" && p.Discovery != "none" {
		origin := OriginOf(p.Expand(p.Issuer))
		for _, use := range []Use{UsePage, UseTokens, UseKeys} {
			list.add(origin, use)
		}
	}
	if md != nil {
		for _, origin := range md.Published() {
			list.add(origin, UseTokens)
		}
	}
	for _, d := range p.Destinations() {
		list.add(d.Origin, d.Use)
	}
	slices.SortStableFunc(list.all, func(a, b Recipient) int {
		return cmp.Compare(boolOrder(a.Own), boolOrder(b.Own))
	})
	return list.all
}

func boolOrder(first bool) int {
	if first {
		return 0
	}
	return 1
}

// Foreign are those of the [Provider.Recipients] that are not its own.
func (p *Provider) Foreign(md *Metadata) []Recipient {
	return slices.DeleteFunc(p.Recipients(md), func(r Recipient) bool { return r.Own })
}

// Questionable are those that a person should be asked about before adding a file
// that someone else may have written: the [Provider.Foreign] ones, and all of them if
// a blank leads a well-known provider to another server than its own.
func (p *Provider) Questionable() []Recipient {
	if foreign := p.Foreign(nil); len(foreign) > 0 {
		return foreign
	}
	main := OriginOf(p.Expand(cmp.Or(p.Issuer, p.Endpoints.Authorization)))
	for _, id := range []string{p.Preset, p.ID} {
		model := embedded(id)
		if model == nil {
			continue
		}
		usual := OriginOf(model.Expand(cmp.Or(model.Issuer, model.Endpoints.Authorization)))
		if usual != "" && !strings.Contains(usual, "{") && usual != main {
			return p.Recipients(nil)
		}
	}
	return nil
}

type recipients struct {
	own []string
	all []Recipient
}

func (l *recipients) add(origin string, use Use) {
	if origin == "" {
		return
	}
	i := slices.IndexFunc(l.all, func(r Recipient) bool { return r.Origin == origin })
	if i < 0 {
		i = len(l.all)
		l.all = append(l.all, Recipient{Origin: origin, Own: slices.Contains(l.own, origin)})
	}
	if !slices.Contains(l.all[i].Gets, use) {
		l.all[i].Gets = append(l.all[i].Gets, use)
	}
}

// ownOrigins are the servers that need no question.
func (p *Provider) ownOrigins(md *Metadata) []string {
	var own []string
	model := p.fixedModel()
	if model != nil {
		own = append(own, OriginOf(model.Issuer))
		for _, d := range model.Destinations() {
			own = append(own, d.Origin)
		}
	}
	main := OriginOf(p.Expand(cmp.Or(p.Issuer, p.Endpoints.Authorization)))
	if model == nil || slices.Contains(own, main) {
		own = append(own, main)
		if md != nil {
			own = append(own, md.Published()...)
		}
		for _, d := range p.BuiltInDestinations() {
			own = append(own, d.Origin)
		}
	}
	return own
}

// fixedModel is the built-in provider behind p if it is one certain service, not
// a kind of server that anyone can run: then its servers are known. Else nil.
func (p *Provider) fixedModel() *Provider {
	for _, id := range []string{p.Preset, p.ID} {
		model := embedded(id)
		if model != nil && model.Issuer+model.Endpoints.Authorization != "" && !strings.Contains(model.Issuer+model.Endpoints.Authorization, "{") {
			return model
		}
	}
	return nil
}
