package auth

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/near"
	"github.com/claviger/claviger/providers"
)

// TryIt returns the desk at which a person sends requests with an agent's tokens.
func TryIt(a *Agent) *tryit.Desk {
	return tryit.NewDesk(a.accounts.requests, func(ctx context.Context, id string, allowed []string) (*tryit.Account, error) {
		return tried(ctx, a, id, allowed)
	}, a.now)
}

// tried says where an account's token may go, and sends it there. What the person
// allowed besides is in allowed.
func tried(ctx context.Context, a *Agent, id string, allowed []string) (*tryit.Account, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	client, unknown := a.clientFor(ctx, rec)
	if client == nil {
		return nil, unknown
	}
	if moved := rec.movedFrom(client.Provider); moved != nil {
		return nil, moved
	}
	p, home := client.Provider, client.Home.With(client.Metadata)
	own := slices.Concat([]string{providers.OriginOf(home.Issuer)}, home.Servers, home.APIs)
	own = slices.DeleteFunc(own, func(origin string) bool { return !home.API(origin) })
	slices.Sort(own)
	own = slices.Compact(own)
	userinfo := p.Endpoints.Userinfo
	if client.Metadata != nil {
		userinfo = cmp.Or(userinfo, client.Metadata.UserinfoEndpoint)
	}
	hidden := &tryit.Hidden{}
	sent := func(t oauth.Tokens) { hidden.Add(t.Access.Reveal(), t.Refresh.Reveal(), t.ID.Reveal()) }
	reach := ask.Reach{
		Own: slices.Concat(named(p), allowed), // what the issuer named besides must not be nearer than it is
		May: func(origin string, _ bool) error {
			if slices.Contains(own, origin) || slices.Contains(allowed, origin) {
				return nil
			}
			return &oauth.MovedError{Provider: p.Name, Was: home.String(), Now: origin, API: true}
		},
	}
	return &tryit.Account{
		Own: own, Here: isHere(p), Unknown: unknown, Suggestions: tryit.Suggest(p, userinfo),
		Fresh: func(ctx context.Context) error {
			rec, err := a.upkeep.refreshes.tokens(ctx, id, 0)
			if err == nil {
				sent(rec.Tokens)
			}
			return err
		},
		Transport: &bearer{agent: a, account: id, provider: rec.Provider, sent: sent, reach: func(ctx context.Context) context.Context {
			return ask.Reaching(ctx, reach)
		}},
		Hidden: hidden,
	}, nil
}

// named are the origins that a provider's file names, its issuer's first.
func named(p *providers.Provider) []string {
	var out []string
	if issuer := providers.OriginOf(p.Issuer); issuer != "" {
		out = append(out, issuer)
	}
	for _, d := range p.Destinations() {
		out = append(out, d.Origin)
	}
	return out
}

// isHere reports whether a provider is on this computer, as its file says it.
func isHere(p *providers.Provider) bool {
	u, err := url.Parse(cmp.Or(p.Issuer, p.Endpoints.Token))
	return err == nil && near.Host(u.Hostname()) == near.Here
}
