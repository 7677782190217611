package tryit

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/internal/jsontree"
	"github.com/claviger/claviger/internal/picture"
)

// shelf is a store of records.
type shelf struct {
	mu  sync.Mutex
	has map[string][]byte
}

func (s *shelf) List(context.Context) ([]string, error) { return nil, nil }

func (s *shelf) Get(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.has[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return data, nil
}

func (s *shelf) Put(_ context.Context, name string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.has[name] = data
	return nil
}

func (s *shelf) Delete(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.has, name)
	return nil
}

const secretToken = "canary-token/with+signs="

// deskAt returns a desk whose account's provider is a server, and its store.
func deskAt(t *testing.T, h http.HandlerFunc) (d *Desk, url string, store *shelf) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	owner := tasks.New()
	t.Cleanup(owner.Close)
	store = &shelf{has: map[string][]byte{}}
	kept := NewKept(ledger.New(store, owner), func(context.Context, string) (bool, error) { return true, nil }, func(id string) bool { return id == "session" })
	hidden := &Hidden{}
	hidden.Add(secretToken)
	account := func(context.Context, string, []string) (*Account, error) {
		return &Account{
			Own: []string{server.URL}, Here: true, Transport: http.DefaultTransport,
			Fresh:  func(context.Context) error { return nil },
			Hidden: hidden,
		}, nil
	}
	return NewDesk(kept, account, time.Now), server.URL, store
}

// answering sends one request to a server and returns its answer.
func answering(t *testing.T, h http.HandlerFunc) *Answer {
	t.Helper()
	d, url, _ := deskAt(t, h)
	a, err := d.Send(t.Context(), "acc", Request{Method: "GET", URL: url + "/x"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

func body(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{kind}
		_, _ = io.WriteString(w, text)
	}
}

func TestBodiesAreUnderstood(t *testing.T) {
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	for name, c := range map[string]struct {
		kind, body string
		want       Kind
		refused    picture.Refused
	}{
		"JSON":                      {"application/json", `{"a":1}`, JSON, ""},
		"JSON of a problem":         {"application/problem+json; charset=utf-8", `{"title":"no"}`, JSON, ""},
		"JSON that nobody calls so": {"text/plain", " [1, 2]", JSON, ""},
		"JSON after a mark":         {"application/json", "\xef\xbb\xbf{}", JSON, ""},
		"no JSON":                   {"application/json", `{"a":`, Text, ""},
		"text":                      {"text/plain", "hello", Text, ""},
		"a page":                    {"text/html", "<html>", Text, ""},
		"nothing":                   {"application/json", "", Empty, ""},
		"bytes":                     {"application/octet-stream", "\x00\x01\x02", Binary, ""},
		"text that is not":          {"text/plain", "a\x00b", Binary, ""},
		"SVG":                       {"image/svg+xml", svg, Picture, picture.Vector},
		"SVG as PNG":                {"image/png", svg, Picture, picture.Vector},
		"HTML as a picture":         {"image/png", "<html><script>", Text, picture.NoPicture},
		"a picture":                 {"image/png", onePNG(t, 3, 2), Picture, ""},
		"a picture of 50 MP":        {"image/png", onePNG(t, 10_000, 5000), Picture, picture.TooLarge},
		"a moving picture":          {"image/gif", gifOf(t, 3), Picture, picture.Moving},
		"a still GIF":               {"image/gif", gifOf(t, 1), Picture, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := answering(t, body(c.kind, c.body))
			if a.Kind != c.want || a.Refused != c.refused || (a.Picture != nil) != (c.want == Picture && c.refused == "") {
				t.Errorf("kind %q, refused %q, picture %v", a.Kind, a.Refused, a.Picture != nil)
			}
			if a.NotJSON != (name == "no JSON") {
				t.Error("it is not said that this is no JSON")
			}
		})
	}
}

func TestCharsets(t *testing.T) {
	for kind, c := range map[string]struct{ body, want, unknown string }{
		"text/plain; charset=iso-8859-1":   {"Gr\xfc\xdfe", "Grüße", ""},
		"text/plain; charset=windows-1252": {"\x80", "€", ""},
		"text/plain; charset=utf-16le":     {"h\x00i\x00", "hi", ""},
		"text/plain":                       {"\xff\xfeh\x00i\x00", "hi", ""},
		"text/plain; charset=shift_jis":    {"\x93\xfa", "\uFFFD", "shift_jis"},
	} {
		a := answering(t, body(kind, c.body))
		if a.Tree == nil || a.Tree.Nodes[0].Text != c.want || a.Charset != c.unknown {
			t.Errorf("%s: %+v, charset %q", kind, a.Tree, a.Charset)
		}
	}
}

func TestTheTokenIsNotInTheAnswer(t *testing.T) {
	for _, kind := range []string{"application/json", "text/plain"} {
		a := answering(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("X-Echo", secretToken)
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="`+secretToken+` is dead"`)
			_, _ = io.WriteString(w, `{"authorization": "Bearer `+secretToken+`"}`)
		})
		var saved bytes.Buffer
		if _, err := a.Save(t.Context(), &saved); err != nil {
			t.Fatal(err)
		}
		all := saved.String() + a.Tree.Value(0)
		for _, h := range a.Headers {
			all += h.Value
		}
		for _, c := range a.Challenges {
			all += c.Description
		}
		if strings.Contains(all, secretToken) || !strings.Contains(all, "[redacted]") {
			t.Errorf("%s: %s", kind, all)
		}
	}
}

// TestLargeAnswersAreSavedAsTheyCome: nothing that is endless or grows when it is unpacked
// is held in memory, and all of it can be saved.
func TestLargeAnswersAreSavedAsTheyCome(t *testing.T) {
	const size = 20 << 20
	for name, h := range map[string]http.HandlerFunc{
		"20 MiB": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.Copy(w, io.LimitReader(noughts{}, size))
		},
		"a bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.Copy(z, io.LimitReader(noughts{}, size))
			_ = z.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := answering(t, h)
			if a.Kind != Large || a.Tree != nil || len(a.body) > maxShown+1 {
				t.Fatalf("%+v", a)
			}
			var n counter
			if total, err := a.Save(t.Context(), &n); err != nil || total != size || int64(n) != size {
				t.Errorf("saved %d, %v", total, err)
			}
			if _, err := a.Save(t.Context(), io.Discard); !errors.Is(err, ErrGone) {
				t.Errorf("a second time: %v", err)
			}
		})
	}
}

func TestAnEndlessAnswerEndsWhenItIsNotWanted(t *testing.T) {
	ended := make(chan struct{}, 2)
	endless := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, noughts{})
		<-r.Context().Done()
		ended <- struct{}{}
	}
	a := answering(t, endless)
	a.Close()
	a.Close()
	<-ended
	a = answering(t, endless)
	ctx, cancel := context.WithCancel(t.Context())
	var n counter
	_, err := a.Save(ctx, writerFunc(func(b []byte) (int, error) {
		if n += counter(len(b)); n > 10<<20 {
			cancel()
		}
		return len(b), nil
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	<-ended
}

func TestSendingIsCancelledAtOnce(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	d, url, _ := deskAt(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		close(began)
		<-r.Context().Done()
		close(ended)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-began
		cancel()
	}()
	if _, err := d.Send(ctx, "acc", Request{Method: "GET", URL: url}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	<-ended
}

func TestABrokenAnswerIsShownAsFarAsItCame(t *testing.T) {
	a := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	if a.Cut != Broken || a.Tree == nil || a.Tree.Nodes[0].Text != "half" {
		t.Errorf("%+v", a)
	}
}

func TestRequestsAreKeptWithoutSecrets(t *testing.T) {
	d, url, store := deskAt(t, body("text/plain", "the answer"))
	for i := range maxRequests + 5 {
		r := Request{
			Method: "POST", URL: url + "/x?access_token=canary-query&n=" + string(rune('a'+i%26)) + string(rune('a'+i/26)), Body: `{"n": 1}`,
			Headers: []Header{{Name: "X-Api-Key", Value: "canary-key"}, {Name: "Accept", Value: "text/plain"}},
		}
		a, err := d.Send(t.Context(), "acc", r)
		if err != nil || a.Kept != nil {
			t.Fatal(err, a)
		}
	}
	data := string(store.has["acc"+Suffix])
	for _, secret := range []string{"canary", "the answer", secretToken} {
		if strings.Contains(data, secret) {
			t.Errorf("the record holds %q: %s", secret, data[:300])
		}
	}
	p, err := d.Page(t.Context(), "acc")
	if err != nil || len(p.Requests) != maxRequests || !strings.HasSuffix(p.Requests[0].URL, "&n=cc") {
		t.Fatalf("%v, %+v", err, p.Requests[0])
	}
	want := []Header{{Name: "X-Api-Key", Secret: true}, {Name: "Accept", Value: "text/plain"}}
	if diff := cmp.Diff(want, p.Requests[0].Headers); diff != "" {
		t.Error(diff)
	}
	// The same one again takes its own place.
	again := p.Requests[7].Request
	if _, err := d.Send(t.Context(), "acc", again); err != nil {
		t.Fatal(err)
	}
	if p, _ = d.Page(t.Context(), "acc"); len(p.Requests) > maxRequests {
		t.Errorf("%d requests", len(p.Requests))
	}
	if err := d.Clear(t.Context(), "acc"); err != nil || len(store.has) != 0 {
		t.Errorf("%v, left %v", err, store.has)
	}
}

func TestRequestsOfAnAccountThatIsNotRememberedAreInMemoryOnly(t *testing.T) {
	d, url, store := deskAt(t, body("text/plain", "the answer"))
	if _, err := d.Send(t.Context(), "session", Request{Method: "GET", URL: url}); err != nil || len(store.has) != 0 {
		t.Errorf("%v, stored %v", err, store.has)
	}
	if p, _ := d.Page(t.Context(), "session"); len(p.Requests) != 1 {
		t.Errorf("%+v", p)
	}
	if err := d.kept.Forget(t.Context(), "session"); err != nil {
		t.Error(err)
	}
	if p, _ := d.Page(t.Context(), "session"); len(p.Requests) != 0 {
		t.Errorf("%+v", p)
	}
}

func TestAnImportBringsNoServers(t *testing.T) {
	d, url, store := deskAt(t, body("text/plain", "x"))
	if err := d.Allow(t.Context(), "acc", "https://api.example.test", true); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Send(t.Context(), "acc", Request{Method: "GET", URL: url}); err != nil {
		t.Fatal(err)
	}
	data, err := Imported(store.has["acc"+Suffix])
	if err != nil || strings.Contains(string(data), "api.example.test") || !strings.Contains(string(data), url) {
		t.Errorf("%s, %v", data, err)
	}
	if _, err := Imported([]byte(`{"version": 99}`)); err == nil {
		t.Error("a newer version was read")
	}
	data, err = Imported([]byte(`{"version": 1, "requests": [{"method": "TRACE", "url": "https://a.example"}, {"method": "GET", "url": "https://u:p@a.example"}]}`))
	if err != nil || strings.Contains(string(data), "example") {
		t.Errorf("%s, %v", data, err)
	}
}

func TestWhatIsDrawnCanBeLarge(t *testing.T) {
	text := `{"items":[` + strings.Repeat(`{"name":"Mira","id":12345678901234567890,"x":1.50e3},`, 4000) + `{}]}`
	a := answering(t, body("application/json", text))
	if a.Kind != JSON || a.Tree.Nodes[0].Kind != jsontree.Object || len(a.Tree.Nodes) < 16000 {
		t.Errorf("%s, %d nodes", a.Kind, len(a.Tree.Nodes))
	}
}

type noughts struct{}

func (noughts) Read(b []byte) (int, error) { return len(b), nil }

type counter int64

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func onePNG(t *testing.T, width, height int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gifOf(t *testing.T, frames int) string {
	t.Helper()
	g := &gif.GIF{}
	for range frames {
		g.Image = append(g.Image, image.NewPaletted(image.Rect(0, 0, 40, 40), color.Palette{color.Black, color.White}))
		g.Delay = append(g.Delay, 10)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
