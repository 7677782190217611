package auth_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/trace"
)

// An opener may stay until the browser ends. When the answer is there, the
// browser was opened: the step is done, and nobody waits for the opener.
func TestOpenerThatStays(t *testing.T) {
	p := authtest.NewProvider(t)
	var person authtest.Browser
	end := make(chan struct{})
	var opener sync.WaitGroup
	opener.Add(1)
	a, err := auth.New(auth.Options{
		Lookup: p.Lookup,
		Browser: func(ctx context.Context, link string) error {
			defer opener.Done()
			if err := person.Open(ctx, link); err != nil {
				return err
			}
			<-end
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var events []trace.Event
	_, err = a.SignIn(t.Context(), auth.SignInRequest{Provider: "authtest", Observe: func(e trace.Event) {
		events = append(events, e)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if !slices.ContainsFunc(events, func(e trace.Event) bool { return e.Step == trace.StepBrowser && e.Phase == trace.Done }) {
		t.Errorf("no event says that the browser was opened: %+v", events)
	}
	close(end)
	opener.Wait()
}
