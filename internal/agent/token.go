package agent

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/peer"
	"github.com/claviger/claviger/providers"
)

// wish is a request for a token on the wire.
type wish struct {
	Account string               `json:"account"`
	MinTTL  string               `json:"min_ttl"`
	Wait    string               `json:"wait"`
	Force   bool                 `json:"force"`
	IDToken bool                 `json:"id_token"`
	Form    string               `json:"form"`
	Request *agentclient.Request `json:"request"`
	Program string               `json:"program"`
}

// maxWait bounds how long a request waits for a sign-in.
const maxWait = 24 * time.Hour

// request checks a wish.
func (q wish) request() (Request, error) {
	out := Request{Force: q.Force, IDToken: q.IDToken, Header: q.Form == "header"}
	for _, d := range []struct {
		name, text string
		into       *time.Duration
	}{{"min_ttl", q.MinTTL, &out.MinTTL}, {"wait", q.Wait, &out.Wait}} {
		if d.text == "" {
			continue
		}
		v, err := time.ParseDuration(d.text)
		if err != nil || v < 0 || v > maxWait {
			return out, &wishError{http.StatusBadRequest, d.name + ` must be a time such as "10m"`}
		}
		*d.into = v
	}
	if q.Form != "" && q.Form != "token" && q.Form != "header" {
		return out, &wishError{http.StatusBadRequest, `form must be "token" or "header"`}
	}
	if q.Request != nil {
		out.Target = auth.ProofRequest{URL: q.Request.URL, Method: q.Request.Method, Nonce: q.Request.Nonce}
		if out.Target.Method == "" {
			out.Target.Method = http.MethodGet
		}
		if out.Target.URL == "" || q.IDToken {
			return out, &wishError{http.StatusBadRequest, "request must have a url, and goes with no ID token"}
		}
	}
	return out, nil
}

// alone reports whether who asks gets nothing but the token that it asked for. Of
// claviger's commands, one that prints the answer itself has both.
func (q wish) alone(own bool) bool {
	if own {
		return q.Form != ""
	}
	return !q.IDToken
}

// form is what the program gets, for the question.
func (q wish) form(own bool) string {
	switch {
	case !own && q.IDToken:
		return consent.BothTokens
	case q.IDToken:
		return "ID token"
	case q.Form == "header", q.Request != nil:
		return "header"
	}
	return "token"
}

// tokenAnswer is the token object of docs/json.md, and what goes with it. It holds the
// real tokens: that is what it is for.
type tokenAnswer struct {
	AccessToken string     `json:"access_token"`
	TokenType   string     `json:"token_type"`
	ExpiresAt   *time.Time `json:"expires_at"`
	IssuedAt    *time.Time `json:"issued_at"`
	Scopes      []string   `json:"scopes"`
	Account     string     `json:"account"`
	IDToken     string     `json:"id_token,omitempty"`
	Proof       string     `json:"dpop,omitempty"`
	Header      []string   `json:"header,omitempty"`
	Warnings    []string   `json:"warnings,omitempty"`
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	var q wish
	if err := read(w, r, &q); err != nil {
		s.fail(w, err)
		return
	}
	stop := lively(w, r)
	h, err := s.handOut(r.Context(), asker(r), r.Header.Get(agentclient.HeaderHome), q)
	stop()
	if err != nil {
		s.fail(w, err)
		return
	}
	out := tokenAnswer{
		AccessToken: h.AccessToken.Reveal(), TokenType: h.TokenType, ExpiresAt: moment(h.ExpiresAt), IssuedAt: moment(h.IssuedAt),
		Scopes: append([]string{}, h.Scopes...), Account: h.AccountID, IDToken: h.IDToken.Reveal(), Proof: h.Proof.Reveal(),
		Warnings: h.Warnings,
	}
	for _, line := range h.Header {
		out.Header = append(out.Header, line.Reveal())
	}
	write(w, http.StatusOK, out)
}

// handOut gets a token for a process that may have it.
func (s *Server) handOut(ctx context.Context, who peer.Process, home string, q wish) (*Handout, error) {
	req, err := q.request()
	if err != nil {
		return nil, err
	}
	own := s.ours(who)
	req.Alone = q.alone(own)
	if home != "" && (!own || home != strconv.QuoteToASCII(s.o.Home)) {
		return nil, otherProgram()
	}
	s.o.Vault.Used()
	a, err := s.o.Source.Account(ctx, q.Account, req.Wait)
	if err != nil {
		return nil, err
	}
	question := s.question(who, own, a, q)
	once, err := s.o.Gate.Allow(ctx, question)
	if err != nil {
		return nil, notAllowed(err, a)
	}
	// From here on it is this account, whoever else signs in meanwhile.
	h, err := s.o.Source.Token(ctx, a, req)
	if err != nil {
		return nil, err
	}
	if err := s.o.Gate.Still(ctx, question, once); err != nil {
		return nil, notAllowed(err, a)
	}
	if who.Same() != nil {
		return nil, askerGone()
	}
	s.o.Source.Handed(h, req, receiver(who, own, q.Program))
	if req.Alone && !req.IDToken {
		less := *h.Token // which others may have too
		less.IDToken, h.Token = providers.Secret{}, &less
	}
	return h, nil
}

// ours reports whether a process is a claviger command: it runs the agent's own file, or
// the small program beside it. Whoever can put that there can replace the agent's.
func (s *Server) ours(who peer.Process) bool {
	if s.o.Self.SameFile(who) {
		return true
	}
	path := filepath.Join(filepath.Dir(s.o.Self.Executable), agentclient.SmallProgram)
	info, err := os.Stat(path)
	return err == nil && s.o.Self.Executable != "" && who.Runs(info) && owner.Check(path, info) == nil
}

// receiver is who gets the token, for the history: the program that asked and, of
// claviger's own commands, the one that they say they start, or else their parent.
func receiver(who peer.Process, own bool, program string) string {
	switch {
	case own && program != "":
		return filepath.Base(program)
	case own:
		return peer.Caller(who.Parent)
	}
	return peer.Caller(who.PID)
}

// question is about the program that started a claviger command in its place.
func (s *Server) question(who peer.Process, own bool, a *auth.Account, q wish) consent.Question {
	about := who
	if own {
		about, _ = who.Starter() // unknown if it is gone
	}
	return consent.Question{
		Program:  consent.Program{Forwarded: forwards(about)},
		Describe: sync.OnceValue(func() consent.Program { return s.program(about) }), Command: own,
		Account: a.ID, AccountName: a.User.Login, Provider: a.ProviderName,
		Scopes: slices.Clone(a.Scopes), Form: q.form(own), IDToken: q.IDToken || !q.alone(own),
	}
}

// notAllowed puts into words what the gate has against a program.
func notAllowed(err error, a *auth.Account) error {
	switch {
	case errors.Is(err, consent.ErrDenied):
		return refused(agentclient.CodeDenied, "You did not allow this program to have a token",
			"See the account's rule and the grants: claviger agent grants")
	case errors.Is(err, consent.ErrUnanswered):
		return refused(agentclient.CodeUnanswered, "Nobody allowed this program to have a token",
			"Answer the agent's question within "+consent.Patience.String()+".")
	case errors.Is(err, consent.ErrNobody):
		return refused(agentclient.CodeNobodyToAsk, "The agent has nobody to ask whether this program may have a token",
			"Allow it beforehand: claviger agent allow "+a.ID+" PROGRAM")
	case errors.Is(err, consent.ErrCrowd):
		return refused(agentclient.CodeCrowd, "Too many programs wait for your answer", "Answer the questions of the agent, then try again.")
	}
	return err
}

// program describes a process for the question.
func (s *Server) program(p peer.Process) consent.Program {
	out := consent.Program{
		Path: p.Executable, Title: p.Title(), CommandLine: p.CommandLine(), Dir: p.Dir, Terminal: p.Terminal,
		Forwarded: forwards(p),
	}
	out.Hash, _ = s.hashes.of(p) // unknown if it cannot be read
	for _, parent := range p.Parents() {
		out.Parents = append(out.Parents, parent.Title())
	}
	return out
}

// forwards reports whether a program is known to carry the wishes of others, from
// another computer.
func forwards(p peer.Process) bool {
	return slices.ContainsFunc([]string{p.Title(), p.Name}, func(name string) bool {
		if program, ok := strings.CutSuffix(strings.ToLower(name), ".exe"); ok {
			name = program // on Windows
		}
		return slices.Contains([]string{"ssh", "sshd", "sshd-session", "dropbear", "dbclient", "socat", "npiperelay"}, name)
	})
}

func refused(code, title, next string) *agentclient.Error {
	return &agentclient.Error{Code: code, Kind: "refused", ExitCode: 6, Title: title, Next: next}
}

func otherProgram() *agentclient.Error {
	return refused(agentclient.CodeOtherProgram, "This is not the agent's own program", "Restart the agent if Claviger was updated.")
}

func askerGone() *agentclient.Error {
	return refused(agentclient.CodeAskerGone, "The program that asked is not the same any more", "")
}

// moment is t for JSON: in UTC, to the second, null if unknown.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}
