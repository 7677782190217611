package tryit

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/jsontree"
	"github.com/claviger/claviger/internal/picture"
	"github.com/claviger/claviger/internal/plain"
)

// Kind is what an answer's body is.
type Kind string

// The kinds.
const (
	Empty   Kind = "empty"
	JSON    Kind = "json"
	Text    Kind = "text"
	Picture Kind = "picture"
	Binary  Kind = "binary"
	// Large is more than is shown; it can be saved.
	Large Kind = "large"
)

// Answer is what a server answered. What it shows and saves is without the token.
type Answer struct {
	// Method and URL are those of the last request, after redirects.
	Method, URL string
	Status      int
	// Took is the time until the body was there.
	Took    time.Duration
	Headers []Header
	// Redirect is one that was not followed.
	Redirect   *Redirect
	Challenges []Challenge

	Kind Kind
	// Type is the media type as the server says it, or what the body looks like.
	Type string
	// Size is how much of the body came, in bytes, unpacked.
	Size int64
	// Tree is the body if it is JSON or text.
	Tree *jsontree.Tree
	// Picture is one that can be drawn; Refused says why one is not.
	Picture image.Image
	Refused picture.Refused
	// NotJSON reports that the server calls the body JSON, and it is not.
	NotJSON bool
	// Charset is one that is not read here: the text may look wrong.
	Charset string
	// Cut is why the body was not had whole.
	Cut Cut
	// Kept is why the request is not in the list of requests.
	Kept error

	body   []byte // as it came
	rest   *rest
	hidden *Hidden
}

// Cut is why a body ends before its end.
type Cut string

// The reasons.
const (
	// Broken is a connection that broke.
	Broken Cut = "broken"
	// Endless is a server that takes too long.
	Endless Cut = "endless"
)

// Bounds of an answer.
const (
	// maxShown is the largest body that is shown, in bytes.
	maxShown = 4 << 20
	// maxSaved is the largest that is saved.
	maxSaved = 4 << 30
	// patience is the time for a body that is shown; stall is how long the next bytes of
	// one that is saved may take; undecided is how long one waits for being saved.
	patience  = 60 * time.Second
	stall     = 30 * time.Second
	undecided = 10 * time.Minute
	// maxSide and maxPoints bound a picture that is shown, in points.
	maxSide   = 4096
	maxPoints = 8 << 20
	// maxAnswerHeaders bounds the headers that are shown.
	maxAnswerHeaders = 200
)

// rest is what of an answer still comes.
type rest struct {
	body io.ReadCloser
	end  context.CancelFunc
	old  *time.Timer

	mu   sync.Mutex
	gone bool
}

func (r *rest) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone {
		return
	}
	r.gone = true
	r.end()
	_ = r.body.Close()
}

// Close ends an answer whose rest is not wanted. It may be called more than once.
func (a *Answer) Close() {
	if a != nil && a.rest != nil {
		a.rest.old.Stop()
		a.rest.close()
	}
}

// read reads a body within bounds. end ends the request; it is called unless more comes.
func (a *Answer) read(resp *http.Response, end context.CancelFunc) {
	slow := time.AfterFunc(patience, end)
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxShown+1))
	inTime := slow.Stop()
	a.body, a.Size = data, int64(len(data))
	switch {
	case err == nil && len(data) > maxShown:
		a.rest = &rest{body: resp.Body, end: end}
		a.rest.old = time.AfterFunc(undecided, a.rest.close)
		return
	case err != nil && !inTime:
		a.Cut = Endless
	case err != nil:
		a.Cut = Broken
	}
	end()
	_ = resp.Body.Close()
}

// ErrTooLarge means that an answer is larger than what is saved.
var ErrTooLarge = errors.New("the response is too large to save")

// ErrGone means that the rest of an answer cannot be had any more.
var ErrGone = errors.New("the rest of the response cannot be had any more")

// Save writes the whole body, with what is still to come, and reports how much that was.
// It can be done once for an answer of kind [Large].
func (a *Answer) Save(ctx context.Context, w io.Writer) (int64, error) {
	out := a.hidden.Writer(w)
	total, err := a.save(ctx, out)
	if err == nil {
		err = out.Close()
	}
	return total, err
}

func (a *Answer) save(ctx context.Context, w io.Writer) (int64, error) {
	n, err := w.Write(a.body)
	total := int64(n)
	if err != nil || a.rest == nil {
		return total, err
	}
	a.rest.mu.Lock()
	gone := a.rest.gone
	a.rest.mu.Unlock()
	if gone || !a.rest.old.Stop() {
		return total, ErrGone
	}
	defer a.rest.close()
	defer context.AfterFunc(ctx, a.rest.close)()
	slow := time.AfterFunc(stall, a.rest.close)
	defer slow.Stop()
	buf := make([]byte, 64<<10)
	for {
		n, err := a.rest.body.Read(buf)
		slow.Reset(stall)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return total, err
			}
			total += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			return total, nil
		case ctx.Err() != nil:
			return total, ctx.Err()
		case err != nil:
			return total, fmt.Errorf("%w: %w", ErrGone, ask.WithoutURL(err))
		case total > maxSaved:
			return total, ErrTooLarge
		}
	}
}

// head is an answer without its body.
func head(r Request, resp *http.Response, stop *Redirect, hidden *Hidden) *Answer {
	a := &Answer{Method: r.Method, URL: hidden.Text(resp.Request.URL.String()), Status: resp.StatusCode, Redirect: stop, hidden: hidden}
	a.Challenges = challenges(resp.Header, hidden)
	if stop != nil {
		stop.To = hidden.Text(stop.To)
	}
	for name, values := range resp.Header {
		for _, v := range values {
			if len(a.Headers) < maxAnswerHeaders {
				a.Headers = append(a.Headers, Header{Name: plain.Line(hidden.Text(name), 200), Value: plain.Line(hidden.Text(v), 2000)})
			}
		}
	}
	slices.SortStableFunc(a.Headers, func(x, y Header) int { return compareFold(x.Name, y.Name) })
	return a
}
