package auth

import (
	"context"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
)

// listen makes sure of the place where the response comes back: the caller's own, or
// the loopback address of the provider's file.
func (c *frontChannel) listen(ctx context.Context) error {
	s := c.ev.Start(StepListen, "")
	if c.req.r.Receiver != nil {
		c.receiver, c.req.redirect = c.req.r.Receiver, c.req.r.Receiver.RedirectURI()
		s.Done(trace.Address(c.req.redirect))
		return nil
	}
	if c.req.r.Port != 0 {
		c.req.p.Redirect.Ports = []int{c.req.r.Port}
	}
	err := c.req.p.OwnRedirect()
	var l *receive.Loopback
	if err == nil {
		l, err = receive.Listen(ctx, c.req.p.Redirect, c.req.p.RedirectPath(), c.ask.o.Log)
	}
	if err != nil {
		s.Fail(err)
		return err
	}
	c.receiver, c.req.redirect = l, l.RedirectURI()
	s.Done(l.Address())
	return nil
}

// receiving is the sign-in as its receiver knows it: when it is done the browser gets
// the page of its outcome.
func (c *frontChannel) receiving(done <-chan struct{}, outcome func() receive.Page) *receive.SignIn {
	return &receive.SignIn{
		Judge: func(query string) (take func(), reason string) {
			ans, reason := c.req.judge(c.current(), query)
			return func() { c.take(ans) }, reason
		},
		Ignored: c.ignored,
		Renew:   c.renew,
		Renewed: func() { c.ask.tasks.Go(c.tellRenewed) }, // whoever opened the browser may be done by now
		Done:    done,
		Outcome: outcome,
	}
}

// ignored tells of a request that the sign-in did not accept.
func (c *frontChannel) ignored(reason string) {
	c.ev.Emit(Event{Step: StepCallback, Phase: Ignored, Detail: reason})
}

// openUnseen opens an address in the browser that its opener is not told. Errors wrap
// [ErrNoBrowser] or are [receive.ErrNotFetched].
func (a *asker) openUnseen(ctx context.Context, address string) error {
	return receive.HandOver(ctx, address, a.o.Browser, a.o.Log)
}
