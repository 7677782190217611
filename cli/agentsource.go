package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/agent"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// agentSource does for programs what the commands do, with their words.
type agentSource struct{ r *runner }

// with is the runner of one request, and what it would print.
func (s agentSource) with() (*runner, *strings.Builder) {
	r, said := *s.r, &strings.Builder{}
	r.Err = said
	return &r, said
}

// Accounts implements [agent.Source].
func (s agentSource) Accounts(ctx context.Context) ([]*auth.Account, []string, error) {
	a, err := s.r.Agent()
	if err != nil {
		return nil, nil, err
	}
	list, err := a.Summaries(ctx)
	r, said := s.with()
	r.tellWaiting(ctx, a)
	if err == nil {
		r.tellDamaged(0)
	}
	return list, saidLines(said), err
}

// Account implements [agent.Source].
func (s agentSource) Account(ctx context.Context, name string, wait time.Duration) (*auth.Account, error) {
	a, err := s.r.Agent()
	if err != nil {
		return nil, err
	}
	if wait <= 0 {
		return s.r.account(ctx, a, name)
	}
	limit, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	changes := a.Watch(limit) // before the look, so that none is missed
	for {
		found, err := s.r.account(ctx, a, name)
		if !signInNeeded(err) {
			return found, err
		}
		select {
		case _, ok := <-changes:
			if !ok {
				changes = nil // a nil channel never receives
			}
		case <-limit.Done():
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

// Token implements [agent.Source].
func (s agentSource) Token(ctx context.Context, of *auth.Account, q agent.Request) (*agent.Handout, error) {
	a, err := s.r.Agent()
	if err != nil {
		return nil, err
	}
	r, said := s.with()
	f := flagsOf(q)
	w := &awaited{r: r, agent: a, name: of.ID, found: of, flags: f}
	t, err := w.try(ctx)
	if f.wait > 0 && signInNeeded(err) {
		t, err = w.wait(ctx, err)
	}
	if err != nil {
		return nil, err
	}
	h := &agent.Handout{Token: t.Token, Proof: t.proof, Warnings: saidLines(said)}
	if f.header || f.target.URL != "" {
		token, kind := t.AccessToken, t.TokenType
		if f.idToken {
			token, kind = t.IDToken, "Bearer"
		}
		for _, line := range headerLines(kind, token, t.proof) {
			h.Header = append(h.Header, providers.NewSecret(line))
		}
	}
	return h, nil
}

func saidLines(said *strings.Builder) []string {
	return strings.FieldsFunc(said.String(), func(c rune) bool { return c == '\n' })
}

func flagsOf(q agent.Request) tokenFlags {
	return tokenFlags{
		minTTL: q.MinTTL, wait: q.Wait, idToken: q.IDToken, header: q.Header, force: q.Force, target: q.Target,
	}
}

// Handed implements [agent.Source].
func (s agentSource) Handed(h *agent.Handout, q agent.Request, to string) {
	f := flagsOf(q)
	f.asJSON = !q.Alone                                // else the answer has the ID token too, as that of --json
	_ = s.r.handed(&freshToken{Token: h.Token}, f, to) // the agent is open already
}

// Problem implements [agent.Source].
func (s agentSource) Problem(err error) *agentclient.Error {
	if errors.Is(err, context.Canceled) {
		err = interrupted()
	}
	p, _ := explain(err)
	text := &strings.Builder{}
	code := Tell(text, err)
	out := &agentclient.Error{
		Code: p.Code, Kind: string(p.Kind), ExitCode: code, Title: clean(p.Title), Detail: cleanLines(p.Detail), Next: cleanLines(p.Next),
		Message: text.String(),
	}
	if out.Kind == "" {
		out.Kind = string(problem.KindFailed)
	}
	if out.Code == "" {
		out.Code = out.Kind
	}
	return out
}

// agentVault is the vault as the agent needs it.
type agentVault struct{ *vault.Vault }

// Locked implements [agent.Vault]. A vault whose state is unknown opens for nobody.
func (v agentVault) Locked(ctx context.Context) bool {
	st, err := v.Status(ctx)
	return err != nil || st.Locked
}
