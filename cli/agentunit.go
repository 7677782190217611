package cli

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/agent"
	"github.com/claviger/claviger/internal/unit"
)

// agentVariables are those of this environment that the agent needs too.
var agentVariables = []string{"CLAVIGER_HOME", "CLAVIGER_KEY_FILE", "CLAVIGER_PASSPHRASE_FILE", agentclient.EnvSocket}

// installAgent has the service manager start the agent with the session.
func (r *runner) installAgent(ctx context.Context) error {
	m, err := serviceManager()
	if err != nil {
		return err
	}
	a := unit.Agent{}
	if a.Socket, err = r.socketPath(); err != nil {
		return err
	}
	if _, err := agentclient.New(a.Socket).Status(ctx); err == nil {
		return agentSocketError(ctx, a.Socket, agent.ErrRunning)
	}
	if a.Program, err = os.Executable(); err != nil {
		return err
	}
	for _, kv := range r.Environ {
		if name, value, _ := strings.Cut(kv, "="); value != "" && slices.Contains(agentVariables, name) {
			a.Env = append(a.Env, kv)
		}
	}
	done, err := m.Install(ctx, a)
	if err != nil {
		return err
	}
	r.sayUnits("Written", done)
	switch {
	case done.Next:
		r.say("The agent starts by itself from your next log-in on. To start it now: claviger agent")
	case done.Reason == nil:
		r.say("The agent starts by itself from now on.")
	}
	return nil
}

// removeAgent undoes it.
func (r *runner) removeAgent(ctx context.Context) error {
	m, err := serviceManager()
	if err != nil {
		return err
	}
	done, err := m.Remove(ctx)
	if err != nil {
		return err
	}
	if len(done.Files) == 0 {
		r.say("The agent does not start by itself.")
		return nil
	}
	r.sayUnits("Removed", done)
	if done.Next {
		r.say("An agent that runs ends with your session, or with Ctrl-C in its window.")
	}
	return nil
}

func (r *runner) sayUnits(what string, done unit.Result) {
	for _, path := range done.Files {
		r.say("%s: %s", what, path)
	}
	if done.Reason != nil {
		r.say("The service manager did not answer (%s). In your session, type:", done.Reason)
		for _, command := range done.Todo {
			r.say("  %s", command)
		}
	}
}

func serviceManager() (*unit.Manager, error) {
	m, err := unit.Here()
	if errors.Is(err, unit.ErrNone) {
		return nil, &problemError{problem: problem.Problem{
			Kind: problem.KindFailed, Title: "The agent cannot be started by itself on this system", Detail: err.Error() + ".",
			Next: "Start it yourself: claviger agent", Code: "no-service-manager",
		}}
	}
	return m, err
}
