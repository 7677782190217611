package app

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/claviger/claviger/internal/tour"
)

// runTour is the command tour.
func (w *wiring) runTour(ctx context.Context, keep string) error {
	// A terminal that closes, or a reader that has seen enough, ends the tour and
	// not the program: the temporary folder is still to be removed.
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer stop()
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE) // writing fails instead
	defer signal.Stop(broken)
	o := tour.Options{Out: os.Stdout, Keep: keep}
	if w.level.Level() < slog.LevelError { // --verbose; else the steps say it all
		o.Log = w.log
	}
	if takesColors(runtime.GOOS, os.Getenv) {
		o.Columns = columns(os.Stdout)
		o.Color = os.Getenv("NO_COLOR") == "" // https://no-color.org
	}
	return tour.Run(ctx, o)
}

// takesColors reports whether a terminal knows the sequences that colour and
// erase. The old console of Windows does not.
func takesColors(goos string, getenv func(string) string) bool {
	if goos == "windows" {
		return getenv("WT_SESSION") != ""
	}
	return getenv("TERM") != "" && getenv("TERM") != "dumb"
}
