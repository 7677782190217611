package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/demo"
)

// demoID is the built-in provider that this program serves itself.
const demoID = "demo"

// demoStarter starts the demo provider when it is first needed, once.
type demoStarter struct {
	w      *wiring
	mu     sync.Mutex
	server *demo.Server
}

// prepare fills in the demo provider's issuer; other providers need nothing.
// Callers at the same time wait for one start. A failed start is tried again
// the next time.
func (d *demoStarter) prepare(ctx context.Context, p *providers.Provider) error {
	if p.ID != demoID {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.server == nil {
		home, err := d.w.home()
		if err != nil {
			return err
		}
		set, err := d.w.openSet()
		if err != nil {
			return err
		}
		// The server outlives the request that needed it first.
		server, err := demo.Start(context.WithoutCancel(ctx), demo.Options{Dir: filepath.Join(home, "demo"), Log: d.w.log})
		if err != nil {
			return fmt.Errorf("starting the demo provider: %w", err)
		}
		d.server = server
		d.w.closers.add(server.Close)
		if known, ok := set.Lookup(demoID); ok {
			set.Put(server.Provider(known))
		}
	}
	*p = *d.server.Provider(p)
	return nil
}

// serveDemo runs the demo provider until ctx ends.
func serveDemo(ctx context.Context, dir, addr string, log *slog.Logger, out io.Writer) error {
	server, err := demo.Start(context.WithoutCancel(ctx), demo.Options{Dir: dir, Addr: addr, Log: log})
	if err != nil {
		return err
	}
	if server.Foreign() {
		_, err = fmt.Fprintf(out, "Another program is already running the demo provider: %s\n", server.Issuer())
		return errors.Join(err, server.Close()) //nolint:contextcheck // ends whatever became of ctx
	}
	_, err = fmt.Fprintf(out, `The demo provider is at %s
  Client ID     %s (public, any loopback redirect URI)
  Choose what it does wrong at %s/lab
Press Ctrl-C to stop.
`, server.Issuer(), demo.ClientID, server.Issuer())
	if err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, server.Close()) //nolint:contextcheck // ctx has ended by now
}

// runDemo is the command demo.
func (w *wiring) runDemo(ctx context.Context, addr string, out io.Writer) error {
	home, err := w.home()
	if err != nil {
		return err
	}
	return serveDemo(ctx, filepath.Join(home, "demo"), addr, w.log, out)
}
