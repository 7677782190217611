package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"sync"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/consent"
)

// attend says when a person is needed, and returns an asker that does so too.
func (r *runner) attend(ctx context.Context, a *auth.Agent, asker consent.Asker, work *sync.WaitGroup) (consent.Asker, error) {
	if r.Attend == nil {
		return asker, nil
	}
	attendant, err := r.Attend(a, r.acts(ctx, work))
	if err != nil {
		return nil, err
	}
	work.Go(func() { attendant.Run(ctx) })
	if asker == nil {
		return nil, nil
	}
	return attention.Announcing(asker, attendant.Ask), nil
}

// acts are what a person can do from a notification of an agent without a window. work
// waits for what they began.
func (r *runner) acts(ctx context.Context, work *sync.WaitGroup) attention.Acts {
	a := attention.Acts{SignIn: r.signInByClick(ctx, work)}
	if r.Window != nil {
		a.Show = func(string) { showWindow() }
	}
	return a
}

// signInByClick returns what signs an account in again in the browser, unless that is
// under way.
func (r *runner) signInByClick(ctx context.Context, work *sync.WaitGroup) func(account string) {
	quiet := *r
	quiet.Err, quiet.Out, quiet.Interactive = io.Discard, io.Discard, false
	var mu sync.Mutex
	busy := map[string]bool{}
	return func(account string) {
		mu.Lock()
		defer mu.Unlock()
		if busy[account] || ctx.Err() != nil {
			return
		}
		busy[account] = true
		work.Go(func() {
			_ = quiet.signIn(ctx, ctx, account, loginFlags{}) // what came of it stands in the account's history
			mu.Lock()
			defer mu.Unlock()
			delete(busy, account)
		})
	}
}

// showWindow opens the window, or brings it to the front if it is open. It outlives the
// agent.
func showWindow() {
	self, err := os.Executable()
	if err != nil {
		return // nothing to start
	}
	cmd := exec.CommandContext(context.Background(), self) // #nosec G204 -- this program
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }() // else it stays in the list of processes
	}
}
