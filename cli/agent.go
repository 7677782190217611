package cli

import (
	"context"
	"errors"
	"os"
	"runtime/debug"
	"sync"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/agent"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/peer"
	"github.com/claviger/claviger/vault"
)

func (r *runner) agent() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "Unlock the vault once and serve tokens to your programs",
		Long: `Unlock the vault once and serve fresh tokens to your programs over a socket, until
Ctrl-C or SIGTERM. The other commands use the agent if it runs. A program that asks
by itself is let in only if you allow it: you are asked here, the first time. The
open window does the same if no agent runs.`,
		Example: `  claviger agent
  claviger agent grants`,
		Args: noArgs,
	}
	var install, remove bool
	cmd.Flags().BoolVar(&install, "install", false, "have it start by itself in your sessions")
	cmd.Flags().BoolVar(&remove, "remove", false, "undo --install")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		switch {
		case install && remove:
			return usage(errors.New("--install and --remove cannot be used together"))
		case install:
			return r.installAgent(cmd.Context())
		case remove:
			return r.removeAgent(cmd.Context())
		}
		return r.runAgent(cmd.Context())
	})
	cmd.AddCommand(r.agentStatus(), r.agentGrants(), r.agentAllow(), r.agentRevoke(), r.agentRule())
	return cmd
}

// runAgent serves until ctx ends.
func (r *runner) runAgent(ctx context.Context) error {
	if _, err := peer.Self(); err != nil {
		return noAgentHere(err)
	}
	path, err := r.socketPath()
	if err != nil {
		return err
	}
	socket, err := r.agentSocket(ctx, path)
	if err != nil {
		return agentSocketError(ctx, path, err)
	}
	defer func() { _ = socket.Close() }() // closed already if it served
	r.Unattended()
	v, st, err := r.lookAtVault(ctx)
	if err != nil {
		return err
	}
	if err := r.openForAgent(ctx, v, st); err != nil {
		return err
	}
	a, err := r.Agent()
	if err != nil {
		return err
	}
	debug.SetGCPercent(50) // it lives for days, unlike the other commands
	var work sync.WaitGroup
	defer work.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	work.Go(func() { a.KeepFresh(ctx) })
	work.Go(func() { r.watchDamaged(ctx, a) })
	var asker consent.Asker
	if tty, err := openTerminal(); err == nil {
		defer func() { _ = tty.Close() }() // only read from
		asker = newTerminalAsker(tty)
	}
	if asker, err = r.attend(ctx, a, asker, &work); err != nil {
		return err
	}
	r.say("The agent serves your programs at %s. Press Ctrl-C to stop.", socket.Addr())
	if (agentVault{v}).Locked(ctx) {
		r.say("The vault is locked. Open it with: claviger vault unlock")
	}
	window := agent.NewWindowAsker(asker)
	server, err := agentServer(r.Services, consent.NewGate(bookOf(v), window), agent.Options{WindowAsker: window})
	if err != nil {
		return err
	}
	return server.Serve(ctx, socket)
}

// agentSocket is that of the service manager, or one of our own.
func (r *runner) agentSocket(ctx context.Context, path string) (*agent.Socket, error) {
	if s, err := agent.Inherit(os.Getenv); s != nil || err != nil {
		return s, err
	}
	return agent.Listen(ctx, path)
}

// openForAgent asks for the passphrase of the vault if it takes one. Without anyone to
// ask, the agent starts locked; so it does if the vault was locked and the passphrase is
// in a file: starting a service is no wish to open it.
func (r *runner) openForAgent(ctx context.Context, v *vault.Vault, st vault.Status) error {
	if !st.Protection.NeedsPassphrase() || st.KeptOpen || st.Marked && r.PassphraseFile != "" {
		return nil
	}
	passphrase, err := r.Passphrase(ctx, "Vault passphrase")
	if stated, ok := errors.AsType[*problemError](err); ok && stated.problem.Code == codeNoTerminal {
		return nil
	}
	if err != nil {
		return err
	}
	return v.Unlock(ctx, passphrase)
}

// agentSocketError says which agent has the socket at a path, if one has.
func agentSocketError(ctx context.Context, path string, err error) error {
	if !errors.Is(err, agent.ErrRunning) {
		return err
	}
	p := problem.Problem{
		Kind: problem.KindFailed, Title: "Another agent is running", Code: "agent-running",
		Next: "Use it as it is, or stop it first. To see which it is: claviger agent status",
	}
	if st, err := agentclient.New(path).Status(ctx); err == nil && st.Window {
		p.Title, p.Next = "Claviger's open window is the agent", "Use it as it is, or quit the window first. To see it: claviger agent status"
	}
	return &problemError{problem: p}
}

// noAgentHere is for systems that do not say which program asks.
func noAgentHere(err error) error {
	return &problemError{problem: problem.Problem{
		Kind: problem.KindFailed, Title: "The agent is not available on this system", Detail: err.Error() + ".",
		Next: "Use the commands without it: claviger token", Code: "no-agent-here",
	}}
}
