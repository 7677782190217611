package probe

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// client redeems an authorization code that nobody was given. A provider that
// does not know the client refuses the client, one that does refuses the code
// (RFC 6749 §5.2). Some look at the code first: then a client that nobody knows
// gets the same answer, and nothing is proved.
func (b *prober) client(ctx context.Context) finding {
	switch {
	case b.p.Client.ID == "":
		return b.untold("No client ID is set yet.")
	case b.secretErr != nil:
		return b.untold("The client secret is not available.")
	case b.md.TokenEndpoint == "":
		return b.untold("There is no token endpoint.")
	}
	about, err := b.redeem(ctx, b.p.Client)
	if about == oauth.AboutClient {
		if f, found := b.otherWay(ctx); found {
			return f
		}
	}
	if about != oauth.AboutCode {
		return b.judgeClient(about, err)
	}
	if other, _ := b.redeem(ctx, oauth.Nobody()); other == oauth.AboutClient {
		if b.withSecret() {
			return b.good("The client ID is known, and its secret accepted.")
		}
		return b.good("The client ID is known.")
	}
	switch {
	case !b.accepted:
		return b.untold("Unknown: the token endpoint checks the code before the client.")
	case b.withSecret():
		return b.untold("The client ID is known. The client secret could not be checked.")
	}
	return b.good("The client ID is known: its sign-in request is accepted.")
}

// redeem asks for tokens with an impossible code, as some client of the provider.
func (b *prober) redeem(ctx context.Context, client providers.Client) (oauth.Subject, error) {
	return b.asClient().As(client).TestCode(ctx, b.address())
}

// asClient asks the provider as the client of its file.
func (b *prober) asClient() *oauth.Client { return b.t.Network.Client(b.p, b.md, oauth.HomeOf(b.p)) }

// judgeClient reads a refusal that is not about the code.
func (b *prober) judgeClient(about oauth.Subject, err error) finding {
	var refused *oauth.ProviderError
	var answer *oauth.AnswerError
	switch {
	case oauth.Busy(oauth.StatusOf(err)):
		return b.untold("Unknown: the token endpoint is temporarily unavailable.")
	case about != "", oauth.Code(err) == "unsupported_grant_type":
		return b.explained(err)
	case errors.As(err, &refused):
		return b.untold("Unknown: the token endpoint answered {answer}", plain.Sentences(refused.Code, refused.Description))
	case errors.As(err, &answer) && answer.Status == http.StatusBadRequest:
		return b.untold("Unknown: the token endpoint gave no OAuth response ({reason}).", answer.Reason)
	}
	return b.explained(err)
}

// otherWay looks for a way of authenticating in which the client is let in, if
// the one in use is refused: the provider lists none or the wrong ones, the file
// says another, or the server does not decode the Basic header.
func (b *prober) otherWay(ctx context.Context) (finding, bool) {
	used := b.p.Client.AuthMethod(b.md)
	if used == providers.AuthNone {
		return finding{}, false
	}
	works := func(client providers.Client) bool {
		about, _ := b.redeem(ctx, client)
		return about == oauth.AboutCode
	}
	listed := b.p.Client
	listed.Auth = providers.AuthAuto
	for _, way := range []string{providers.AuthBasic, providers.AuthPost, providers.AuthBasicPlain} {
		client := b.p.Client
		if client.Auth = way; way == used || !works(client) {
			continue
		}
		if listed.AuthMethod(b.md) == way {
			way = providers.AuthAuto
		}
		return b.bad(phrase.Say("Write client.auth = {quoted} into the provider's file.", strconv.Quote(way)),
			"The provider refuses the client secret as {used}, but accepts it as {accepted}.", used, client.Auth), true
	}
	if works(providers.Client{ID: b.p.Client.ID}) {
		return b.bad("Remove the client secret, or compare it with the app registration.", "The provider accepts the client ID without a secret, but not with this one."), true
	}
	return finding{}, false
}

// withSecret reports whether the secret was tried too.
func (b *prober) withSecret() bool { return b.p.Client.AuthMethod(b.md) != providers.AuthNone }

// address is the redirect URI to test with; if its port is taken just now,
// the first that there is.
func (b *prober) address() string {
	if b.redirect != "" {
		return b.redirect
	}
	r := b.p.Redirect
	if r.Host == "" {
		r.Host = "127.0.0.1"
	}
	r.Path = b.p.RedirectPath()
	return r.URIs()[0]
}

// returnAddress tests the authorization request, redirect URI and all.
func (b *prober) returnAddress(ctx context.Context) finding {
	f := b.authorization(ctx)
	b.accepted = f.outcome == idtoken.Passed
	return f
}

func (b *prober) authorization(ctx context.Context) finding {
	switch {
	case b.p.Client.ID == "":
		return b.untold("No client ID is set yet.")
	case b.secretErr == nil && b.md.PAREndpoint != "" && b.p.Authorization.PAR != "never":
		return b.pushed(ctx)
	}
	return b.visited(ctx)
}

// request is the authorization request of a sign-in that will not be made.
func (b *prober) request(redirect string) (*oauth.Client, *oauth.AuthorizationRequest) {
	return b.asClient(), &oauth.AuthorizationRequest{
		RedirectURI: redirect, Scopes: oauth.Scopes(b.p.Scopes.SignIn()),
		Parameters: oauth.Parameters{Resources: b.p.Authorization.Resource},
	}
}

// pushed announces the request (RFC 9126), which tests everything in it, and
// lets it lapse.
func (b *prober) pushed(ctx context.Context) finding {
	c, q := b.request(b.address())
	_, err := c.Push(ctx, q, c.NewBinding(q.Scopes), func(trace.Event, error) {})
	var refused *oauth.ProviderError
	switch {
	case err == nil:
		return b.good("The whole request was accepted: client, redirect URI and permissions.")
	case oauth.Busy(oauth.StatusOf(err)), !errors.As(err, &refused):
		return b.untold("Unknown: the pushed request got no OAuth response.")
	case refused.Code == "invalid_request":
		// The code says little; the words may say more.
		if p := b.t.Tongue.Page(refused.Description, b.p, b.redirect); p.Code != problem.UnknownPage {
			p.Detail = refused.Description
			return b.worded(p)
		}
	}
	return b.explained(err)
}
