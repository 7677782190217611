package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// usageError is a command line that cannot be understood.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usage(err error) error { return &usageError{err} }

// problemError is an error that already has its words, and its own exit code if
// that of its kind does not fit.
type problemError struct {
	problem problem.Problem
	exit    int
}

func (e *problemError) Error() string { return strings.ToLower(e.problem.Title) }

// agentError is an error of the agent, which has put it into the words of a command.
type agentError struct{ answer *agentclient.Error }

func (e *agentError) Error() string { return e.answer.Error() }
func (e *agentError) Unwrap() error { return e.answer }

// contextError adds what problem.Explain can use to be exact.
type contextError struct {
	err         error
	provider    *providers.Provider
	redirectURI string
	account     string // its id
}

func (e *contextError) Error() string { return e.err.Error() }
func (e *contextError) Unwrap() error { return e.err }

// exitError is a result that only the exit code reports.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// report writes what went wrong to standard error and returns the exit code.
func (r *runner) report(ctx context.Context, cmd *cobra.Command, err error) int {
	if err == nil {
		return ExitDone
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.code
	}
	wrong, isUsage := errors.AsType[*usageError](err)
	if isUsage || !r.started {
		text := err.Error()
		if isUsage {
			text = wrong.Error()
		}
		r.say("claviger: %s", lines(strings.TrimSpace(text)))
		r.say("See '%s --help'.", cmd.CommandPath())
		return ExitUsage
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = interrupted()
	}
	code := Tell(r.Err, err)
	if r.verbose {
		r.say("  (%s)", err)
	}
	return code
}

// Tell writes an error to w in words for a person and returns its exit code.
func Tell(w io.Writer, err error) int {
	if from, ok := errors.AsType[*agentError](err); ok {
		writeLine(w, "%s", lines(from.answer.Message))
		return from.answer.ExitCode
	}
	p, provider := explain(err)
	tellProblem(w, p)
	hint := hint(err, p, provider)
	if other, ok := errors.AsType[*auth.OtherAccountError](err); ok {
		hint = otherHint(other)
	} else if c, ok := errors.AsType[*contextError](err); ok && c.account != "" && p.Kind == problem.KindNeedsSignIn && hint != "" {
		hint = "claviger login " + c.account
	}
	if hint != "" {
		writeLine(w, "  %s", hint)
	}
	tellWays(w, waysOut(runtime.GOOS, err, p.Code))
	if stated, ok := errors.AsType[*problemError](err); ok && stated.exit != 0 {
		return stated.exit
	}
	return exitCode(p.Kind)
}

// TellWaiting says which process a command waits for.
func TellWaiting(w io.Writer, h vault.Holder) {
	writeLine(w, "  … Waiting for %s", clean(h.String()))
}

// interrupted is the error of a command that the person stopped.
func interrupted() error {
	return &problemError{problem: problem.Problem{Kind: problem.KindRefused, Title: "Interrupted", Code: "interrupted"}}
}

// explain finds the words for an error, and the provider it is about.
func explain(err error) (problem.Problem, *providers.Provider) {
	if stated, ok := errors.AsType[*problemError](err); ok {
		return stated.problem, nil
	}
	if from, ok := errors.AsType[*agentError](err); ok {
		return problem.Problem{Kind: problem.Kind(from.answer.Kind), Title: from.answer.Title, Code: from.answer.Code}, nil
	}
	if c, ok := errors.AsType[*contextError](err); ok {
		return problem.Explain(err, c.provider, c.redirectURI), c.provider
	}
	return problem.Explain(err, nil, ""), nil
}

// hint adds the command to the words that the window and the commands share.
func hint(err error, p problem.Problem, provider *providers.Provider) string {
	id := "PROVIDER"
	if provider != nil {
		id = provider.ID
	}
	switch {
	case provider == nil && (p.Code == "unknown-authority" || p.Code == "self-signed"):
		return "For a provider that is not added yet: --ca-file FILE"
	case provider == nil:
		return ""
	case p.Code == "unknown-authority", p.Code == "self-signed":
		return "To try it: " + envName(id) + "_CA_FILE=FILE claviger login " + id
	case p.Code == "setting-missing":
		return "claviger providers show " + id + "; then " + missing(provider) + "=… claviger login " + id
	case p.Code == "no-client-id":
		return "claviger providers show " + id + "; then " + envName(id) + "_CLIENT_ID=… claviger login " + id
	case p.Code == "no-client-secret":
		return envName(id) + "_CLIENT_SECRET=… claviger login " + id
	case p.Code == "secret-unused":
		return "Its variable is " + envName(id) + "_CLIENT_SECRET"
	case p.Code == "timeout":
		return otherWays(err, id)
	case p.Kind == problem.KindNeedsSignIn:
		return "claviger login " + id
	}
	return ""
}

// otherWays are the commands for a sign-in without the browser of this computer,
// but for the one that ran out of time.
func otherWays(err error, id string) string {
	link, code := "claviger login "+id+" --no-browser", "claviger login "+id+" --device"
	late, ok := errors.AsType[*auth.TimeoutError](err)
	switch {
	case !ok:
		return link
	case late.Link && late.CanDevice:
		return code
	case late.Link:
		return "To allow more time, add --timeout 15m"
	case late.CanDevice:
		return code + "; or " + link
	}
	return link
}

// missing is the environment variable of the first blank that is not filled.
func missing(p *providers.Provider) string {
	for _, name := range slices.Sorted(maps.Keys(p.Variables)) {
		if v := p.Variables[name]; v.Value == "" && !v.Optional {
			return envName(p.ID) + "_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		}
	}
	return envName(p.ID) + "_CLIENT_ID"
}

// tellProblem writes a problem: what, why, what to do.
func tellProblem(w io.Writer, p problem.Problem) {
	writeLine(w, "claviger: %s", p.Title)
	for _, text := range []string{p.Detail, p.Next} {
		if text != "" {
			for line := range strings.Lines(cleanLines(text)) {
				writeLine(w, "%s", strings.TrimRight("  "+line, " \n"))
			}
		}
	}
	if p.Copy != "" {
		writeLine(w, "  %s", p.Copy)
	}
	if p.Link != "" {
		writeLine(w, "  %s", p.Link)
	}
}

// exitCode is the exit code of a kind of problem.
func exitCode(k problem.Kind) int {
	switch k {
	case problem.KindUsage:
		return ExitUsage
	case problem.KindNeedsSignIn:
		return ExitNeedsSignIn
	case problem.KindOffline:
		return ExitOffline
	case problem.KindLocked:
		return ExitLocked
	case problem.KindRefused:
		return ExitRefused
	case problem.KindFailed:
		return ExitFailed
	default:
		return ExitFailed
	}
}

// noArgs refuses arguments and suggests a command of a similar name.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasSubCommands() {
		return usage(fmt.Errorf("%s takes no arguments, but got %q", cmd.CommandPath(), args[0]))
	}
	text := fmt.Sprintf("unknown command %q", args[0])
	if near := nearest(cmd, args[0]); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return usage(errors.New(text))
}

// nearest is the command whose name is the least edits away from what was typed,
// at most two, or begins with it; "" if there is none.
func nearest(cmd *cobra.Command, typed string) string {
	for cmd.SuggestionsMinimumDistance = 1; cmd.SuggestionsMinimumDistance <= 2; cmd.SuggestionsMinimumDistance++ {
		if near := cmd.SuggestionsFor(typed); len(near) > 0 {
			return near[0]
		}
	}
	return ""
}

// atMostOne is for commands with an optional name.
func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage(fmt.Errorf("%s takes one %s, but got %d", cmd.CommandPath(), argName(cmd), len(args)))
	}
	return nil
}

// exactlyOne is for commands with a name that is needed.
func exactlyOne(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage(fmt.Errorf("missing %s", argName(cmd)))
	}
	return atMostOne(cmd, args)
}

// argName is the argument's name in the command's use line.
func argName(cmd *cobra.Command) string {
	words := strings.Fields(cmd.Use)
	return strings.Trim(words[len(words)-1], "[]")
}

// first is the optional name.
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
