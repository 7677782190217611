//go:build linux || windows

package agent

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/consent"
)

// person is one in front of a window.
type person struct {
	asked chan consent.Question
	says  chan consent.Answer
}

func (p person) Ask(ctx context.Context, q consent.Question) (consent.Answer, error) {
	p.asked <- q
	select {
	case a := <-p.says:
		if a == "" {
			return "", errors.New("locked")
		}
		return a, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// window opens one beside an agent.
func window(t *testing.T, socket string) (p person, closes func() error) {
	t.Helper()
	p = person{make(chan consent.Question, 8), make(chan consent.Answer)}
	ctx, cancel := context.WithCancel(t.Context())
	begun, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- Attend(ctx, socket, "/home/mira", p, func() { close(begun) }) }()
	select {
	case <-begun:
	case err := <-ended:
		t.Fatal(err)
	}
	return p, func() error { cancel(); return <-ended }
}

// asks is a program that asks for a token; the channel gets what it was told.
func asks(t *testing.T, path, socket string) <-chan string {
	t.Helper()
	cmd, got := program(t, path, socket, "acme"), make(chan string, 1)
	go func() {
		out, _ := cmd.Output() // what it says tells
		got <- strings.TrimSpace(string(out))
	}()
	return got
}

// An open window asks for an agent that has nobody else to ask.
func TestWindowAsksForTheAgent(t *testing.T) {
	h := &house{}
	socket := serve(t, h, nil)
	hears := func(got <-chan string, when, want string) {
		t.Helper()
		if text := <-got; text != want {
			t.Errorf("%s: %q, want %q", when, text, want)
		}
	}
	other := copied(t, "an other")
	hears(asks(t, other, socket), "without a window", agentclient.CodeNobodyToAsk)

	p, closes := window(t, socket)
	got := asks(t, other, socket)
	q := <-p.asked
	isAbout(t, q.Program, other)
	if q.Account != "k3v9x2m7q1ab" || q.Provider != "Acme" || q.Until.IsZero() || !q.Wanted() {
		t.Errorf("asked about %+v", q)
	}
	p.says <- consent.Once
	hears(got, "allowed", "canary")
	got = asks(t, other, socket)
	<-p.asked
	p.says <- "" // such as one that was locked
	hears(got, "a window that cannot ask", agentclient.CodeNobodyToAsk)
	got = asks(t, other, socket)
	<-p.asked
	p.says <- consent.Deny
	hears(got, "denied", agentclient.CodeDenied)

	// A window that is opened later asks in its place.
	later, closesLater := window(t, socket)
	third := copied(t, "third")
	got = asks(t, third, socket)
	<-later.asked
	if err := closes(); len(p.asked) > 0 {
		t.Errorf("the first was asked too, and ended with %v", err)
	}
	if err := closesLater(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	hears(got, "the window was closed", agentclient.CodeNobodyToAsk)
	if len(h.receivers()) != 1 {
		t.Errorf("handed to %q", h.receivers())
	}
}

// A window is told that nobody waits for an answer any more.
func TestWindowHearsThatTheAskerLeft(t *testing.T) {
	socket := serve(t, &house{}, nil)
	p, closes := window(t, socket)
	cmd := program(t, copied(t, "other"), socket, "acme")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	q := <-p.asked
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	for q.Wanted() {
		time.Sleep(10 * time.Millisecond) // until the agent looks again
	}
	_ = closes()
}

// Only the window of this agent may answer: whoever does can allow themselves everything.
func TestWhoMayAskForTheAgent(t *testing.T) {
	socket := serve(t, &house{}, nil)
	if got := said(t, program(t, copied(t, "other"), socket, "attend")); !strings.Contains(got, "does not let") {
		t.Errorf("another program: %q", got)
	}
	if err := Attend(t.Context(), socket, "/home/jo", &answers{say: consent.Once}, func() { t.Error("it begins") }); err == nil {
		t.Error("a window of another folder")
	}
	body := `{"id": "x", "answer": "once"}`
	if got := raw(t, socket, "POST /v1/answer HTTP/1.1\r\nHost: x\r\nContent-Length: 29\r\n\r\n"+body); !strings.Contains(got, "403") {
		t.Errorf("an answer that names no folder: %q", got)
	}
}
