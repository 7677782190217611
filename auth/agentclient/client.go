package agentclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	// patience is how long an agent may be silent: one that works, or waits for a
	// person, says so several times in it. One that is known to run, on a busy
	// computer, may be silent for so many times as long.
	patience     = time.Second
	busyPatience = 10
	// maxAnswer bounds an answer, in bytes: a list of many accounts.
	maxAnswer = 64 << 20
	// HeaderProgress asks for signs of life (102, RFC 2518 §10.1) while the answer is
	// not ready. Clients that cannot take those do not send it.
	HeaderProgress = "Claviger-Progress"
	// HeaderHome names the folder of an asker that is a claviger command, quoted
	// as in Go: see [Client.Home].
	HeaderHome = "Claviger-Home"
)

// Client asks the agent behind a socket. It is safe for concurrent use. The zero value
// asks at [DefaultSocket].
type Client struct {
	// Socket is the path of the socket; "" is [DefaultSocket].
	Socket string
	// Home is for the claviger command, whose own way to the vault is as good: it is the
	// folder that the command works with. The agent refuses a command with
	// [CodeOtherProgram], and asks nobody, if it serves another folder or is another
	// program.
	Home string

	// listener, if set, says whether the process that made the socket may hear what is
	// sent.
	listener func(pid int) bool
}

// New returns a client of the agent at a socket; "" is [DefaultSocket].
func New(socket string) *Client { return &Client{Socket: socket} }

// Status asks for the agent's state.
func (c *Client) Status(ctx context.Context) (*Status, error) {
	var s Status
	if err := c.ask(ctx, "GET", "/v1/status", nil, &s); err != nil {
		return nil, err
	}
	return &s, nil
}

// Accounts lists the accounts, as last seen.
func (c *Client) Accounts(ctx context.Context) (*AccountList, error) {
	var list AccountList
	if err := c.ask(ctx, "GET", "/v1/accounts", nil, &list); err != nil {
		return nil, err
	}
	return &list, nil
}

// Account finds one by any name that [TokenRequest] takes.
func (c *Client) Account(ctx context.Context, name string) (*Account, error) {
	var found struct {
		Account *Account `json:"account"`
	}
	if err := c.ask(ctx, "POST", "/v1/account", map[string]string{"account": name}, &found); err != nil {
		return nil, err
	}
	if found.Account == nil {
		return nil, fmt.Errorf("%w: its answer cannot be read", ErrNoAgent)
	}
	return found.Account, nil
}

// Token gets a token that is valid for a while, refreshed if needed. Errors are an
// [*Error], wrap [ErrNoAgent], or are that of ctx.
func (c *Client) Token(ctx context.Context, r TokenRequest) (*Token, error) {
	var t Token
	if err := c.ask(ctx, "POST", "/v1/token", r.onWire(), &t); err != nil {
		return nil, err
	}
	if !t.sound() {
		return nil, fmt.Errorf("%w: its answer is not a token that can be used", ErrNoAgent)
	}
	return &t, nil
}

// Lock locks the vault, for every program.
func (c *Client) Lock(ctx context.Context) error {
	return c.ask(ctx, "POST", "/v1/lock", struct{}{}, nil)
}

// Unlock gives the agent the vault's passphrase. Only the claviger command may. It is
// not sent unless listener says yes to the process that made the socket: its id, or 0 if
// the system does not tell it. Any program of this user could have put its own socket in
// the agent's place.
func (c *Client) Unlock(ctx context.Context, passphrase string, listener func(pid int) bool) error {
	careful := *c
	careful.listener = listener
	return careful.ask(ctx, "POST", "/v1/unlock", map[string]string{"passphrase": passphrase}, nil)
}

// maxExit is the highest exit code of the claviger command (docs/cli.md).
const maxExit = 6

// ask makes one request on a connection of its own.
func (c *Client) ask(ctx context.Context, method, path string, in, out any) error {
	q := question{method: method, path: path}
	if c.Home != "" {
		q.home = strconv.QuoteToASCII(c.Home)
	}
	if in != nil {
		var err error
		if q.body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	heard, cancel := context.WithCancel(ctx)
	defer cancel()
	at := &atAgent{client: c}
	silent := at.watch(cancel)
	defer silent.Stop()
	status, data, err := at.exchange(heard, q, func() {
		at.silences.Store(0)
		silent.Reset(patience)
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoAgent, err)
	}
	return read(status, data, out)
}

// read takes an answer apart. What is not of this protocol is not the agent's.
func read(status int, data []byte, out any) error {
	if status == statusOK {
		if out == nil {
			return nil
		}
		if json.Unmarshal(data, out) != nil {
			// The cause could quote the answer, so it is left out.
			return fmt.Errorf("%w: its answer cannot be read", ErrNoAgent)
		}
		return nil
	}
	var failed struct {
		Error *Error `json:"error"`
	}
	if json.Unmarshal(data, &failed) != nil || failed.Error == nil || failed.Error.Code == "" {
		return fmt.Errorf("%w: its answer (%d) cannot be read", ErrNoAgent, status)
	}
	if failed.Error.ExitCode < 1 || failed.Error.ExitCode > maxExit {
		failed.Error.ExitCode = 1 // an error is no success, whatever the agent says
	}
	return failed.Error
}

// atAgent is one connection to an agent.
type atAgent struct {
	client *Client
	pid    atomic.Int64 // who listens at the socket, 0 if unknown
	// silences is how often it was silent for [patience] since it was heard last.
	silences atomic.Int32
}

// watch calls gone if the agent is silent for too long.
func (a *atAgent) watch(gone func()) *time.Timer {
	var t *time.Timer
	ready := make(chan struct{})
	t = time.AfterFunc(patience, func() {
		<-ready
		if a.silences.Add(1) < busyPatience && runs(int(a.pid.Load())) {
			t.Reset(patience)
			return
		}
		gone()
	})
	close(ready)
	return t
}

// exchange connects and exchanges a request for its answer, unless ctx ends first.
func (a *atAgent) exchange(ctx context.Context, q question, heard func()) (status int, body []byte, err error) {
	conn, err := a.dial(ctx, heard)
	if err != nil {
		return 0, nil, err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends reading and writing
	defer func() { _ = conn.Close() }()                         // all was read
	return exchange(conn, q, heard)
}

// Dial connects to the socket of an agent, if it is this user's or the superuser's.
func Dial(ctx context.Context, socket string) (net.Conn, error) {
	conn, _, err := connect(ctx, socket, func() {})
	return conn, err
}

// dial connects to the socket, if it is this user's or the superuser's: another user
// could give tokens that lead somewhere else.
func (a *atAgent) dial(ctx context.Context, busy func()) (net.Conn, error) {
	path := a.client.Socket
	if path == "" {
		path = DefaultSocket()
	}
	if path == "" {
		return nil, errors.New("no folder for a socket")
	}
	conn, pid, err := connect(ctx, path, busy)
	if err != nil {
		return nil, err
	}
	if a.client.listener != nil && !a.client.listener(pid) {
		return nil, errors.Join(errors.New("another program listens at the socket"), conn.Close())
	}
	a.pid.Store(int64(pid))
	return conn, nil
}
