package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// frontChannel is the part of a sign-in that goes through the person's browser: the
// link, the attempt that it belongs to, and the response. In a device flow it has
// the link alone.
type frontChannel struct {
	req      *authorizationRequest
	ask      *asker
	ev       *trace.Log
	receiver receive.Receiver // nil in a device flow

	answer chan oauth.Response // holds the one answer that counts
	back   chan struct{}       // closed when that answer is there

	mu       sync.Mutex
	url      string        // for a person; guarded by mu from the first window on
	pushed   string        // for the first window, if its request was pushed
	binding  oauth.Binding // guarded by mu; only its first one before there is a link
	answered bool
	opening  sync.WaitGroup // openers at work; nobody joins after the answer
}

func newFrontChannel(req *authorizationRequest, ask *asker, ev *trace.Log) *frontChannel {
	return &frontChannel{req: req, ask: ask, ev: ev, answer: make(chan oauth.Response, 1), back: make(chan struct{})}
}

// address is the link for a person ([Flow.URL]).
func (c *frontChannel) address() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.url
}

// open opens the browser. An error wraps [ErrNoBrowser]; the link can still be
// opened by hand.
func (c *frontChannel) open(ctx context.Context) error {
	c.mu.Lock()
	if !c.answered {
		c.opening.Add(1)
		defer c.opening.Done()
	}
	c.mu.Unlock()
	s := c.ev.Start(trace.StepBrowser, "")
	link, err := c.nextLink(ctx)
	if err == nil {
		opened := make(chan error, 1)
		go func() { opened <- c.openUnseen(ctx, link) }()
		select {
		case err = <-opened:
		case <-c.back: // the best proof that a browser was opened
		}
	}
	if err == nil {
		s.End(trace.Done, "", c.shown(link))
		return nil
	}
	if !errors.Is(err, ErrNoBrowser) {
		err = fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	s.Fail(err)
	return err
}

// shown is the request that the browser makes with a link; nil in a device flow.
func (c *frontChannel) shown(link string) *trace.Exchange {
	if c.req.r.Device {
		return nil
	}
	return c.req.client.Shown(&c.req.AuthorizationRequest, c.current(), link)
}

// openUnseen opens link without telling it to the opener: with its state,
// another user of this computer could answer in the person's place, and with a
// user code, approve it as themselves.
func (c *frontChannel) openUnseen(ctx context.Context, link string) error {
	if c.receiver == nil {
		if err := c.ask.openUnseen(ctx, link); !errors.Is(err, receive.ErrNotFetched) {
			return err
		}
		return nil // it may still come, and the code can be typed in
	}
	return c.ask.browser(ctx, c.receiver.Offer(link))
}

// paste takes the address that a browser on another machine ended on. A wrong one is
// an error wrapping [ErrPasted].
func (c *frontChannel) paste(address string) error {
	if c.receiver == nil {
		return fmt.Errorf("%w: it waits for a code to be typed in at the provider", ErrPasted)
	}
	query, reason := receive.Query(c.req.RedirectURI, address)
	if reason != "" {
		return fmt.Errorf("%w: %s", ErrPasted, reason)
	}
	ans, reason := c.req.client.Judge(&c.req.AuthorizationRequest, c.current(), query)
	if reason != "" {
		c.ignored("pasted: " + reason)
		return fmt.Errorf("%w: %s", ErrPasted, reason)
	}
	c.take(ans)
	return nil
}

// take accepts ans as the answer of this flow, the first time only.
func (c *frontChannel) take(ans oauth.Response) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answered || ans.State != c.binding.State() {
		return false // renewed while it was read
	}
	c.answered = true
	c.answer <- ans
	close(c.back)
	return true
}

// waitForCode waits for the browser to come back.
func (c *frontChannel) waitForCode(ctx context.Context) (waited, error) {
	select {
	case <-ctx.Done():
		return waited{}, c.req.waitEnded(ctx)
	case ans := <-c.answer:
		<-c.back
		c.opening.Wait() // they end with the answer; their event comes before its
		return waited{code: ans.Code}, ans.Err
	}
}

// waitFunc waits for the person.
type waitFunc func(ctx context.Context) (waited, error)

// waited is what the person's consent gave: a code, or in a device flow the
// tokens themselves.
type waited struct {
	code   providers.Secret
	tokens *oauth.TokenResponse
}
