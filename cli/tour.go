package cli

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/tour"
)

func (r *runner) tour() *cobra.Command {
	var keep string
	cmd := &cobra.Command{
		Use:   "tour",
		Short: "Show what Claviger does in ten seconds, without touching your data",
		Long: `Show in about ten seconds what Claviger does: the demo provider starts, an
made-up person signs in through the real callback, tokens are used, expire and
are refreshed, the provider goes down, a forged callback is rejected, and the
sign-out leaves a receipt. Each step shows the command that does the same for your
own accounts.

It needs no browser, display, keyring or network. It works in a temporary folder
and does not touch your data.`,
		Example: `  claviger tour
  claviger tour --keep ./looked-at`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&keep, "keep", "", "work in this new or empty `folder` and keep it")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("keep") && keep == "" {
			return usage(errors.New("--keep needs the name of a folder"))
		}
		return r.runTour(cmd.Context(), keep)
	})
	return cmd
}

func (r *runner) runTour(ctx context.Context, keep string) error {
	err := r.Tour(ctx, keep)
	if failed, ok := errors.AsType[*tour.FailedError](err); ok {
		return &problemError{problem: problem.Problem{
			Kind:   problem.KindFailed,
			Title:  fmt.Sprintf("%d of %d steps of the tour failed", len(failed.Steps), failed.Of),
			Detail: "The lines marked ✗ say what came instead.",
			Next:   "claviger tour --verbose says more.",
			Code:   "tour-failed",
		}}
	}
	if place, ok := errors.AsType[*tour.FolderError](err); ok {
		return tourFolder(place)
	}
	switch {
	case errors.Is(err, context.Canceled): // also if the terminal was closed
		return keptHalf(keep)
	case errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return &exitError{ExitFailed}
	}
	return err
}

// keptHalf is the error of a tour that the person stopped. A folder to keep stays,
// since something may have been put into it meanwhile.
func keptHalf(keep string) error {
	found := problem.Problem{Kind: problem.KindRefused, Title: "Interrupted", Code: "interrupted"}
	if keep != "" {
		found.Detail = "The tour's folder is not complete, and another tour needs a new or empty one."
		found.Next = "To remove it: rm -r " + shellWord(keep)
	}
	return &problemError{problem: found}
}

// tourFolder says what is wrong with the folder of the tour. One that the person
// named is a setting; a temporary one is the machine's.
func tourFolder(e *tour.FolderError) error {
	if e.Left {
		return &problemError{problem: problem.Problem{
			Kind: problem.KindFailed, Title: "The tour's folder could not be removed", Code: "folder-left",
			Detail: fmt.Sprintf("%s: %v.", e.Dir, e.Err), Next: "Remove it yourself. It contains none of your data.",
		}}
	}
	if e.Kept {
		return usage(fmt.Errorf("--keep %s: %w; name a folder that is new or empty", e.Dir, e.Err))
	}
	return &problemError{problem: problem.Problem{
		Kind:   problem.KindFailed,
		Title:  "The tour has no folder to work in",
		Detail: fmt.Sprintf("%s: %v.", e.Dir, e.Err),
		Next:   "Name another place, TMPDIR=/var/tmp claviger tour, or the folder itself, claviger tour --keep FOLDER.",
		Code:   "no-folder",
	}}
}
