package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"claviger/providers"
)

func TestSignIn(t *testing.T) {
	op := newFakeOP(t)
	account, page, err := signInWith(t, op, nil, SignInRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if account.User.ID != "user-1" || account.Issuer != op.server.URL || len(account.Checks) != 10 {
		t.Errorf("account is %+v", account)
	}
	if i := slices.IndexFunc(account.Checks, func(c Check) bool { return c.Outcome == Failed }); i >= 0 {
		t.Errorf("check %+v", account.Checks[i])
	}
	if page.err != nil || page.status != http.StatusOK || !strings.Contains(page.body, "You can close this tab") {
		t.Errorf("page: %v %d\n%s", page.err, page.status, page.body)
	}
	if strings.Contains(page.final, "?") {
		t.Error("the query stays in the address bar")
	}
	csp := page.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy is %q", csp)
	}
	for k, v := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"} {
		if page.header.Get(k) != v {
			t.Errorf("%s is %q", k, page.header.Get(k))
		}
	}
}

// Between the callback and the account lie two steps: the token request, then
// the rest.
func TestRoundTripsAndEvents(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	keys := make(chan struct{})
	var events []Event
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true, Observe: func(e Event) {
		if events = append(events, e); e.Name == "Keys" && e.Phase == Done {
			close(keys)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	<-keys // the person is still typing
	visit(t.Context(), op.authorize(f.URL()))
	if _, err := f.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	i := slices.Index(op.requests, "/token")
	if got := op.requests[i+1:]; !slices.Equal(got, []string{"/userinfo"}) {
		t.Errorf("requests after the token request: %v", got)
	}
	var order []Step
	for _, e := range events {
		if e.Phase == Done && !slices.Contains(order, e.Step) {
			order = append(order, e.Step)
		}
	}
	want := []Step{StepListen, StepDiscover, StepWait, StepCallback, StepExchange, StepVerify, StepProfile}
	if !slices.Equal(order, want) {
		t.Errorf("steps are %v, want %v", order, want)
	}
}

func TestAuthorizationRequest(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, func(p *providers.Provider) {
		p.Authorization.Params = map[string]string{"prompt": "consent", "state": "mine", "code_challenge_method": "plain"}
		p.Scopes.Groups = []string{"groups"}
	}, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true, Groups: true, LoginHint: "ada@example.org", ExtraScopes: []string{"extra", "openid"}})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Cancel()
	u, err := url.Parse(f.URL())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	want := map[string]string{
		"response_type": "code", "client_id": "client-1", "code_challenge_method": "S256", "prompt": "consent",
		"login_hint": "ada@example.org", "scope": "openid profile email offline_access groups extra",
		"redirect_uri": f.RedirectURI(), "kept": "1",
	}
	for k, v := range want {
		if q.Get(k) != v || len(q[k]) != 1 {
			t.Errorf("%s is %q, want %q", k, q[k], v)
		}
	}
	for _, k := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(k)) != 43 { // 256 bits
			t.Errorf("%s has %d characters", k, len(q.Get(k)))
		}
	}
	if strings.Contains(f.URL(), f.verifier.Reveal()) || strings.Contains(f.URL(), canarySecret) {
		t.Error("a secret in the link")
	}
	// The port is ours before the link is known.
	conn, err := net.Dial("tcp", u.Query().Get("redirect_uri")[len("http://"):len("http://")+len(f.callback.address)])
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

func TestPushedRequest(t *testing.T) {
	op := newFakeOP(t)
	op.metadata = func(md map[string]any) { md["require_pushed_authorization_requests"] = true }
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Cancel()
	u, _ := url.Parse(f.URL())
	if q := u.Query(); q.Get("request_uri") != "urn:example:1" || q.Has("state") || q.Get("client_id") != "client-1" {
		t.Errorf("link is %s", f.URL())
	}
	if op.forms[0].Get("code_challenge_method") != "S256" {
		t.Errorf("announced: %v", op.forms[0])
	}
}

// strangers are requests that nobody asked for.
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
			conn, err := net.DialTimeout("tcp", f.callback.address, time.Second) // bounded
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}
	state := url.QueryEscape(f.state)
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
		raw("GET http://evil.example/callback?code=x&state=" + state + " HTTP/1.1\r\nHost: " + f.callback.l.host + "\r\n\r\n"),
		raw(""),
	}
}

func TestStrangersDoNotEndASignIn(t *testing.T) {
	op := newFakeOP(t)
	var mu sync.Mutex
	ignored := 0
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true, Observe: func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Phase == Ignored {
			ignored++
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	// Some that never finish their request stay connected all the time.
	for range 20 {
		conn, err := net.Dial("tcp", f.callback.address)
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
	if ignored == 0 || ignored > maxIgnored {
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
			waitUntil(t, func() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.answered })
		}
	}
	waitUntil(t, func() bool { return f.callback.pages() == len(pages) })
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

func TestProviderRefuses(t *testing.T) {
	for _, code := range []string{"access_denied", "redirect_uri_mismatch", "invalid_scope", "unauthorized_client"} {
		t.Run(code, func(t *testing.T) {
			op := newFakeOP(t)
			op.redirect = func(v url.Values) {
				v.Del("code")
				v.Set("error", code)
				v.Set("error_description", "no <b>way</b>\u202e "+v.Get("state"))
			}
			_, page, err := signInWith(t, op, nil, SignInRequest{})
			var pe *ProviderError
			if !errors.As(err, &pe) || pe.Code != code || pe.Step != StepCallback || strings.Contains(pe.Description, "\u202e") {
				t.Fatalf("error is %v", err)
			}
			if !strings.Contains(page.body, code) || strings.Contains(page.body, "<b>") {
				t.Errorf("page: %s", page.body)
			}
			if len(op.forms) != 0 {
				t.Error("a token request all the same")
			}
		})
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
			if tt.ok != (err == nil) || err != nil && !errors.Is(err, ErrIssMismatch) {
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
	for _, form := range []string{"code=x&state=y", strings.Repeat("x", maxCallback+1), u.RawQuery} {
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
		if err := f.Paste(wrong); !errors.Is(err, ErrPasted) || strings.Contains(err.Error(), f.state) {
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

func TestCancelAndTimeout(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	start := func(ctx context.Context, r SignInRequest) *Flow {
		r.Provider, r.NoBrowser = "fake", true
		f, err := a.Start(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := start(t.Context(), SignInRequest{})
	f.Cancel()
	for range 2 { // every caller gets the same
		if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	f = start(ctx, SignInRequest{})
	cancel()
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
		t.Errorf("context cancelled: %v", err)
	}
	f = start(t.Context(), SignInRequest{Timeout: 20 * time.Millisecond})
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrTimeout) {
		t.Errorf("timed out: %v", err)
	}
	// Who stops waiting does not end the flow.
	f = start(t.Context(), SignInRequest{})
	if _, err := f.Wait(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, ErrCanceled) {
		t.Errorf("waiting stopped: %v", err)
	}
	visit(t.Context(), op.authorize(f.URL()))
	if _, err := f.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	// The listener goes with its flow.
	waitUntil(t, func() bool {
		conn, err := net.Dial("tcp", f.callback.address)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
}

func TestCancelDuringTheTokenRequest(t *testing.T) {
	op := newFakeOP(t)
	asked, release := make(chan struct{}), make(chan struct{})
	op.beforeToken = func() { close(asked); <-release }
	defer close(release)
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	pages := make(chan tab, 1)
	address := op.authorize(f.URL())
	go func() { pages <- visit(t.Context(), address) }()
	<-asked
	f.Cancel()
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
		t.Errorf("error is %v", err)
	}
	if p := <-pages; !strings.Contains(p.body, "cancelled") {
		t.Errorf("page: %v %s", p.err, p.body)
	}
}

func TestCloseEndsFlows(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
		t.Errorf("error is %v", err)
	}
	if _, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true}); err == nil {
		t.Error("a closed agent starts a flow")
	}
}

func TestTwoSignInsAtOnce(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	first, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	second, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	// The answer of one at the listener of the other is a stranger's.
	crossed := strings.Replace(op.authorize(first.URL()), first.callback.address, second.callback.address, 1)
	if p := visit(t.Context(), crossed); p.status != http.StatusBadRequest {
		t.Errorf("crossed: %d", p.status)
	}
	visit(t.Context(), op.authorize(second.URL()))
	if _, err := second.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	visit(t.Context(), op.authorize(first.URL()))
	if _, err := first.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNoBrowserIsNoEnd(t *testing.T) {
	op := newFakeOP(t)
	broken := make(chan Event, 1)
	a := newTestAgent(t, op, nil, func(context.Context, string) error { return errors.New("nothing there") })
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Observe: func(e Event) {
		if e.Step == StepBrowser && e.Phase == Broken {
			broken <- e
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	<-broken
	if err := f.OpenBrowser(t.Context()); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("again: %v", err)
	}
	visit(t.Context(), op.authorize(f.URL()))
	if _, err := f.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestUserinfoAboutSomebodyElse(t *testing.T) {
	op := newFakeOP(t)
	op.userinfo = map[string]any{"sub": "user-2"}
	account, _, err := signInWith(t, op, nil, SignInRequest{})
	if account != nil || !errors.Is(err, ErrIDToken) || !strings.Contains(err.Error(), "sub: userinfo is about somebody else") {
		t.Errorf("%v, %v", account, err)
	}
}

func TestOpenIDWithoutIDToken(t *testing.T) {
	op := newFakeOP(t)
	op.token = func(w http.ResponseWriter, _ *http.Request, answer map[string]any) {
		delete(answer, "id_token")
		writeJSON(w, answer)
	}
	if _, _, err := signInWith(t, op, nil, SignInRequest{}); !errors.Is(err, ErrAnswer) {
		t.Errorf("error is %v", err)
	}
}

func TestOffline(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	op.server.Close()
	if _, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true}); !errors.Is(err, ErrOffline) {
		t.Errorf("error is %v", err)
	}
}

func TestNoSecretIsTold(t *testing.T) {
	for _, failing := range []string{"nothing", "grant", "500", "echo", "id token"} {
		t.Run(failing, func(t *testing.T) {
			op := newFakeOP(t)
			op.token = func(w http.ResponseWriter, r *http.Request, answer map[string]any) {
				idToken, _ := answer["id_token"].(string)
				echo := strings.Join([]string{r.PostForm.Encode(), canaryAccess, canaryRefresh, idToken}, " ")
				switch failing {
				case "grant":
					w.WriteHeader(http.StatusBadRequest)
					writeJSON(w, map[string]any{"error": "invalid_grant", "error_description": echo, "access_token": canaryAccess, "refresh_token": canaryRefresh, "id_token": idToken, "error_uri": "http://x/?" + r.PostForm.Get("code")})
				case "500":
					w.WriteHeader(http.StatusInternalServerError)
					_, _ = io.WriteString(w, echo)
				case "echo":
					answer["scope"], answer["note"], answer["token_type"] = echo, echo, "Bearer"
					writeJSON(w, answer)
				case "id token":
					answer["id_token"] = idToken + "x"
					writeJSON(w, answer)
				default:
					writeJSON(w, answer)
				}
			}
			var log bytes.Buffer
			var events []Event
			pages := make(chan tab, 1)
			a := newTestAgent(t, op, nil, func(ctx context.Context, link string) error {
				address := op.authorize(link)
				go func() { pages <- visit(context.WithoutCancel(ctx), address) }()
				return nil
			})
			a.o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Observe: func(e Event) { events = append(events, e) }})
			if err != nil {
				t.Fatal(err)
			}
			account, err := f.Wait(t.Context())
			page := <-pages
			seen, jerr := json.Marshal(events)
			if jerr != nil {
				t.Fatal(jerr)
			}
			text := strings.Join([]string{string(seen), fmt.Sprint(err), fmt.Sprintf("%+v %#v", err, account), log.String(), page.body, f.URL()}, "\n")
			for _, secret := range []string{canaryAccess, canaryRefresh, canaryCode, canarySecret, f.verifier.Reveal()} {
				if i := strings.Index(text, secret); i >= 0 {
					t.Errorf("%s appears: …%s", secret, text[max(0, i-200):i+len(secret)])
				}
			}
			if strings.Contains(string(seen)+fmt.Sprint(err), f.state) {
				t.Error("the state appears")
			}
			if !strings.Contains(string(seen), providers.Redacted) {
				t.Error("nothing was redacted: the test proves nothing")
			}
		})
	}
}
