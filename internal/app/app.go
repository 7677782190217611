package app

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

// Main runs the command that arguments name, or opens the window if there are
// none, and returns the exit code (docs/cli.md). It must run on the main goroutine.
// release is the version that the build of a release names, or empty.
func Main(arguments []string, release string) int {
	keepOwnersRights()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the program even if something ignores the first.
	defer context.AfterFunc(ctx, stop)()

	if len(arguments) > 0 {
		// A command lives for milliseconds: collecting a few megabytes of garbage
		// would be a fifth of the cost of listing a thousand accounts.
		debug.SetGCPercent(400)
	}
	muteLibraries()
	w := newWiring(release)
	code := cli.Run(ctx, arguments, w.services())
	// What could not be stored was reported when it happened.
	if err := w.closers.close(); err != nil && (code == cli.ExitDone || !errors.Is(err, auth.ErrNotStored)) {
		code = max(code, cli.Tell(os.Stderr, err))
	}
	return code
}
