package ask

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// question asks a server that answers with handler for at most eight bytes.
func question(t *testing.T, onlyOK bool, handler http.HandlerFunc) (*Answer, error) {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"?code=canary", nil)
	if err != nil {
		t.Fatal(err)
	}
	return Question{Client: s.Client(), Request: req, Most: 8, OnlyOK: onlyOK}.Ask()
}

func TestABodyWithinItsBound(t *testing.T) {
	for text, whole := range map[string]bool{"": true, "12345678": true, "123456789": false, strings.Repeat("x", 1<<20): false} {
		a, err := question(t, false, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
		var body *BodyError
		if got := string(a.Content); got != text[:min(len(text), 8)] {
			t.Errorf("%d bytes: %q", len(text), got)
		}
		if whole != (err == nil) || !whole && (!errors.As(err, &body) || body.Most != 8) {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
}

func TestABodyThatIsCutOff(t *testing.T) {
	a, err := question(t, false, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "8")
		_, _ = io.WriteString(w, "1234")
	})
	var body *BodyError
	if !errors.As(err, &body) || body.Most != 0 || !errors.Is(err, io.ErrUnexpectedEOF) || string(a.Content) != "1234" || a.StatusCode != http.StatusOK {
		t.Errorf("%+v, %v", a, err)
	}
}

// Nothing waits for a body that nobody looks at.
func TestABodyThatIsNotWanted(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	a, err := question(t, true, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		w.(http.Flusher).Flush()
		<-done
	})
	if err != nil || a.StatusCode != http.StatusNotFound || len(a.Content) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	a, err := question(t, false, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	var connection *ConnectionError
	var address *url.Error
	if a != nil || !errors.As(err, &connection) || connection.Host == "" || errors.As(err, &address) || strings.Contains(err.Error(), "canary") {
		t.Errorf("%+v, %v", a, err)
	}
}

// The server waits with the body until the headers were seen.
func TestHeadersAreSeenBeforeTheBodyIsRead(t *testing.T) {
	begun := make(chan string, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Said", "first")
		w.(http.Flusher).Flush()
		_, _ = io.WriteString(w, <-begun)
	}))
	t.Cleanup(s.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Question{Client: s.Client(), Request: req, Most: 8, Begun: func(r *http.Response) { begun <- r.Header.Get("X-Said") }}.Ask()
	if err != nil || string(a.Content) != "first" {
		t.Errorf("%+v, %v", a, err)
	}
}
