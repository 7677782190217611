package ask

import (
	"fmt"
	"io"
	"net/http"
)

// Question is a request and how much of its answer is wanted. Its time is the
// client's and the context's to bound.
type Question struct {
	Client  *http.Client
	Request *http.Request
	// Most bounds the body, in bytes.
	Most int
	// OnlyOK leaves the body of any other status than 200 unread: nothing waits for
	// what is not looked at.
	OnlyOK bool
	// Begun, if not nil, is called once the headers are there and before the body is
	// read: what goes by the time of the answer is off by that of the body otherwise.
	Begun func(*http.Response)
}

// Answer is what a server answered. Its Body is closed.
type Answer struct {
	*http.Response
	// Content is the body, no more than was wanted of it.
	Content []byte
}

// BodyError is a body that was not had whole.
type BodyError struct {
	// Most is the bound that it is beyond, in bytes; 0 if it was cut off.
	Most int
	// Err is why it was cut off.
	Err error
}

// Error implements error.
func (e *BodyError) Error() string {
	if e.Most > 0 {
		return fmt.Sprintf("the response is larger than %d bytes", e.Most)
	}
	return "the response was cut off: " + e.Err.Error()
}

// Unwrap returns why it was cut off.
func (e *BodyError) Unwrap() error { return e.Err }

// Ask makes the request. It returns no answer if no server answered, which is a
// [*ConnectionError] of the host that was asked last, and an answer with what came
// of the body until then together with a [*BodyError].
func (q Question) Ask() (*Answer, error) {
	resp, err := q.Client.Do(q.Request)
	if err != nil {
		return nil, NewConnectionError(HostOf(err), err)
	}
	defer func() { _ = resp.Body.Close() }()
	if q.Begun != nil {
		q.Begun(resp)
	}
	a := &Answer{Response: resp}
	if q.OnlyOK && resp.StatusCode != http.StatusOK {
		return a, nil
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, int64(q.Most)+1))
	a.Content = content[:min(len(content), q.Most)]
	switch {
	case err != nil:
		return a, &BodyError{Err: WithoutURL(err)}
	case len(content) > q.Most:
		return a, &BodyError{Most: q.Most}
	}
	return a, nil
}
