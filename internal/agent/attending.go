package agent

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/consent"
)

// attending is a window that asks for the agent of another process.
type attending struct {
	http  *http.Client
	home  string
	asker consent.Asker
	open  map[string]*attended
	work  sync.WaitGroup
}

// attended is a question of that agent.
type attended struct {
	left atomic.Bool
	over context.CancelFunc
}

// maxLine bounds a line from the agent in bytes, and maxOpen the questions at once: the
// gate has fewer.
const (
	maxLine = 256 << 10
	maxOpen = 64
)

// Attend has asker answer the questions of the agent at a socket, until ctx or that agent
// ends; home is the folder that both work with. attending is called once it does.
func Attend(ctx context.Context, socket, home string, asker consent.Asker, begun func()) error {
	a := &attending{home: home, asker: asker, open: map[string]*attended{}}
	a.http = &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, ResponseHeaderTimeout: headerTime,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return agentclient.Dial(ctx, socket) },
	}}
	defer a.work.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answer, err := a.post(ctx, "/v1/attend", struct{}{})
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // only read from
	begun()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			return errors.New("the agent's question cannot be read")
		}
		a.hear(ctx, e)
	}
	return lines.Err()
}

// hear takes what the agent says of a question.
func (a *attending) hear(ctx context.Context, e event) {
	q := a.open[e.ID]
	switch {
	case q != nil && e.Over:
		q.over()
		delete(a.open, e.ID)
	case q != nil:
		q.left.Store(e.Left)
	case e.Question != nil && len(a.open) < maxOpen:
		q = &attended{}
		q.left.Store(e.Left)
		var asked context.Context
		asked, q.over = context.WithCancel(ctx)
		a.open[e.ID] = q
		question := *e.Question
		question.Wanted = func() bool { return !q.left.Load() }
		a.work.Go(func() { a.ask(asked, e.ID, question) })
	}
}

// ask asks the person and tells the agent the answer; none means that it cannot be asked
// here.
func (a *attending) ask(ctx context.Context, id string, q consent.Question) {
	answer, err := a.asker.Ask(ctx, q)
	if err != nil {
		answer = ""
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	if told, err := a.post(limit, "/v1/answer", map[string]string{"id": id, "answer": string(answer)}); err == nil {
		_ = told.Body.Close() // nothing more is in it
	}
}

func (a *attending) post(ctx context.Context, path string, in any) (*http.Response, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://claviger"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set(agentclient.HeaderHome, strconv.QuoteToASCII(a.home))
	answer, err := a.http.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		_, _ = io.CopyN(io.Discard, answer.Body, maxLine)
		return nil, errors.Join(fmt.Errorf("the agent does not let this window answer (%d)", answer.StatusCode), answer.Body.Close())
	}
	return answer, nil
}
