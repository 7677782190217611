package agent

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/claviger/claviger/auth/agentclient"
)

// wishError is a request that is not understood.
type wishError struct {
	status int
	text   string
}

func (e *wishError) Error() string { return e.text }

// read reads a request's body into v: one JSON object, without fields that are unknown,
// since a misspelt "account" would mean another one.
func read(w http.ResponseWriter, r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); r.Header.Get("Content-Type") != "" &&
		(err != nil || kind != "application/json" && kind != "application/x-www-form-urlencoded") { // curl -d says the latter
		return &wishError{http.StatusUnsupportedMediaType, "the body must be JSON"}
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		_, err = d.Token()
		if errors.Is(err, io.EOF) {
			came(r)
			// The time limit of the request's reading is not one of the answer's making.
			return http.NewResponseController(w).SetReadDeadline(time.Time{})
		}
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return &wishError{http.StatusRequestEntityTooLarge, "the body is too large"}
	}
	// The cause could quote the body, so it is left out.
	return &wishError{http.StatusBadRequest, "the body must be one JSON object with the fields that docs/agent-protocol.md names"}
}

// status codes of the kinds of problems.
func statusOf(kind string) int {
	switch kind {
	case "usage":
		return http.StatusBadRequest
	case "needs_sign_in":
		return http.StatusConflict
	case "offline":
		return http.StatusServiceUnavailable
	case "locked":
		return http.StatusLocked
	case "refused":
		return http.StatusForbidden
	}
	return http.StatusInternalServerError
}

// write writes an answer.
func write(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	c := http.NewResponseController(w)
	_ = c.SetWriteDeadline(time.Now().Add(answerTime)) // every connection has one
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // whoever asked has left
}

// fail answers with an error.
func (s *Server) fail(w http.ResponseWriter, err error) {
	if wrong, ok := errors.AsType[*wishError](err); ok {
		write(w, wrong.status, failure(&agentclient.Error{
			Code: agentclient.CodeBadRequest, Kind: "usage", ExitCode: 2, Title: "The agent does not understand the request", Detail: wrong.text,
		}))
		return
	}
	p, ok := errors.AsType[*agentclient.Error](err)
	if !ok {
		p = s.o.Source.Problem(err)
	}
	write(w, statusOf(p.Kind), failure(p))
}

func failure(p *agentclient.Error) any {
	if p.Message == "" {
		p.Message = "claviger: " + p.Title + "\n"
		for _, line := range []string{p.Detail, p.Next} {
			if line != "" {
				p.Message += "  " + line + "\n"
			}
		}
	}
	return map[string]any{"error": p}
}

func (s *Server) unknown(w http.ResponseWriter, _ *http.Request) {
	s.fail(w, &wishError{http.StatusNotFound, "there is nothing at this address, or not with this method"})
}

// firstSign is after how long a client hears that its answer takes longer.
const firstSign = 50 * time.Millisecond

// signs is how often a client that asked for it hears that its answer is on the way.
const signs = 250 * time.Millisecond

// lively sends signs of life (102, RFC 2518 §10.1) until the returned function is
// called, to a client that asked for them.
func lively(w http.ResponseWriter, r *http.Request) (stop func()) {
	if r.Header.Get(agentclient.HeaderProgress) == "" {
		return func() {}
	}
	control := http.NewResponseController(w)
	done, ended := make(chan struct{}), make(chan struct{})
	// Nearly every answer is there before the first sign, and no goroutine was started.
	first := time.AfterFunc(firstSign, func() {
		defer close(ended)
		t := time.NewTicker(signs)
		defer t.Stop()
		for {
			if control.SetWriteDeadline(time.Now().Add(answerTime)) == nil {
				w.WriteHeader(http.StatusProcessing)
			}
			select {
			case <-done:
				return
			case <-r.Context().Done():
				return
			case <-t.C:
			}
		}
	})
	return func() {
		close(done)
		if !first.Stop() {
			<-ended
		}
	}
}
