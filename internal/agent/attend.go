package agent

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/consent"
)

// WindowAsker asks in the open window while there is one, and else another way. It is an
// [consent.Asker].
type WindowAsker struct {
	other consent.Asker // nil if there is none

	mu     sync.Mutex
	window *openWindow // nil if none is open
}

// NewWindowAsker returns one. Without a window, other asks; a nil one means that nobody is
// there.
func NewWindowAsker(other consent.Asker) *WindowAsker { return &WindowAsker{other: other} }

// Ask implements [consent.Asker]. A window that closes, or is locked, leaves the question
// to the other way.
func (a *WindowAsker) Ask(ctx context.Context, q consent.Question) (consent.Answer, error) {
	a.mu.Lock()
	w := a.window
	a.mu.Unlock()
	if w != nil {
		if answer, err := w.ask(ctx, q); err != nil || answer != "" {
			return answer, err
		}
	}
	if a.other == nil {
		return "", consent.ErrNobody
	}
	return a.other.Ask(ctx, q)
}

// enter makes a window the one that asks, in place of an earlier one.
func (a *WindowAsker) enter(w *openWindow) (leave func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.window != nil {
		a.window.end()
	}
	a.window = w
	return func() {
		w.end()
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.window == w {
			a.window = nil
		}
	}
}

// reply gives the window's answer to a question, and reports whether it is still open.
func (a *WindowAsker) reply(id string, answer consent.Answer) bool {
	a.mu.Lock()
	w := a.window
	a.mu.Unlock()
	return w != nil && w.reply(id, answer)
}

// openWindow is a window of another process that hears questions.
type openWindow struct {
	ended chan struct{}
	end   func()
	// news has a value if there is something to tell.
	news chan struct{}

	mu    sync.Mutex
	asked map[string]*openQuestion
	told  map[string]event // what the window knows of each
}

type openQuestion struct {
	consent.Question
	answer chan consent.Answer
}

// event is a line to the window. A question is open until it is over.
type event struct {
	ID       string            `json:"id"`
	Question *consent.Question `json:"question,omitempty"`
	// Left means that no program waits for the answer now.
	Left bool `json:"left,omitempty"`
	Over bool `json:"over,omitempty"`
}

func newOpenWindow() *openWindow {
	ended := make(chan struct{})
	return &openWindow{
		ended: ended, end: sync.OnceFunc(func() { close(ended) }), news: make(chan struct{}, 1),
		asked: map[string]*openQuestion{}, told: map[string]event{},
	}
}

// ask has the window ask; no answer and no error mean that it cannot.
func (w *openWindow) ask(ctx context.Context, q consent.Question) (consent.Answer, error) {
	id, asked := rand.Text(), &openQuestion{q, make(chan consent.Answer, 1)}
	w.change(func() { w.asked[id] = asked })
	defer w.change(func() { delete(w.asked, id) })
	select {
	case answer := <-asked.answer:
		return answer, nil
	case <-w.ended:
		return "", nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (w *openWindow) change(f func()) {
	w.mu.Lock()
	f()
	w.mu.Unlock()
	select {
	case w.news <- struct{}{}:
	default:
	}
}

func (w *openWindow) reply(id string, answer consent.Answer) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.asked[id]
	if q == nil {
		return false
	}
	select {
	case q.answer <- answer:
	default: // it has one
	}
	return true
}

// untold is what the window does not know yet.
func (w *openWindow) untold() []event {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []event
	for id := range w.told {
		if w.asked[id] == nil {
			list = append(list, event{ID: id, Over: true})
			delete(w.told, id)
		}
	}
	for id, q := range w.asked {
		last, known := w.told[id]
		now := event{ID: id, Left: q.Wanted != nil && !q.Wanted()}
		if known && now == last {
			continue
		}
		w.told[id] = now
		if !known {
			now.Question = &q.Question
		}
		list = append(list, now)
	}
	return list
}

// lookAgain is how often it is looked whether programs still wait.
const lookAgain = time.Second

// attend tells the questions of this agent to the window, one JSON object a line, until
// either ends.
func (s *Server) attend(w http.ResponseWriter, r *http.Request) {
	if !s.fromWindow(r) {
		s.fail(w, otherProgram())
		return
	}
	if err := read(w, r, &struct{}{}); err != nil {
		s.fail(w, err)
		return
	}
	window := newOpenWindow()
	defer s.o.WindowAsker.enter(window)()
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	control, lines := http.NewResponseController(w), json.NewEncoder(w)
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	for {
		err := control.SetWriteDeadline(time.Now().Add(answerTime))
		for _, e := range window.untold() {
			if err == nil {
				err = lines.Encode(e)
			}
		}
		if err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-window.ended:
			return
		case <-window.news:
		case <-look.C:
		}
	}
}

// answer takes what the person said in the window.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	if !s.fromWindow(r) {
		s.fail(w, otherProgram())
		return
	}
	var in struct {
		ID     string         `json:"id"`
		Answer consent.Answer `json:"answer"`
	}
	if err := read(w, r, &in); err != nil {
		s.fail(w, err)
		return
	}
	write(w, http.StatusOK, map[string]bool{"open": s.o.WindowAsker.reply(in.ID, in.Answer)})
}

// fromWindow reports whether a request is the window's own: it runs the agent's very
// file, and works with its folder. Whoever answers can allow themselves everything.
func (s *Server) fromWindow(r *http.Request) bool {
	return s.o.WindowAsker != nil && s.o.Self.SameFile(asker(r)) && r.Header.Get(agentclient.HeaderHome) == strconv.QuoteToASCII(s.o.Home)
}
