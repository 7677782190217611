// Command claviger signs a person in to OAuth 2.0 and OpenID Connect providers
// with their own browser, remembers the accounts in an encrypted vault and
// hands fresh tokens to programs.
//
// Without arguments it opens the window, with arguments it runs a command.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/cli"
)

func main() { os.Exit(run()) }

// run exists so that what is deferred happens before the exit.
func run() int {
	keepOwnersRights()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the program even if something does not listen.
	defer context.AfterFunc(ctx, stop)()

	if len(os.Args) > 1 {
		// A command lives for milliseconds: collecting garbage of a few
		// megabytes is a fifth of what listing a thousand accounts costs.
		debug.SetGCPercent(400)
	}
	muteLibraries()
	w := newWiring()
	code := cli.Run(ctx, os.Args[1:], w.services())
	// What could not be stored was told where it happened.
	if err := w.close(); err != nil && (code == cli.ExitDone || !errors.Is(err, auth.ErrNotStored)) {
		code = max(code, cli.Tell(os.Stderr, err))
	}
	return code
}
