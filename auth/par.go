package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/plain"
)

// parPatience bounds a request that is pushed only because the provider offers
// it: the person waits for their browser meanwhile.
const parPatience = 5 * time.Second

// maxRequestURI bounds the name of a pushed request, which goes into a link.
const maxRequestURI = 2 << 10

// parUse says whether the request is pushed to the provider (RFC 9126).
type parUse int

const (
	parNever   parUse = iota
	parOffered        // it is tried
	parRequired
)

// parUse decides it. A link for a browser elsewhere is only pushed where it must
// be: a pushed request lasts for about a minute (RFC 9126 §2.2), and somebody
// who carries a link to another machine needs longer.
func (q *authorizationRequest) parUse() parUse {
	switch {
	case q.p.Authorization.PAR == "never":
		return parNever
	case q.p.Authorization.PAR == "required", q.md.RequirePAR:
		return parRequired
	case q.md.PAREndpoint == "", q.r.NoBrowser:
		return parNever
	}
	return parOffered
}

// prepareLink makes the links: the one to open, and the one that a person may
// open by hand, at any time, which is an ordinary one where the provider takes
// it.
func (c *frontChannel) prepareLink(ctx context.Context) error {
	var err error
	if c.url, err = authorizationURL(c.req.md, c.req.params(c.current())); err != nil {
		return err
	}
	switch c.req.parUse() {
	case parNever:
		return nil
	case parOffered:
		c.pushed, err = c.offeredLink(ctx)
		return err
	case parRequired:
		if c.pushed, err = c.pushedLink(ctx, nil); err == nil {
			c.url = c.pushed
		}
	}
	return err
}

// nextLink is the link for the next browser window. A pushed request is good
// once: another window gets the ordinary link, or a new one where only pushed
// requests are taken.
func (c *frontChannel) nextLink(ctx context.Context) (string, error) {
	c.mu.Lock()
	pushed, link := c.pushed, c.url
	c.pushed = ""
	c.mu.Unlock()
	switch {
	case pushed != "":
		return pushed, nil
	case c.req.r.Device || c.req.parUse() != parRequired:
		return link, nil
	}
	link, err := c.pushedLink(ctx, nil)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.url = link
	return link, nil
}

// offeredLink is a pushed one, and "" where the provider cannot do it after
// all. What it says about the request itself, or about a client that the token
// endpoint does not let in either, ends the sign-in here: in the browser the same
// error would be one that never comes back.
func (c *frontChannel) offeredLink(ctx context.Context) (string, error) {
	short, stop := context.WithTimeout(ctx, parPatience)
	defer stop()
	var fallback bool
	var refused error
	link, err := c.pushedLink(short, func(ev Event, err error) {
		if ctx.Err() == nil && notPushed(err) {
			refused = c.clientRefused(short, err)
			fallback = refused == nil
		}
		if fallback {
			ev.Phase, ev.Detail = Bypassed, "not possible here ("+err.Error()+"); the link carries the request instead"
		}
		c.ev.Emit(ev)
	})
	switch {
	case fallback:
		return "", nil
	case refused != nil:
		return "", refused
	}
	return link, err
}

// clientRefused is what the token endpoint says of a client that was not let in
// when pushing; nil if it lets it in. Keycloak says invalid_request there, and only
// the status is as RFC 6749 §5.2 has it. One that lets in whoever comes, with any
// code, is no provider to sign in to ([ErrAnyCode]).
func (c *frontChannel) clientRefused(ctx context.Context, err error) error {
	if code := providerCode(err); code != "invalid_client" && code != "unauthorized_client" && statusOf(err) != http.StatusUnauthorized {
		return nil
	}
	about, refused := c.ask.redeemNothing(c.req.reaching(ctx), c.req.p, c.req.md, c.req.redirect)
	if about != aboutClient && about != aboutToken {
		return nil
	}
	return refused
}

// notPushed reports whether an error may be about pushing, so that the ordinary
// link can do better: no answer, none of this endpoint, a client that may not
// use it. Public clients are refused by some that ask for a secret there and
// nowhere else, and not all of them say so by the same code.
func notPushed(err error) bool {
	var refused *ProviderError
	var answer *AnswerError
	switch {
	case errors.As(err, &refused):
		return !aboutRequest(refused)
	case errors.As(err, &answer):
		return answer.Status != 0 // else nothing that is to be trusted answered
	}
	return errors.Is(err, ErrOffline)
}

// aboutRequest reports whether a refusal would be the same in the browser (RFC
// 9126 §2.3).
func aboutRequest(refused *ProviderError) bool {
	switch refused.Code {
	case "invalid_scope", "invalid_target", "invalid_redirect_uri", "redirect_uri_mismatch", "unsupported_response_type":
		return true
	}
	return refused.Code == "invalid_request" && strings.Contains(strings.ToLower(refused.Description), "redirect")
}

// pushedLink pushes the request (RFC 9126 §2.1) and returns the link that names
// it (§4). finish, if not nil, tells how it went in another way.
func (c *frontChannel) pushedLink(ctx context.Context, finish func(Event, error)) (string, error) {
	c.ev.Start(StepPush, "")
	// RFC 9449 §10.1: the proof tells the server the key, and this program the
	// nonce that the token request will need.
	rep, err := c.ask.postProved(c.req.reaching(ctx), c.req.p, c.req.md, c.req.key, c.req.md.PAREndpoint, c.req.params(c.current()), StepPush)
	uri := foreign.String(rep.fields["request_uri"])
	if err == nil && (uri == "" || len(uri) > maxRequestURI) {
		err = &AnswerError{Step: StepPush, Status: rep.status, Reason: "no usable request URI in the response"}
	}
	ev := rep.event(StepPush, err)
	if ttl := lifetime(rep.fields["expires_in"]); err == nil && ttl > 0 {
		ev.Detail = "valid for " + plain.Duration(ttl)
	}
	if finish == nil {
		c.ev.Emit(ev)
	} else {
		finish(ev, err)
	}
	if err != nil {
		return "", c.req.endedBy(ctx, err)
	}
	return authorizationURL(c.req.md, pushedParams(c.req.p.Client.ID, uri))
}

// pushedParams are left for the link of a client (RFC 9126 §4).
func pushedParams(clientID, uri string) url.Values {
	return url.Values{"client_id": {clientID}, "request_uri": {uri}}
}
