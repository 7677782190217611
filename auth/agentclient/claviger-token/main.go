// Command claviger-token is claviger token for programs that call it often: it asks the
// agent and starts in a fraction of the time. What it cannot do itself, or if no agent
// answers, it leaves to claviger token, so that output, words and exit codes are the same.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/claviger/claviger/auth/agentclient"
)

// Exit codes (docs/cli.md).
const (
	exitFailed  = 1
	exitRefused = 6
)

func main() {
	code, done := ask(os.Args[1:])
	if !done {
		code = leave(os.Args[1:])
	}
	os.Exit(code)
}

// wish is a command line that needs nothing but the agent.
type wish struct {
	request agentclient.TokenRequest
	header  bool
}

// parse understands the plainest command lines. The others, wrong ones too, are for
// claviger token.
func parse(args []string) (w wish, ok bool) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		value, isTTL := strings.CutPrefix(arg, "--min-ttl=")
		if arg == "--min-ttl" && len(args) > 0 {
			value, args, isTTL = args[0], args[1:], true
		}
		switch {
		case isTTL:
			ttl, err := time.ParseDuration(value)
			if err != nil || ttl < 0 {
				return wish{}, false
			}
			w.request.MinTTL = ttl
		case arg == "--header":
			w.header = true
		case arg == "--id-token":
			w.request.IDToken = true
		case arg == "--force":
			w.request.Force = true
		case arg == "" || arg[0] == '-' || w.request.Account != "":
			return wish{}, false
		default:
			w.request.Account = arg
		}
	}
	w.request.Header, w.request.Alone = w.header, true
	return w, true
}

// client is that of the agent which claviger token would ask; nil if there is none.
func client() *agentclient.Client {
	if path := os.Getenv(agentclient.EnvSocket); path != "" {
		return agentclient.New(path)
	}
	home, err := filepath.Abs(os.Getenv("CLAVIGER_HOME"))
	if os.Getenv("CLAVIGER_HOME") == "" {
		home, err = os.UserConfigDir()
		home = filepath.Join(home, "claviger")
	}
	if err != nil {
		return nil
	}
	return &agentclient.Client{Socket: agentclient.SocketOf(home), Home: home}
}

// ask gets a token from the agent and prints it. It is not done if claviger token has to
// do it.
func ask(args []string) (code int, done bool) {
	w, ok := parse(args)
	c := client()
	if !ok || c == nil || !agentclient.AnswersFor(os.Environ()) {
		return 0, false
	}
	ctx, stop := interruptible()
	defer stop()
	t, err := c.Token(ctx, w.request)
	if ctx.Err() != nil {
		fmt.Fprintln(os.Stderr, "claviger: Interrupted")
		return exitRefused, true
	}
	if answer, ok := errors.AsType[*agentclient.Error](err); ok && !answer.ForCommand() && answer.Message != "" {
		fmt.Fprintln(os.Stderr, strings.TrimRight(printable(answer.Message), "\n"))
		return answer.ExitCode, true
	}
	if err != nil {
		return 0, false
	}
	text := w.text(t)
	if text == "" {
		return 0, false
	}
	for _, warning := range t.Warnings {
		fmt.Fprintln(os.Stderr, strings.ReplaceAll(printable(warning), "\n", " "))
	}
	if _, err := os.Stdout.WriteString(text); err != nil {
		fmt.Fprintln(os.Stderr, "claviger:", err)
		return exitFailed, true
	}
	return 0, true
}

// prompt is how long most answers take at most.
const prompt = 100 * time.Millisecond

// interruptible is a context that ends at Ctrl-C, which then is put into words. It takes
// threads to listen for that, a tenth of the time of a prompt answer: until it is late,
// Ctrl-C ends this program as the system has it.
func interruptible() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	late := time.AfterFunc(prompt, func() {
		pressed, _ := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
		context.AfterFunc(pressed, cancel)
	})
	return ctx, func() { late.Stop(); cancel() }
}

// text is what is printed; "" if claviger token says more about such a token.
func (w wish) text(t *agentclient.Token) string {
	bound := t.TokenType == "DPoP" && !w.request.IDToken
	switch {
	case bound, w.request.IDToken && t.IDToken.IsZero(), w.header && len(t.Header) == 0:
		return ""
	case w.header:
		lines := ""
		for _, line := range t.Header {
			lines += line.Reveal() + "\n"
		}
		return lines
	case w.request.IDToken:
		return t.IDToken.Reveal() + "\n"
	}
	return t.AccessToken.Reveal() + "\n"
}

// printable is a text of the agent, which may be on another computer, without what a
// terminal would obey.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || unicode.IsPrint(c) {
			return c
		}
		return -1
	}, text)
}

// leave has claviger token do it: the one beside this program, or else on the PATH.
func leave(args []string) int {
	name := "claviger"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	path := ""
	if self, err := os.Executable(); err == nil {
		path = filepath.Join(filepath.Dir(self), name)
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		if path, err = exec.LookPath("claviger"); err != nil {
			fmt.Fprintln(os.Stderr, "claviger-token: The claviger program was not found\n  Put claviger-token beside it, or its folder on the PATH.")
			return exitFailed
		}
	}
	return become(path, append([]string{"claviger", "token"}, args...))
}
