package auth

import (
	"context"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
)

// parPatience bounds a request that is pushed only because the provider offers
// it: the person waits for their browser meanwhile.
const parPatience = 5 * time.Second

// par says whether the request is pushed to the provider. A link for a browser
// elsewhere is only pushed if it must be: a pushed request lasts for about a minute (RFC
// 9126 §2.2), and carrying a link to another machine takes longer.
func (q *authorizationRequest) par() oauth.PAR {
	use := q.client.PAR()
	if use == oauth.PAROffered && q.r.NoBrowser {
		return oauth.PARNever
	}
	return use
}

// prepareLink makes the links: the one to open, and the one that a person may
// open by hand, at any time, which is an ordinary one if the provider takes it.
func (c *frontChannel) prepareLink(ctx context.Context) error {
	var err error
	if c.url, err = c.req.client.AuthorizationURL(&c.req.AuthorizationRequest, c.current()); err != nil {
		return err
	}
	switch c.req.par() {
	case oauth.PARNever:
		return nil
	case oauth.PAROffered:
		c.pushed, err = c.offeredLink(ctx)
		return err
	case oauth.PARRequired:
		if c.pushed, err = c.pushedLink(ctx); err == nil {
			c.url = c.pushed
		}
	}
	return err
}

// nextLink is the link for the next browser window. A pushed request is good
// once: another window gets the ordinary link, or a new one if only pushed
// requests are taken.
func (c *frontChannel) nextLink(ctx context.Context) (string, error) {
	c.mu.Lock()
	pushed, link := c.pushed, c.url
	c.pushed = ""
	c.mu.Unlock()
	switch {
	case pushed != "":
		return pushed, nil
	case c.req.r.Device || c.req.par() != oauth.PARRequired:
		return link, nil
	}
	link, err := c.pushedLink(ctx)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.url = link
	return link, nil
}

// pushedLink pushes the request and returns the link that names it.
func (c *frontChannel) pushedLink(ctx context.Context) (string, error) {
	return c.push(ctx, func(ev trace.Event, _ error) { c.ev.Emit(ev) })
}

func (c *frontChannel) push(ctx context.Context, observe func(trace.Event, error)) (string, error) {
	c.ev.Start(trace.StepPush, "")
	link, err := c.req.client.Push(ctx, &c.req.AuthorizationRequest, c.current(), observe)
	return link, c.req.endedBy(ctx, err)
}

// offeredLink is a pushed one, and "" if the provider cannot do it after all. What it
// says about the request itself, or about a client that the token endpoint does not let
// in either, ends the sign-in here: in the browser the same error would be one that
// never comes back.
func (c *frontChannel) offeredLink(ctx context.Context) (string, error) {
	short, stop := context.WithTimeout(ctx, parPatience)
	defer stop()
	var fallback bool
	var refused error
	link, err := c.push(short, func(ev trace.Event, err error) {
		if ctx.Err() == nil && oauth.NotPushed(err) {
			refused = c.req.client.LetIn(short, c.req.RedirectURI, err)
			fallback = refused == nil
		}
		if fallback {
			ev.Phase, ev.Detail = trace.Bypassed, "not possible here ("+err.Error()+"); the link carries the request instead"
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

// current is the attempt whose answer counts.
func (c *frontChannel) current() oauth.Binding {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.binding
}

// renew replaces the attempt, since its state may be known elsewhere: what comes
// back with the old one is ignored. It reports false after the answer, when
// nothing can be replaced any more.
func (c *frontChannel) renew() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answered {
		return false
	}
	c.binding = c.binding.Next()
	c.pushed = ""
	c.url, _ = c.req.client.AuthorizationURL(&c.req.AuthorizationRequest, c.binding) // the endpoint was good before
	return true
}

// tellRenewed says that the link is another one. A provider that takes pushed
// requests only gets a new one first, so that the link can be opened by hand.
func (c *frontChannel) tellRenewed(ctx context.Context) {
	if c.req.par() == oauth.PARRequired {
		if link, err := c.pushedLink(ctx); err == nil {
			c.mu.Lock()
			c.url = link
			c.mu.Unlock()
		}
	}
	c.ev.Emit(trace.Event{Step: trace.StepBrowser, Phase: trace.Renewed, Detail: "its address was used twice; there is a new link"})
}
