package auth

import (
	"context"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
)

// listen makes sure of the place where the response comes back: the caller's own, or
// the loopback address of the provider's file.
func (c *frontChannel) listen(ctx context.Context) error {
	s := c.ev.Start(trace.StepListen, "")
	if c.req.r.Receiver != nil {
		c.receiver, c.req.RedirectURI = c.req.r.Receiver, c.req.r.Receiver.RedirectURI()
		s.Done(trace.Address(c.req.RedirectURI))
		return nil
	}
	if c.req.r.Port != 0 {
		c.req.client.Provider.Redirect.Ports = []int{c.req.r.Port}
	}
	err := c.req.client.Provider.OwnRedirect()
	var l *receive.Loopback
	if err == nil {
		l, err = receive.Listen(ctx, c.req.client.Provider.Redirect, c.req.client.Provider.RedirectPath(), c.ask.log)
	}
	if err != nil {
		s.Fail(err)
		return err
	}
	c.receiver, c.req.RedirectURI = l, l.RedirectURI()
	s.Done(l.Address())
	return nil
}

// receiving is the sign-in as its receiver knows it: when it is done the browser gets
// the page of its outcome.
func (c *frontChannel) receiving(done <-chan struct{}, outcome func() receive.Page) *receive.SignIn {
	return &receive.SignIn{
		Judge: func(query string) (take func(), reason string) {
			ans, reason := c.req.client.Judge(&c.req.AuthorizationRequest, c.current(), query)
			return func() { c.take(ans) }, reason
		},
		Ignored: c.ignored,
		Renew:   c.renew,
		Renewed: func() { c.ask.tasks.Go(c.tellRenewed) }, // whoever opened the browser may be done by now
		Done:    done,
		Outcome: outcome,
	}
}

// ignored reports a request that the sign-in did not accept.
func (c *frontChannel) ignored(reason string) {
	c.ev.Emit(trace.Event{Step: trace.StepCallback, Phase: trace.Ignored, Detail: reason})
}
