//go:build !windows

package agentclient

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// saying returns a client of what answers with these bytes, whatever it is asked, and
// then hangs up.
func saying(t *testing.T, answer string) *Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}
	}()
	return New(path)
}

func TestAnswersOnTheWire(t *testing.T) {
	const token = `{"access_token":"a"}`
	for name, c := range map[string]struct {
		answer string
		good   bool
	}{
		"with a length":             {"HTTP/1.0 200 OK\r\nContent-Length: 20\r\n\r\n" + token, true},
		"without a length":          {"HTTP/1.1 200 OK\r\n\r\n" + token, true},
		"more than its length":      {"HTTP/1.0 200 OK\r\ncontent-length: 20\r\n\r\n" + token + "x", true},
		"after signs of life":       {strings.Repeat("HTTP/1.0 102 Processing\r\n\r\n", 3) + "HTTP/1.0 200 OK\r\n\r\n" + token, true},
		"nothing":                   {"", false},
		"only a sign of life":       {"HTTP/1.0 102 Processing\r\n\r\n", false},
		"cut off":                   {"HTTP/1.0 200 OK\r\nContent-Length: 21\r\n\r\n" + token, false},
		"cut off without a length":  {"HTTP/1.0 200 OK\r\n\r\n" + token[:15], false},
		"cut off in the head":       {"HTTP/1.0 200 OK\r\nContent-Le", false},
		"two lengths":               {"HTTP/1.0 200 OK\r\nContent-Length: 20\r\nContent-Length: 20\r\n\r\n" + token, false},
		"a line without a name":     {"HTTP/1.0 200 OK\r\nContent\r\n\r\n" + token, false},
		"in chunks":                 {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" + token + "\r\n0\r\n\r\n", false},
		"a length that is none":     {"HTTP/1.0 200 OK\r\nContent-Length: -20\r\n\r\n" + token, false},
		"a length without an end":   {"HTTP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" + token, false},
		"too long a length":         {"HTTP/1.0 200 OK\r\nContent-Length: 2000000000\r\n\r\n" + token, false},
		"no status":                 {"HTTP/1.0\r\n\r\n" + token, false},
		"a status that is none":     {"HTTP/1.0 20x OK\r\n\r\n" + token, false},
		"a status of another kind":  {"HTTP/1.0 -200 OK\r\n\r\n" + token, false},
		"another protocol":          {"SSH-2.0-OpenSSH\r\n\r\n", false},
		"a head without end":        {"HTTP/1.0 200 OK\r\n" + strings.Repeat("X: y\r\n", maxHead), false},
		"a first line without end":  {strings.Repeat("HTTP/1.0 200", maxHead), false},
		"a redirect, not followed":  {"HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n" + token, false},
		"a body that is no success": {"HTTP/1.0 204 No Content\r\n\r\n", false},
	} {
		got, err := saying(t, c.answer).Token(t.Context(), TokenRequest{Account: "a"})
		switch {
		case c.good && (err != nil || got.AccessToken.Reveal() != "a"):
			t.Errorf("%s: %v", name, err)
		case !c.good && (got != nil || !errors.Is(err, ErrNoAgent)):
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestQuestionIsHTTP is read as net/http reads it.
func TestQuestionIsHTTP(t *testing.T) {
	q := question{"POST", "/v1/token", `"/home/mira/a\nb"`, []byte(`{"account":"a"}`)}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(q.text()))))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || string(body) != string(q.body) || r.Method != q.method || r.URL.Path != q.path || r.Header.Get(HeaderHome) != q.home || r.Header.Get(HeaderProgress) != "1" {
		t.Errorf("%+v, %q, %v", r, body, err)
	}
}

// TestAskingEndsWithItsContext, and is then the context's error.
func TestAskingEndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if c, err := l.Accept(); err == nil {
			_, _ = c.Read(make([]byte, 1))
			cancel()
			_, _ = io.Copy(io.Discard, c)
		}
	}()
	if _, err := New(path).Token(ctx, TokenRequest{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
