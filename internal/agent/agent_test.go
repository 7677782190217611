//go:build linux || windows

package agent

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/peer"
	"github.com/claviger/claviger/providers"
)

// asAsker is set in a process that asks the agent at the socket it names for a token.
const asAsker = "CLAVIGER_TEST_AGENT_ASKER"

func TestMain(m *testing.M) {
	if socket := os.Getenv(asAsker); socket != "" {
		os.Exit(ask(socket))
	}
	os.Exit(m.Run())
}

// ask is a program that asks; its arguments say how.
func ask(socket string) int {
	switch how := os.Args[1]; how {
	case "accounts":
		_, err := agentclient.New(socket).Accounts(context.Background())
		return told(err)
	case "turn":
		return turn(socket)
	case "attend":
		err := Attend(context.Background(), socket, "/home/mira", &answers{say: consent.Once}, func() {})
		return told(err)
	default:
		t, err := (&agentclient.Client{Socket: socket, Home: os.Getenv("HOME")}).Token(context.Background(), agentclient.TokenRequest{Account: how, Alone: true, IDToken: len(os.Args) > 2})
		if err == nil {
			fmt.Println(strings.TrimSpace(t.AccessToken.Reveal() + " " + t.IDToken.Reveal()))
		}
		return told(err)
	}
}

func told(err error) int {
	if err == nil {
		return 0
	}
	var e *agentclient.Error
	if errors.As(err, &e) {
		fmt.Println(e.Code)
		return 1
	}
	fmt.Println(err)
	return 2
}

// house is what an agent serves here: one account, and a vault that is open.
type house struct {
	mu     sync.Mutex
	handed []string
	// before, if set, runs before a token is given.
	before func()
	locked bool
	// record is that of rules and grants.
	record []byte
	// damage is the error beside the accounts.
	damage error
}

func (h *house) Accounts(context.Context) ([]*auth.Account, []string, error) {
	return []*auth.Account{{ID: "k3v9x2m7q1ab", Provider: "acme", ProviderName: "Acme", State: auth.StateActive}}, []string{"a sign-out waits"}, h.damage
}

func (h *house) Account(context.Context, string, time.Duration) (*auth.Account, error) {
	list, _, _ := h.Accounts(context.Background())
	return list[0], nil
}

func (h *house) Token(context.Context, *auth.Account, Request) (*Handout, error) {
	if h.before != nil {
		h.before()
	}
	return &Handout{Token: &auth.Token{AccessToken: providers.NewSecret("canary"), IDToken: providers.NewSecret("identity"), TokenType: "Bearer", AccountID: "k3v9x2m7q1ab"}}, nil
}

func (h *house) Handed(_ *Handout, _ Request, to string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.handed = append(h.handed, to)
}

// receivers are who got a token.
func (h *house) receivers() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.handed)
}

func (h *house) Problem(err error) *agentclient.Error {
	return &agentclient.Error{Code: "failed", Kind: "failed", ExitCode: 1, Title: err.Error()}
}

func (h *house) Locked(context.Context) bool               { return h.locked }
func (h *house) Lock(context.Context) error                { h.locked = true; return nil }
func (h *house) Unlock(context.Context, string) error      { h.locked = false; return nil }
func (h *house) Used()                                     {}
func (h *house) Put(context.Context, string, []byte) error { return nil }
func (h *house) Get(context.Context, string) ([]byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.record == nil {
		return nil, os.ErrNotExist
	}
	return h.record, nil
}

func (h *house) LockRecord(context.Context, string) (func(), error) {
	return func() {}, nil
}

// answers is a person who says the same to everything.
type answers struct {
	mu    sync.Mutex
	say   consent.Answer
	asked consent.Question
}

func (a *answers) Ask(_ context.Context, q consent.Question) (consent.Answer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = q
	return a.say, nil
}

func (a *answers) says(answer consent.Answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.say = answer
}

// last is what was asked last.
func (a *answers) last() consent.Question {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

// serve starts an agent and returns its socket.
func serve(t *testing.T, h *house, a consent.Asker) string {
	t.Helper()
	path := placeOf(t)
	s, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	self, err := peer.Self()
	if err != nil {
		t.Fatal(err)
	}
	window := NewWindowAsker(a)
	server := New(Options{
		Source: h, Vault: h, Gate: consent.NewGate(consent.Book{Store: h, Now: time.Now}, window),
		Self: self, Home: "/home/mira", Version: "test", WindowAsker: window,
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, s) }()
	settle(t, path)
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return path
}

// program is one that asks: this test's own file, or a copy of it.
func program(t *testing.T, path, socket string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = []string{asAsker + "=" + socket}
	cmd.Stderr = os.Stderr
	return cmd
}

func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// copied is another program: the same, in another file.
func copied(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(self(t))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "agent")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // a virus scanner, or wine, may still hold it
	path := filepath.Join(dir, name+exe)
	if err := os.WriteFile(path, append(data, name...), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func said(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// A list is given as far as there is one, with what is missing and what to know.
func TestAccountsOfTheAgent(t *testing.T) {
	h := &house{damage: errors.New("an account cannot be read")}
	c := agentclient.New(serve(t, h, nil))
	list, err := c.Accounts(t.Context())
	if err != nil || len(list.Accounts) != 1 || list.Accounts[0].ID != "k3v9x2m7q1ab" || len(list.Warnings) != 1 ||
		list.Incomplete == nil || list.Incomplete.Title != "an account cannot be read" {
		t.Errorf("%+v, %v", list, err)
	}
	a, err := c.Account(t.Context(), "acme")
	if err != nil || a.Provider != "acme" || len(a.Raw) == 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

// The agent's own program is let in, another is asked about, and who that is comes from
// the kernel.
func TestWhoMayHaveATokenIsAsked(t *testing.T) {
	h, a := &house{}, &answers{say: consent.Deny}
	socket := serve(t, h, a)
	gets := func(path, want string) {
		t.Helper()
		if got := said(t, program(t, path, socket, "acme")); got != want {
			t.Errorf("%s got %q", filepath.Base(path), got)
		}
	}
	gets(self(t), "canary")
	other := copied(t, "an other")
	gets(other, agentclient.CodeDenied)
	q := a.last()
	if q.Command || q.Account != "k3v9x2m7q1ab" || q.Provider != "Acme" || q.Form != "token" || q.IDToken {
		t.Errorf("the question %+v", q)
	}
	isAbout(t, q.Program, other)
	a.says(consent.Once)
	gets(copied(t, "third"), "canary")
	if len(h.receivers()) != 2 || h.receivers()[1] != "third"+exe {
		t.Errorf("handed to %q", h.receivers())
	}
}

// A program gets the ID token if it asks for it, and the question says so. Claviger's own
// commands print what they asked for.
func TestIDTokenIsAskedFor(t *testing.T) {
	a := &answers{say: consent.Once}
	socket := serve(t, &house{}, a)
	other := copied(t, "other")
	if got := said(t, program(t, other, socket, "acme")); got != "canary" || a.last().IDToken {
		t.Errorf("%q, after %+v", got, a.last())
	}
	if got := said(t, program(t, other, socket, "acme", "id")); got != "canary identity" || !a.last().IDToken || a.last().Form != consent.BothTokens {
		t.Errorf("%q, after %+v", got, a.last())
	}
	for _, test := range []struct {
		q    wish
		own  bool
		form string
		id   bool
	}{
		{wish{}, false, "token", false},
		{wish{Form: "header"}, false, "header", false},
		{wish{}, true, "token", true}, // --json
		{wish{Form: "token"}, true, "token", false},
		{wish{Form: "token", IDToken: true}, true, "ID token", true},
	} {
		if got := test.q.form(test.own); got != test.form || (test.q.IDToken || !test.q.alone(test.own)) != test.id {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

// What says of a path that it is one of a container is read where the person is warned.
func TestPathOfAContainer(t *testing.T) {
	s := &Server{hashes: newHashes()}
	here, there := s.program(peer.Process{Executable: "/usr/bin/curl"}), s.program(peer.Process{Executable: peer.Elsewhere + "/usr/bin/curl"})
	if here.Elsewhere() || !there.Elsewhere() {
		t.Errorf("%+v, %+v", here, there)
	}
}

// A token can take a sign-in, and so hours. Who may have it then counts.
func TestForbiddenWhileItWaits(t *testing.T) {
	h := &house{}
	h.before = func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.record = []byte(`{"rules": {"k3v9x2m7q1ab": {"rule": "never"}}}`)
	}
	socket := serve(t, h, &answers{say: consent.Once})
	if got := said(t, program(t, copied(t, "other"), socket, "acme")); got != agentclient.CodeDenied || len(h.receivers()) != 0 {
		t.Errorf("%q, handed to %q", got, h.receivers())
	}
}

// isAbout wants a question to be about a copy of this test. The command line is unknown
// where the system does not tell it.
func isAbout(t *testing.T, p consent.Program, path string) {
	t.Helper()
	name := filepath.Base(path)
	if p.Path != path || p.Hash == "" || p.Title != name || p.Forwarded || len(p.Parents) == 0 {
		t.Errorf("about %+v", p)
	}
	if (p.CommandLine != "" || exe == "") && !strings.Contains(p.CommandLine, name+"' acme") {
		t.Errorf("the command line %q", p.CommandLine)
	}
}

// A program cannot say that it is a command, and a command of another home gets nothing.
func TestCommandsOfOthers(t *testing.T) {
	a := &answers{say: consent.Forever}
	socket := serve(t, &house{}, a)
	for name, home := range map[string]string{"own": "/home/mira", "another home": "/home/jo"} {
		for _, path := range []string{self(t), copied(t, "other")} {
			cmd := program(t, path, socket, "acme")
			cmd.Env = append(cmd.Env, "HOME="+home)
			want := agentclient.CodeOtherProgram
			if name == "own" && path == self(t) {
				want = "canary"
			}
			if got := said(t, cmd); got != want {
				t.Errorf("%s, %s: %q, want %q", name, filepath.Base(path), got, want)
			}
		}
	}
	if a.last().Account != "" {
		t.Errorf("asked about %+v", a.last())
	}
}

func TestForwardedAskers(t *testing.T) {
	h, a := &house{}, &answers{say: consent.Forever}
	socket := serve(t, h, a)
	ssh := copied(t, "ssh")
	if got := said(t, program(t, ssh, socket, "accounts")); got != agentclient.CodeDenied {
		t.Errorf("the accounts: %q", got)
	}
	if got := said(t, program(t, ssh, socket, "acme")); got != agentclient.CodeDenied || !a.last().Program.Forwarded {
		t.Errorf("for ever: %q, %+v", got, a.last())
	}
}

// raw sends bytes and returns the first line of what comes back.
func raw(t *testing.T, socket, text string) string {
	t.Helper()
	c, err := dial(t.Context(), socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_, _ = io.WriteString(c, text) // it may be cut off
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line)
}

func TestBadRequests(t *testing.T) {
	h := &house{}
	socket := serve(t, h, nil)
	post := func(body string) string {
		return fmt.Sprintf("POST /v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	for name, c := range map[string]struct{ text, want string }{
		"half a request":           {"POST /v1/token HTTP/1.1\r\nHost:", ""},
		"half a body":              {"POST /v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{", "400"},
		"headers without end":      {"GET /v1/status HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: b\r\n", 100_000), "431"},
		"100 MB":                   {post(`{"account":"` + strings.Repeat("a", 100<<20) + `"}`), "413"},
		"unknown field":            {post(`{"acount":"work"}`), "400"},
		"two objects":              {post(`{}{}`), "400"},
		"not JSON":                 {post(`account=work`), "400"},
		"bad time":                 {post(`{"min_ttl":"soon"}`), "400"},
		"negative time":            {post(`{"wait":"-1s"}`), "400"},
		"endless time":             {post(`{"wait":"9000h"}`), "400"},
		"bad form":                 {post(`{"form":"tattoo"}`), "400"},
		"request without a URL":    {post(`{"request":{}}`), "400"},
		"another method":           {"GET /v1/token HTTP/1.1\r\nHost: x\r\n\r\n", "404"},
		"another address":          {"GET /v2/status HTTP/1.1\r\nHost: x\r\n\r\n", "404"},
		"another kind of body":     {"POST /v1/token HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 0\r\n\r\n", "415"},
		"no HTTP at all":           {"token please\r\n\r\n", "400"},
		"unlock by whom it is not": {"POST /v1/unlock HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n{", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := raw(t, socket, c.text)
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	if len(h.receivers()) > 0 {
		t.Errorf("handed to %q", h.receivers())
	}
}

func TestThousandClients(t *testing.T) {
	socket := serve(t, &house{}, nil)
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dial(ctx, socket)
			}}}
			r, err := c.Post("http://claviger/v1/token", "application/json", strings.NewReader(`{}`))
			for range 4 {
				if !errors.Is(err, io.EOF) {
					break
				}
				// Who is too slow to ask at a full door is let go, and comes again.
				r, err = c.Post("http://claviger/v1/token", "application/json", strings.NewReader(`{}`))
			}
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = r.Body.Close() }()
			if body, err := io.ReadAll(r.Body); err != nil || r.StatusCode != http.StatusOK || !strings.Contains(string(body), "canary") {
				t.Errorf("%d, %v", r.StatusCode, err)
			}
		})
	}
	all.Wait()
}
