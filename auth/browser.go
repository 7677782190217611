package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/skratchdot/open-golang/open"
)

// openerGrace is how long an opener may take to fail. One that runs longer is
// the browser itself, or on its way.
const openerGrace = 3 * time.Second

// OpenBrowser opens a web address in the person's browser: the commands of
// $BROWSER in order, separated as in $PATH, with %s for the address, or the
// system's way. It returns when the opener has done its work or runs for a
// while, so that one that stays in the foreground blocks nothing. Errors wrap
// [ErrNoBrowser] and hold no address.
func OpenBrowser(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("%w: not a web address", ErrNoBrowser)
	}
	return openBrowser(ctx, u.String(), os.Getenv, openerGrace)
}

// Opener is the program that [OpenBrowser] starts.
type Opener struct {
	// Program is a name or a path; "" if the system has a way of its own.
	Program string
	// Named means that $BROWSER names it.
	Named bool
	// Missing are programs that $BROWSER names before it, and that are not there.
	Missing []string
}

// FindOpener says what [OpenBrowser] would start on a system, without starting it.
// Errors wrap [ErrNoBrowser].
func FindOpener(goos string, getenv func(string) string) (Opener, error) {
	var o Opener
	for _, command := range filepath.SplitList(getenv("BROWSER")) {
		args := browserCommand(command, "")
		if len(args) == 0 {
			continue
		}
		if goos != "darwin" { // which finds apps by their names
			if _, err := exec.LookPath(args[0]); err != nil {
				o.Missing = append(o.Missing, args[0])
				continue
			}
		}
		o.Program, o.Named = args[0], true
		return o, nil
	}
	if len(o.Missing) > 0 {
		return o, fmt.Errorf("%w: $BROWSER: %s is not there", ErrNoBrowser, strings.Join(o.Missing, ", "))
	}
	if !hasDisplay(goos, getenv) {
		return o, fmt.Errorf("%w: there is no display", ErrNoBrowser)
	}
	switch goos {
	case "windows", "darwin", "ios", "android":
		return o, nil
	}
	o.Program = systemOpener
	if _, err := exec.LookPath(systemOpener); err != nil {
		return o, fmt.Errorf("%w: %s is not installed", ErrNoBrowser, systemOpener)
	}
	return o, nil
}

// systemOpener is what open-golang starts on systems with a desktop of freedesktop.org.
const systemOpener = "xdg-open"

func openBrowser(ctx context.Context, address string, getenv func(string) string, grace time.Duration) error {
	var failure error
	for _, command := range filepath.SplitList(getenv("BROWSER")) {
		args := browserCommand(command, address)
		if len(args) == 0 {
			continue
		}
		if failure = detach(ctx, grace, func() error { return runBrowser(args, address) }); failure == nil {
			return nil
		}
	}
	if failure != nil {
		return fmt.Errorf("%w: $BROWSER: %w", ErrNoBrowser, failure)
	}
	if !hasDisplay(runtime.GOOS, getenv) {
		return fmt.Errorf("%w: there is no display", ErrNoBrowser)
	}
	if err := detach(ctx, grace, func() error { return open.Run(address) }); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	return nil
}

// hasDisplay reports whether a browser could show itself. Without this check
// a server's xdg-open would start a text browser without a terminal.
func hasDisplay(goos string, getenv func(string) string) bool {
	switch goos {
	case "windows", "darwin", "ios", "android":
		return true
	}
	return getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != "" || getenv("WSL_DISTRO_NAME") != ""
}

// browserCommand splits one entry of $BROWSER into words, without a shell. The
// address replaces %s, or comes last.
func browserCommand(command, address string) []string {
	program, rest := programWithBlanks(command)
	words := splitWords(rest)
	if program != "" {
		words = slices.Insert(words, 0, program)
	}
	placed := false
	for i, w := range words {
		if i > 0 && strings.Contains(w, "%s") {
			words[i] = strings.ReplaceAll(w, "%s", address)
			placed = true
		}
	}
	if len(words) > 0 && !placed {
		words = append(words, address)
	}
	return words
}

// programWithBlanks is the shortest beginning of a command, up to a blank, that is
// the path of a file, if the part before the first blank is not: people write
// such paths into $BROWSER without quotes.
func programWithBlanks(command string) (program, rest string) {
	trimmed := strings.TrimSpace(command)
	if !filepath.IsAbs(trimmed) {
		return "", command
	}
	for i := 0; i <= len(trimmed); i++ {
		if i < len(trimmed) && trimmed[i] != ' ' && trimmed[i] != '\t' {
			continue
		}
		if fi, err := os.Stat(trimmed[:i]); err == nil && fi.Mode().IsRegular() {
			return trimmed[:i], trimmed[i:]
		}
	}
	return "", command
}

// escapedBlank stands for a blank with a backslash before it; no command can have it.
const escapedBlank = "\x00"

// splitWords splits at blanks outside of quotes and without a backslash before
// them; any other backslash stays, as in the paths of Windows.
func splitWords(s string) []string {
	var words []string
	var word strings.Builder
	var quote rune
	started := false
	for _, r := range strings.ReplaceAll(s, `\ `, escapedBlank) {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, started = r, true
		case quote == 0 && (r == ' ' || r == '\t'):
			if started {
				words = append(words, strings.ReplaceAll(word.String(), escapedBlank, " "))
				word.Reset()
				started = false
			}
		default:
			word.WriteRune(r)
			started = true
		}
	}
	if started {
		words = append(words, strings.ReplaceAll(word.String(), escapedBlank, " "))
	}
	return words
}

// runBrowser runs a command of $BROWSER and waits for it. A bare name goes
// through open-golang, which knows how each system starts an app by name.
func runBrowser(args []string, address string) error {
	if len(args) == 2 && args[1] == address {
		return open.RunWith(address, args[0])
	}
	// Not bound to a context: the browser outlives the sign-in.
	return exec.Command(args[0], args[1:]...).Run() //nolint:gosec,noctx // the person's own $BROWSER; it must outlive every context
}

// detach runs an opener in a goroutine of its own, which also reaps the
// process, and returns its result if that comes soon.
func detach(ctx context.Context, grace time.Duration, run func() error) error {
	result := make(chan error, 1)
	go func() { result <- run() }()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-result:
		return openerError(err)
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return nil
	}
}

// openerError drops the arguments from an error: they hold the address.
func openerError(err error) error {
	var exit *exec.ExitError
	var start *exec.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit):
		return fmt.Errorf("the opener ended with status %d", exit.ExitCode())
	case errors.As(err, &start):
		return fmt.Errorf("%s: %w", filepath.Base(start.Name), start.Err)
	}
	return errors.New("the opener could not be started")
}
