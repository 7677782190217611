package auth

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// strangers are requests that nobody asked for.
// addressOf is where a flow listens.
func addressOf(f *Flow) string {
	_, rest, _ := strings.Cut(f.RedirectURI(), "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

func strangers(f *Flow) []func(*http.Client) {
	base := strings.TrimSuffix(f.RedirectURI(), "/callback")
	send := func(method, address string, change func(*http.Request)) func(*http.Client) {
		return func(c *http.Client) {
			req, err := http.NewRequest(method, address, nil) // bounded by the client
			if err != nil {
				panic(err)
			}
			if change != nil {
				change(req)
			}
			if resp, err := c.Do(req); err == nil {
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		}
	}
	raw := func(text string) func(*http.Client) {
		return func(*http.Client) {
			conn, err := net.DialTimeout("tcp", addressOf(f), time.Second) // bounded
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}
	state := url.QueryEscape(f.front.binding.State())
	return []func(*http.Client){
		send("GET", f.RedirectURI()+"?code=x&state=wrong", nil),
		send("GET", f.RedirectURI()+"?code=x", nil),
		send("GET", f.RedirectURI()+"?error=access_denied", nil),
		send("GET", f.RedirectURI()+"?error=access_denied&state="+state[:20], nil),
		send("GET", f.RedirectURI()+"?code=x&state="+state+"&state=other", nil),
		send("GET", f.RedirectURI()+"?code=x&code=y&state="+state, nil),
		send("GET", f.RedirectURI()+"/?code=x&state="+state, nil),
		send("GET", base+"/Callback?code=x&state="+state, nil),
		send("GET", base+"/call%62ack?code=x&state="+state, nil),
		send("GET", base+"/favicon.ico", nil),
		send("HEAD", f.RedirectURI()+"?code=x&state="+state, nil),
		send("OPTIONS", f.RedirectURI()+"?code=x&state="+state, nil),
		send("POST", f.RedirectURI()+"?code=x&state="+state, nil),
		send("GET", f.RedirectURI()+"?code=x&state="+state, func(r *http.Request) { r.Host = "evil.example" }),
		send("GET", f.RedirectURI()+"?code=x&state="+state, func(r *http.Request) { r.Host = "127.0.0.1:1" }),
		send("GET", f.RedirectURI()+"?code=x&state="+state, func(r *http.Request) { r.Header.Set("Sec-Purpose", "prefetch;prerender") }),
		send("GET", f.RedirectURI()+"?code=x&state="+state, func(r *http.Request) { r.Header.Set("Purpose", "prefetch") }),
		send("GET", f.RedirectURI()+"?"+strings.Repeat("a", 100<<10), nil),
		send("GET", f.RedirectURI()+"?code=%zz&state="+state, nil),
		send("GET", base+"/done/guess", nil),
		raw("GET /callback?code=x HTTP/1.1\r\nHost: "),
		raw("rubbish\r\n\r\n"),
		raw("GET http://evil.example/callback?code=x&state=" + state + " HTTP/1.1\r\nHost: " + addressOf(f) + "\r\n\r\n"),
		raw(""),
	}
}

func TestStrangersDoNotEndASignIn(t *testing.T) {
	op := newFakeOP(t)
	var mu sync.Mutex
	ignored := 0
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true, Observe: func(e trace.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Phase == trace.Ignored {
			ignored++
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	// Some that never finish their request stay connected all the time.
	for range 20 {
		conn, err := net.Dial("tcp", addressOf(f))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "GET /callback?state=")
	}
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	list := strangers(f)
	jobs := make(chan func(*http.Client))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for job := range jobs {
				job(client)
			}
		})
	}
	for i := range 1000 {
		jobs <- list[i%len(list)]
	}
	close(jobs)
	wg.Wait()
	select {
	case <-f.done:
		t.Fatalf("a stranger ended the sign-in: %v", f.err)
	default:
	}
	page := visit(t.Context(), op.authorize(f.URL()))
	account, err := f.Wait(t.Context())
	if err != nil || account.User.ID != "user-1" || page.status != http.StatusOK {
		t.Fatalf("after the strangers: %v, %v, page %d", account, err, page.status)
	}
	mu.Lock()
	defer mu.Unlock()
	if ignored == 0 || ignored > trace.MaxIgnored {
		t.Errorf("%d events about strangers", ignored)
	}
}

func TestWrongStateIsAnswered400(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Cancel()
	page := visit(t.Context(), f.RedirectURI()+"?code=x&state=%3Cscript%3E")
	if page.status != http.StatusBadRequest || !strings.Contains(page.body, "does not belong") || strings.Contains(page.body, "<script") {
		t.Errorf("page: %d %s", page.status, page.body)
	}
}

func TestDuplicatesDoNothing(t *testing.T) {
	op := newFakeOP(t)
	release := make(chan struct{})
	op.beforeToken = func() { <-release }
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	address := op.authorize(f.URL())
	var wg sync.WaitGroup
	pages := make([]tab, 8)
	for i := range pages {
		wg.Go(func() {
			other := address
			if i > 4 {
				other = strings.Replace(address, "code="+canaryCode, "error=access_denied", 1)
			}
			pages[i] = visit(t.Context(), other)
		})
		if i == 0 {
			// The first one is in before the others come.
			waitUntil(t, func() bool { f.front.mu.Lock(); defer f.front.mu.Unlock(); return f.front.answered })
		}
	}
	waitUntil(t, func() bool { return f.front.receiver.(*receive.Loopback).Pages() == len(pages) })
	close(release)
	account, err := f.Wait(t.Context())
	wg.Wait()
	if err != nil || account == nil {
		t.Fatal(err)
	}
	for i, p := range pages {
		if p.status != http.StatusOK || !strings.Contains(p.body, "You are signed in") {
			t.Errorf("page %d: %v %d", i, p.err, p.status)
		}
	}
	if n := len(op.forms); n != 1 {
		t.Errorf("%d token requests", n)
	}
}

// waitUntil polls a condition that another goroutine brings about.
func waitUntil(t *testing.T, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	limit := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal("it does not come about")
		}
	}
}

func TestIssuerOfTheAnswer(t *testing.T) {
	tests := map[string]struct {
		promised bool
		iss      string
		ok       bool
	}{
		"absent":            {false, "", true},
		"right":             {false, "own", true},
		"promised, right":   {true, "own", true},
		"wrong":             {false, "https://evil.example", false},
		"promised, wrong":   {true, "https://evil.example", false},
		"promised, absent":  {true, "", false},
		"with error, wrong": {false, "https://evil.example", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			op := newFakeOP(t)
			op.metadata = func(md map[string]any) { md["authorization_response_iss_parameter_supported"] = tt.promised }
			op.redirect = func(v url.Values) {
				switch tt.iss {
				case "":
				case "own":
					v.Set("iss", op.server.URL)
				default:
					v.Set("iss", tt.iss)
				}
				if strings.HasPrefix(name, "with error") {
					v.Del("code")
					v.Set("error", "access_denied")
				}
			}
			_, _, err := signInWith(t, op, nil, SignInRequest{})
			if tt.ok != (err == nil) || err != nil && !errors.Is(err, oauth.ErrIssMismatch) {
				t.Errorf("error is %v", err)
			}
			if !tt.ok && len(op.forms) != 0 {
				t.Error("the code went out all the same")
			}
		})
	}
}

func TestFormPost(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, func(p *providers.Provider) { p.Redirect.ResponseMode = "form_post" }, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(f.URL(), "response_mode=form_post") {
		t.Errorf("link is %s", f.URL())
	}
	u, _ := url.Parse(op.authorize(f.URL()))
	client := &http.Client{Timeout: 10 * time.Second}
	tooLong := u.RawQuery + "&pad="
	tooLong += strings.Repeat("x", 64<<10+1-len(tooLong)) // right but for its length
	for _, form := range []string{"code=x&state=y", tooLong, u.RawQuery} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, f.RedirectURI(), strings.NewReader(form))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if (form == u.RawQuery) != (resp.StatusCode == http.StatusOK) {
			t.Errorf("form of %d bytes: %s", len(form), resp.Status)
		}
	}
	if _, err := f.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestPaste(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	right := op.authorize(f.URL())
	for _, wrong := range []string{
		"", "hello", f.RedirectURI(), f.RedirectURI() + "?code=x&state=y", f.URL(),
		strings.Replace(right, "/callback", "/other", 1), strings.Replace(right, "127.0.0.1", "evil.example", 1),
		strings.Replace(right, "http:", "https:", 1), "http://[::1", right + "&state=x", "\x00" + right,
	} {
		if err := f.Paste(wrong); !errors.Is(err, ErrPasted) || strings.Contains(err.Error(), f.front.binding.State()) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if err := f.Paste("  <" + right + ">\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Paste(right); err != nil {
		t.Errorf("again: %v", err)
	}
	if account, err := f.Wait(t.Context()); err != nil || account.User.ID != "user-1" {
		t.Fatal(account, err)
	}
}
