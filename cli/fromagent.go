package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/peer"
	"github.com/claviger/claviger/providers"
)

// agentClient asks the agent of this home, or the one that the person names; nil if
// this command is to open the vault itself.
func (r *runner) agentClient() *agentclient.Client {
	if r.Home == nil || r.verbose || !agentclient.AnswersFor(r.Environ) {
		return nil // what is asked for stands in this process's environment, or goes to its log
	}
	home, err := r.Home()
	if err != nil {
		return nil // the command reports it
	}
	if r.AgentSocket != "" {
		return agentclient.New(r.AgentSocket)
	}
	c := agentclient.New(agentclient.SocketOf(home))
	c.Home = home
	return c
}

// fromAgent gets a token from the agent. The error wraps [agentclient.ErrNoAgent] if
// there is none, or it cannot help: then the vault is opened here.
func (r *runner) fromAgent(ctx context.Context, name string, f tokenFlags) (*freshToken, error) {
	c := r.agentClient()
	if c == nil {
		return nil, agentclient.ErrNoAgent
	}
	req := agentclient.TokenRequest{
		Account: name, MinTTL: f.minTTL, Force: f.force, IDToken: f.idToken, Header: f.header, Program: f.program,
		Alone: !f.asJSON,
	}
	if f.target.URL != "" {
		req.Request = &agentclient.Request{URL: f.target.URL, Method: f.target.Method, Nonce: f.target.Nonce}
	}
	t, err := c.Token(ctx, req)
	if err = ofAgent(err); f.wait > 0 && signInNeeded(err) {
		r.sayWaiting(err, f)
		req.Wait, req.Force = f.wait, false
		t, err = c.Token(ctx, req)
		err = ofAgent(err)
	}
	if err != nil {
		return nil, err
	}
	for _, text := range t.Warnings {
		r.say("%s", text)
	}
	return &freshToken{noted: true, proof: providers.NewSecret(t.Proof.Reveal()), Token: &auth.Token{
		AccessToken: providers.NewSecret(t.AccessToken.Reveal()), TokenType: t.TokenType, IDToken: providers.NewSecret(t.IDToken.Reveal()),
		ExpiresAt: t.ExpiresAt, IssuedAt: t.IssuedAt, Scopes: t.Scopes, AccountID: t.Account,
	}}, nil
}

// listedByAgent lists the accounts as the agent knows them; errors are as those of
// [runner.fromAgent].
func (r *runner) listedByAgent(ctx context.Context) (list []*auth.Account, warnings []string, err error) {
	c := r.agentClient()
	if c == nil {
		return nil, nil, agentclient.ErrNoAgent
	}
	answer, err := c.Accounts(ctx)
	if err != nil {
		return nil, nil, ofAgent(err)
	}
	list = make([]*auth.Account, 0, len(answer.Accounts))
	for i := range answer.Accounts {
		a, err := accountOf(&answer.Accounts[i])
		if err != nil {
			return nil, nil, err
		}
		list = append(list, a)
	}
	if answer.Incomplete != nil {
		err = &agentError{answer.Incomplete}
	}
	return list, answer.Warnings, err
}

// foundByAgent finds an account as the agent knows it.
func (r *runner) foundByAgent(ctx context.Context, name string) (*auth.Account, error) {
	c := r.agentClient()
	if c == nil {
		return nil, agentclient.ErrNoAgent
	}
	found, err := c.Account(ctx, name)
	if err != nil {
		return nil, ofAgent(err)
	}
	return accountOf(found)
}

func accountOf(a *agentclient.Account) (*auth.Account, error) {
	var out auth.Account
	if json.Unmarshal(a.Raw, &out) != nil {
		return nil, fmt.Errorf("%w: its answer cannot be read", agentclient.ErrNoAgent)
	}
	return &out, nil
}

// ofAgent is an error of the agent for a command: what only this command can do
// something about is as if there were no agent.
func ofAgent(err error) error {
	answer, ok := errors.AsType[*agentclient.Error](err)
	switch {
	case !ok:
		return err
	case answer.ForCommand():
		return fmt.Errorf("%w: %w", agentclient.ErrNoAgent, err)
	}
	return &agentError{answer}
}

// unlockAgent gives a passphrase that was right to the agent, if there is one.
func (r *runner) unlockAgent(ctx context.Context, passphrase string) {
	if c := r.agentClient(); c != nil && c.Home != "" && passphrase != "" {
		_ = c.Unlock(ctx, passphrase, mayHearPassphrase) // without an agent, nothing is missing
	}
}

// mayHearPassphrase reports whether a process that made the agent's socket is this
// program, or the service manager, which starts it. Where the system does not say who it
// is (0), the owner of the socket must do; so it must on Windows, where two processes do not
// tell that they run the same file.
func mayHearPassphrase(pid int) bool {
	if pid == 0 || runtime.GOOS == "windows" {
		return true
	}
	who, err := peer.Lookup(pid)
	if err != nil {
		return false
	}
	self, err := peer.Self()
	return err == nil && self.SameFile(who) || isServiceManager(who)
}

// isServiceManager reports whether a process is systemd(1) as the superuser installed it:
// it makes the agent's socket, and hands it to the agent alone.
func isServiceManager(p peer.Process) bool {
	for _, path := range []string{"/usr/lib/systemd/systemd", "/lib/systemd/systemd"} {
		info, err := os.Stat(path)
		if err == nil && p.Runs(info) && owner.Check(path, info) == nil {
			return true
		}
	}
	return false
}
