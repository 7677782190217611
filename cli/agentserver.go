package cli

import (
	"context"
	"io"
	"time"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/agent"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/peer"
	"github.com/claviger/claviger/vault"
)

// agentServer answers programs with what the commands do, in their words. gate says
// which may have tokens; o has the rest that is not the same for all agents.
func agentServer(s Services, gate *consent.Gate, o agent.Options) (*agent.Server, error) {
	home, err := s.Home()
	if err != nil {
		return nil, err
	}
	self, err := peer.Self()
	if err != nil {
		return nil, noAgentHere(err)
	}
	v, err := s.Vault()
	if err != nil {
		return nil, err
	}
	s.Err = io.Discard
	o.Source, o.Vault, o.Gate = agentSource{&runner{Services: s}}, agentVault{v}, gate
	o.Self, o.Home, o.Version = self, home, s.Version
	return agent.New(o), nil
}

// ServeFromWindow makes an open window the agent, until ctx ends: it does what claviger
// agent does, and gate asks in the window. serving is called with the path of the
// socket, unlocked when a command unlocked the vault. If another agent serves the socket,
// the error wraps [agent.ErrRunning].
func ServeFromWindow(ctx context.Context, s Services, gate *consent.Gate, serving func(socket string), unlocked func()) error {
	server, err := agentServer(s, gate, agent.Options{Window: true, Unlocked: unlocked})
	if err != nil {
		return err
	}
	path, err := s.socketPath()
	if err != nil {
		return err
	}
	socket, err := agent.Listen(ctx, path)
	if err != nil {
		return err
	}
	serving(path)
	return server.Serve(ctx, socket)
}

// AskInWindow has asker answer the questions of the agent of another process that serves
// this home, until ctx or that agent ends. begun is called once it does.
func AskInWindow(ctx context.Context, s Services, asker consent.Asker, begun func()) error {
	home, err := s.Home()
	if err != nil {
		return err
	}
	path, err := s.socketPath()
	if err != nil {
		return err
	}
	return agent.Attend(ctx, path, home, asker, begun)
}

// socketPath is where the agent of this home has its socket.
func (s Services) socketPath() (string, error) {
	if s.AgentSocket != "" {
		return s.AgentSocket, nil
	}
	home, err := s.Home()
	return agentclient.SocketOf(home), err
}

// bookOf has the rules and grants of a vault.
func bookOf(v *vault.Vault) consent.Book { return consent.Book{Store: v, Now: time.Now} }
