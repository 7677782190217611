//go:build foreign

package foreign

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// asBrowser is the variable that turns the test binary into the program that
// BROWSER names. Its value is where that hands the address over to the test,
// whose browser keeps its cookies from one sign-in to the next.
const asBrowser = "CLAVIGER_FOREIGN_BROWSER"

// handOver is the process that BROWSER names.
func handOver(to, address string) int {
	client := &http.Client{Timeout: patience}
	resp, err := client.Post(to, "text/plain", strings.NewReader(address))
	if err == nil {
		err = resp.Body.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "test browser:", err)
		return 1
	}
	return 0
}

// browser is a person with a browser without a display: it follows redirects,
// keeps cookies and sends forms.
type browser struct {
	t      *testing.T
	addr   string // where handOver posts to
	client *http.Client
	ends   chan page // the last page of the latest visit

	mu      sync.Mutex
	fields  map[string]string // what the person types, by the field's name
	press   string            // a link or button pressed wherever there is one; else the first button
	scripts func(page) *http.Request
	visited []*url.URL // every address since the last visit began
	forms   []string   // what the person was asked since then
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{
		t: t, ends: make(chan page, 1),
		fields: map[string]string{"login": "nadia", "username": "nadia", "password": "anything"},
	}
	b.client = &http.Client{Jar: jar, Timeout: patience, CheckRedirect: b.redirected}
	var visits sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		address, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		b.begin()
		visits.Go(func() { b.browse(ctx, string(address)) })
	}))
	b.addr = server.URL
	t.Cleanup(func() {
		server.Close()
		cancel()
		visits.Wait()
	})
	return b
}

// presses has the person press a link or button wherever there is one.
func (b *browser) presses(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.press = text
}

// runs gives the browser the script of a page, which may make a request.
func (b *browser) runs(script func(page) *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.scripts = script
}

// last waits for the end of the latest visit.
func (b *browser) last() page {
	b.t.Helper()
	select {
	case p := <-b.ends:
		return p
	case <-b.t.Context().Done():
	case <-time.After(patience):
	}
	b.t.Fatalf("the browser came to no end: %s", scrub(b.story()))
	return page{}
}

// redirected notes the address, and stops a loop.
func (b *browser) redirected(req *http.Request, via []*http.Request) error {
	b.note(req.URL)
	if len(via) > 15 {
		return errors.New("too many redirects")
	}
	return nil
}

func (b *browser) note(u *url.URL) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.visited = append(b.visited, u)
}

// query is the query of the latest visited address that has this parameter.
func (b *browser) query(param string) url.Values {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.visited) - 1; i >= 0; i-- {
		if q := b.visited[i].Query(); q.Has(param) {
			return q
		}
	}
	return nil
}

// asked is what the person was asked in the latest visit.
func (b *browser) asked() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.forms, " ")
}

// story is where the browser was, without queries.
func (b *browser) story() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var s strings.Builder
	for _, u := range b.visited {
		fmt.Fprintf(&s, "%s://%s%s ", u.Scheme, u.Host, u.Path)
	}
	return s.String()
}

// visit has the person open an address.
func (b *browser) visit(ctx context.Context, address string) {
	b.begin()
	b.browse(ctx, address)
}

// begin forgets the visit before.
func (b *browser) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.visited, b.forms = nil, nil
	select {
	case <-b.ends:
	default:
	}
}

// browse does what the person would do, to the end.
func (b *browser) browse(ctx context.Context, address string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		b.t.Errorf("browser: %v", err)
		return
	}
	for range 12 {
		p, err := b.load(req)
		if err != nil {
			if ctx.Err() == nil {
				b.t.Errorf("browser: %s", scrub(err.Error()))
			}
			return
		}
		if req = b.next(ctx, p); req == nil {
			select {
			case b.ends <- p:
			default: // another visit ended meanwhile
			}
			return
		}
	}
	b.t.Errorf("browser: too many pages: %s", scrub(b.story()))
}

// load gets a page.
func (b *browser) load(req *http.Request) (page, error) {
	req.Header.Set("Accept", "text/html")
	b.note(req.URL)
	resp, err := b.client.Do(req)
	if err != nil {
		return page{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	return readPage(resp)
}

// next is what the person does on a page: nothing at its end.
func (b *browser) next(ctx context.Context, p page) *http.Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.scripts != nil {
		if req := b.scripts(p); req != nil {
			return req
		}
	}
	if to, ok := p.links[b.press]; ok && b.press != "" {
		return b.request(ctx, http.MethodGet, to, "")
	}
	if len(p.forms) == 0 {
		return nil
	}
	f := p.forms[0]
	values, ok := f.fill(b.fields, b.press)
	if !ok {
		return nil
	}
	b.forms = append(b.forms, f.purpose())
	req := b.request(ctx, http.MethodPost, f.action, values.Encode())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", p.at.Scheme+"://"+p.at.Host)
	return req
}

// request makes a request of an address that a page has.
func (b *browser) request(ctx context.Context, method string, to *url.URL, body string) *http.Request {
	req, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(body))
	if err != nil {
		panic(err) // the address was parsed and the method is a constant
	}
	return req
}
