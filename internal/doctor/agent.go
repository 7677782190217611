package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/agent"
	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/internal/shell"
	"github.com/claviger/claviger/internal/unit"
)

// socket is where the agent's socket is.
func (e *examination) socket() string {
	if e.AgentSocket != "" {
		return e.AgentSocket
	}
	if e.Home == "" {
		return ""
	}
	return agentclient.SocketOf(e.Home)
}

// agent looks whether an agent answers, and whether it is this program.
func (e *examination) agent(ctx context.Context) finding {
	path := e.socket()
	if path == "" {
		return skipped("There is no folder for its socket: see Folder.")
	}
	s, err := agent.Look(path)
	switch {
	case err != nil:
		return bad("%s: %s.", path, reason(err)).mend("Choose another path with CLAVIGER_AGENT_SOCK.")
	case !s.There:
		return good("None runs. Commands open the vault themselves.")
	case !s.Socket:
		return bad("%s is in the way of its socket.", path).mend("Look what it is, then remove it.", shell.Here.Look(plain.Line(path, 0)), "rm "+word(path))
	}
	if err := ownSocket(path); err != nil {
		return bad("%s.", err).mend("Nothing of it is used. Remove it, or choose another path with CLAVIGER_AGENT_SOCK.", shell.Here.Look(plain.Line(filepath.Dir(path), 0)))
	}
	if s.Listening && s.PID == 0 {
		return good("The service manager starts it when a program asks. It was not started for this.")
	}
	st, err := agentclient.New(path).Status(ctx)
	if err != nil {
		return unanswered(path, s.PID, err)
	}
	switch {
	case st.Version != e.Version:
		return odd("It runs as another version: %q, and this is %q. Commands open the vault themselves until it is restarted.", clean(st.Version), e.Version).
			mend("Restart it: end it with Ctrl-C or close the window; if it starts by itself:", restart(runtime.GOOS, st.PID)...)
	case st.Locked:
		return good("It runs (process %d), and is locked.", st.PID).mend("To open it:", "claviger vault unlock")
	}
	if len(e.Unknown) > 0 {
		name := clean(e.Unknown[0])
		return odd("It runs (process %d), but commands with this environment open the vault themselves: %s may change a provider, which the agent does not know.", st.PID, name).
			mend("If it changes none, take it out of the environment; else put it into a provider's file.", shell.Here.Unset(plain.Line(e.Unknown[0], 0)))
	}
	return good("It runs (process %d).", st.PID)
}

// unanswered says why an agent gives no answer; pid is the one that serves the socket, 0
// if that is unknown.
func unanswered(path string, pid int, err error) finding {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return odd("One that ended without a goodbye left its socket at %s. The next one replaces it.", path).
			mend("Start one, or remove the socket.", "claviger agent", "rm "+word(path))
	case errors.Is(err, os.ErrPermission):
		return bad("%s may not be connected to.", path).mend("See whose it is.", shell.Here.Look(plain.Line(path, 0)))
	}
	f := bad("It does not answer at %s. Commands wait for it for a second, then open the vault themselves.", path)
	if pid == 0 {
		return f.mend("Restart it.", restart(runtime.GOOS, 0)...)
	}
	return f.mend("End it, and start it again.", shell.Here.End(pid), "claviger agent")
}

// restart are the commands that restart an agent that starts by itself; pid is its process,
// 0 if that is unknown.
func restart(goos string, pid int) []string {
	switch {
	case goos == "linux": // systemd starts it
		return []string{"systemctl --user restart claviger-agent.service"}
	case goos == "darwin": // launchd does
		return []string{"launchctl kickstart -k gui/$(id -u)/" + unit.LaunchdLabel}
	case pid == 0:
		return []string{"claviger agent"}
	}
	return []string{shell.System(goos).End(pid), "claviger agent"}
}

// ownSocket reports why a socket or its folder is not this user's alone.
func ownSocket(path string) error {
	if runtime.GOOS == "windows" {
		return nil // a pipe is in no folder, and its client looks at the owner
	}
	if err := owner.Private(filepath.Dir(path)); err != nil {
		return fmt.Errorf("the folder of its socket: %w", err)
	}
	fi, err := os.Lstat(path)
	if err != nil {
		return err
	}
	return owner.Check(path, fi)
}
