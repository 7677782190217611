package auth

import (
	"context"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
)

// listen makes sure of the place where the response comes back: the caller's own, or
// the loopback address of the provider's file.
func (f *Flow) listen(ctx context.Context) error {
	s := f.ev.Start(StepListen, "")
	if f.req.r.Receiver != nil {
		f.receiver, f.req.redirect = f.req.r.Receiver, f.req.r.Receiver.RedirectURI()
		s.Done(trace.Address(f.req.redirect))
		return nil
	}
	if f.req.r.Port != 0 {
		f.req.p.Redirect.Ports = []int{f.req.r.Port}
	}
	err := f.req.p.OwnRedirect()
	var l *receive.Loopback
	if err == nil {
		l, err = receive.Listen(ctx, f.req.p.Redirect, f.req.p.RedirectPath(), f.a.o.Log)
	}
	if err != nil {
		s.Fail(err)
		return err
	}
	f.receiver, f.req.redirect = l, l.RedirectURI()
	s.Done(l.Address())
	return nil
}

// receiving is the sign-in as its receiver knows it.
func (f *Flow) receiving() *receive.SignIn {
	return &receive.SignIn{
		Judge: func(query string) (take func(), reason string) {
			ans, reason := f.req.judge(f.current(), query)
			return func() { f.take(ans) }, reason
		},
		Ignored: f.ignored,
		Renew:   f.renew,
		Renewed: func() { f.a.tasks.Go(f.tellRenewed) }, // whoever opened the browser may be done by now
		Done:    f.done,
		Outcome: f.outcomePage,
	}
}

// ignored tells of a request that the flow did not accept.
func (f *Flow) ignored(reason string) {
	f.ev.Emit(Event{Step: StepCallback, Phase: Ignored, Detail: reason})
}

// openUnseen opens an address in the browser that its opener is not told. Errors wrap
// [ErrNoBrowser] or are [receive.ErrNotFetched].
func (a *asker) openUnseen(ctx context.Context, address string) error {
	return receive.HandOver(ctx, address, a.o.Browser, a.o.Log)
}
