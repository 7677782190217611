package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// client redeems an authorization code that nobody was given. A provider that
// does not know the client refuses the client, one that does refuses the code
// (RFC 6749 §5.2). Some look at the code first: then a client that nobody knows
// gets the same answer, and nothing is proved.
func (b *prober) client(ctx context.Context) finding {
	switch {
	case b.p.Client.ID == "":
		return untold("No client ID is set yet.")
	case b.secretErr != nil:
		return untold("The client secret is not available.")
	case b.md.TokenEndpoint == "":
		return untold("There is no token endpoint.")
	}
	about, err := b.redeem(ctx, b.p)
	if about == aboutClient {
		if f, found := b.otherWay(ctx); found {
			return f
		}
	}
	if about != aboutCode {
		return b.judgeClient(about, err)
	}
	nobody := *b.p
	nobody.Client = providers.Client{ID: "claviger-test-" + randomText()}
	if other, _ := b.redeem(ctx, &nobody); other == aboutClient {
		return good("The client ID is known%s.", b.withSecret())
	}
	switch {
	case !b.accepted:
		return untold("Unknown: the token endpoint checks the code before the client.")
	case b.withSecret() != "":
		return untold("The client ID is known. The client secret could not be checked.")
	}
	return good("The client ID is known: its sign-in request is accepted.")
}

// What a refusal of the token endpoint is about; "" is not clear.
const (
	aboutCode     = "code"
	aboutClient   = "client"
	aboutRedirect = "redirect"
	aboutToken    = "token" // it was none: a token came
)

// redeem asks for tokens with an impossible code, as the client of p.
func (b *prober) redeem(ctx context.Context, p *providers.Provider) (about string, err error) {
	return b.a.redeemNothing(reaching(ctx, b.p, HomeOf(b.p), b.md), p, b.md, b.address())
}

// redeemNothing redeems a code that nobody was given. What the refusal is about
// shows whether the token endpoint lets the client in (RFC 6749 §5.2).
func (a *asker) redeemNothing(ctx context.Context, p *providers.Provider, md *providers.Metadata, redirect string) (about string, err error) {
	ans, err := a.tokenRequest(ctx, p, md, nil, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {"claviger-test-" + randomText()},
		"redirect_uri":  {redirect},
		"code_verifier": {oauth2.GenerateVerifier()},
	}, StepExchange, nil)
	var refused *ProviderError
	switch {
	case ans != nil:
		return aboutToken, ErrAnyCode
	case !errors.As(err, &refused) || busy(refused.Status):
		return "", err
	}
	return refused.subject(), err
}

// subject says what a refusal of the token endpoint is about.
func (e *ProviderError) subject() string {
	switch {
	case e.Code == "invalid_request" && strings.Contains(e.Description, "client_secret"),
		e.Code == "access_denied" && e.Status == http.StatusUnauthorized: // RFC 6749 §5.2: the client was not let in
		return aboutClient
	}
	return aboutOf(e.Code)
}

// aboutOf is what an OAuth error code is about; "" is something else, or more than
// one thing.
func aboutOf(code string) string {
	switch code {
	case "redirect_uri_mismatch", "invalid_redirect_uri":
		return aboutRedirect
	case "invalid_client", "incorrect_client_credentials", "deleted_client", "unauthorized_client":
		return aboutClient
	case "invalid_grant", "bad_verification_code":
		return aboutCode
	}
	return ""
}

// judgeClient reads a refusal that is not about the code.
func (b *prober) judgeClient(about string, err error) finding {
	var refused *ProviderError
	var answer *AnswerError
	switch {
	case busy(statusOf(err)):
		return untold("Unknown: the token endpoint is temporarily unavailable.")
	case about != "", providerCode(err) == "unsupported_grant_type":
		return b.explained(err)
	case errors.As(err, &refused):
		return untold("Unknown: the token endpoint answered %s", sentences(refused.Code, refused.Description))
	case errors.As(err, &answer) && answer.Status == http.StatusBadRequest:
		return untold("Unknown: the token endpoint gave no OAuth response (%s).", answer.Reason)
	}
	return b.explained(err)
}

// otherWay looks for a way of authenticating in which the client is let in, where
// the one in use is refused: the provider lists none or the wrong ones, the file
// says another, or the server does not decode the Basic header.
func (b *prober) otherWay(ctx context.Context) (finding, bool) {
	used := b.p.Client.AuthMethod(b.md)
	if used == providers.AuthNone {
		return finding{}, false
	}
	works := func(client providers.Client) bool {
		p := *b.p
		p.Client = client
		about, _ := b.redeem(ctx, &p)
		return about == aboutCode
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
		return bad(fmt.Sprintf("Write client.auth = %q into the provider's file.", way),
			"The provider refuses the client secret as %s, but accepts it as %s.", used, client.Auth), true
	}
	if works(providers.Client{ID: b.p.Client.ID}) {
		return bad("Remove the client secret, or compare it with the app registration.", "The provider accepts the client ID without a secret, but not with this one."), true
	}
	return finding{}, false
}

// withSecret says that the secret was tried too.
func (b *prober) withSecret() string {
	if b.p.Client.AuthMethod(b.md) == providers.AuthNone {
		return ""
	}
	return ", and its secret accepted"
}

// address is the redirect URI to test with; where its port is taken just now,
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
	b.accepted = f.outcome == Passed
	return f
}

func (b *prober) authorization(ctx context.Context) finding {
	switch {
	case b.p.Client.ID == "":
		return untold("No client ID is set yet.")
	case b.secretErr == nil && b.md.PAREndpoint != "" && b.p.Authorization.PAR != "never":
		return b.pushed(ctx)
	}
	return b.visited(ctx)
}

// request is the authorization request of a sign-in that will not be made.
func (b *prober) request(redirect string) *frontChannel {
	c := newFrontChannel(
		&authorizationRequest{
			p: b.p, md: b.md, redirect: redirect,
			scopes: wantedScopes(b.p, SignInRequest{}), r: SignInRequest{Resources: b.p.Authorization.Resource},
		},
		b.a.asker, trace.NewLog(b.a.now, nil),
	)
	c.attempt = newAttempt(nonceFor(b.p, c.req.scopes))
	return c
}

// pushed announces the request (RFC 9126), which tests everything in it, and
// lets it lapse.
func (b *prober) pushed(ctx context.Context) finding {
	_, err := b.request(b.address()).pushedLink(ctx, nil)
	var refused *ProviderError
	switch {
	case err == nil:
		return good("The whole request was accepted: client, redirect URI and permissions.")
	case busy(statusOf(err)), !errors.As(err, &refused):
		return untold("Unknown: the pushed request got no OAuth response.")
	case refused.Code == "invalid_request":
		// The code says little; the words may say more.
		if p := ExplainPage(refused.Description, b.p, b.redirect); p.Code != unknownPage {
			p.Detail = refused.Description
			return worded(p)
		}
	}
	return b.explained(err)
}
