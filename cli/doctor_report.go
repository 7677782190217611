package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/doctor"
)

// doctorReport writes a report to a file; "" is one with the time in its name.
func (r *runner) doctorReport(ctx context.Context, o doctor.Options, file string) error {
	now := time.Now()
	if file == "" {
		file = "claviger-report-" + now.UTC().Format("20060102-150405") + ".txt"
	}
	overwrite, err := r.mayOverwrite(ctx, file)
	if err != nil {
		return err
	}
	found := slices.Collect(doctor.Examine(ctx, o))
	if ctx.Err() != nil {
		return interrupted()
	}
	text, err := doctor.Report(ctx, o, found, now)
	if err != nil {
		return reportLeak(err)
	}
	err = r.writeFile(file, overwrite, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err == nil && file != standardFile {
		r.say("The report is in %s. Read it before you send it; it begins with a list of what is in it.", file)
	}
	return err
}

// mayOverwrite asks about a file that is there. It is asked before the work.
func (r *runner) mayOverwrite(ctx context.Context, file string) (bool, error) {
	if file == standardFile {
		return false, nil
	}
	info, err := os.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, cannot("written", file, err)
	case !info.Mode().IsRegular():
		return false, cannot("written", file, errors.New("it is not a regular file"))
	}
	if r.Interactive {
		yes, err := r.confirm(ctx, "Overwrite "+file+"?")
		if yes || err != nil {
			return yes, err
		}
	}
	return false, &problemError{problem: problem.Problem{
		Kind: problem.KindFailed, Title: "The file already exists", Detail: file,
		Next: "It was not changed. Choose another name.", Code: "file-exists",
	}}
}

// reportLeak puts the reason why there is no report into words.
func reportLeak(err error) error {
	leak, ok := errors.AsType[*doctor.LeakError](err)
	if !ok {
		return err
	}
	return &problemError{problem: problem.Problem{
		Kind: problem.KindFailed, Title: "The report was not written, because it would contain a secret",
		Detail: "Something that looks like a token, password or key is in its part “" + leak.Part + "”.",
		Next:   "Look at what claviger doctor prints: it may be in an environment variable or in a file's name. Remove it from there.",
		Code:   "report-secret",
	}}
}
