package cli

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"github.com/claviger/claviger/auth/problem"
)

// tunnelPort is the port that a sign-in over SSH comes back to: the first of
// those that built-in providers name if they compare ports.
const tunnelPort = 51789

// noDisplayError is the error of [Services.Window] if no window can open.
type noDisplayError struct{ reason string }

func (e *noDisplayError) Error() string { return "there is no display to open a window on" }

// NoDisplay is the error of [Services.Window] if there is no display to
// open a window on; reason is a short sentence.
func NoDisplay(reason string) error { return &noDisplayError{reason} }

// inTerminal says why there is no window, and how to do everything without one,
// in one screen.
func (r *runner) inTerminal(title, reason, code string) error {
	return &problemError{problem: problem.Problem{
		Kind: problem.KindFailed, Title: title, Code: code,
		Detail: reason,
		Next: fmt.Sprintf(`Everything works in this terminal too.

See what it does in ten seconds, without touching your data:
  claviger tour

Sign in with a code that you type in on your phone or another computer:
  claviger login PROVIDER --device

Sign in with a link, then paste the final address from your browser:
  claviger login PROVIDER --no-browser

Sign in with the browser of the computer you connect from over SSH:
  there   ssh -L %[1]d:127.0.0.1:%[1]d %[2]s
  here    claviger login PROVIDER --no-browser --port %[1]d

All commands:
  claviger help`, tunnelPort, r.thisMachine()),
	}}
}

// thisMachine is a name of this computer for ssh, as far as it is known here: the
// address that the person's connection came to (ssh(1), SSH_CONNECTION), or its
// name.
func (r *runner) thisMachine() string {
	env := map[string]string{}
	for _, kv := range r.Environ {
		name, value, _ := strings.Cut(kv, "=")
		env[name] = value
	}
	host, _ := os.Hostname() // without a name, the person knows it
	target := clean(cmp.Or(env["USER"], env["LOGNAME"], "you")) + "@"
	if c := strings.Fields(env["SSH_CONNECTION"]); len(c) == 4 {
		if c[3] != "22" {
			target = "-p " + clean(c[3]) + " " + target
		}
		return target + clean(c[2])
	}
	return target + clean(cmp.Or(host, "this-computer"))
}
