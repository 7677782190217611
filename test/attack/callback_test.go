package attack

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/test/ports"
)

// cut is n in script/soak, and the usual number elsewhere.
func cut(n, usual int) int {
	if os.Getenv("CLAVIGER_SOAK") != "" {
		return n
	}
	return usual
}

// target is a sign-in that waits for its callback.
type target struct {
	t        *testing.T
	p        *authtest.Provider
	flow     *auth.Flow
	address  string // host:port of the listener
	state    string
	redirect string
	ignored  atomic.Int64
	answered atomic.Int64 // requests that got any answer
}

// newTarget starts a sign-in whose answer comes in that response mode, to that
// host of this machine.
func newTarget(t *testing.T, mode, host string) *target {
	t.Helper()
	x := &target{t: t, p: authtest.NewProvider(t)}
	port, err := strconv.Atoi(ports.Free(t)) // no other test gets it once the sign-in is over
	if err != nil {
		t.Fatal(err)
	}
	a, err := auth.New(auth.Options{Lookup: func(string) (*providers.Provider, bool) {
		c := x.p.Config()
		c.Redirect.ResponseMode, c.Redirect.Host = mode, host
		c.Redirect.Ports = []int{port}
		return c, true
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	x.flow, err = a.Start(t.Context(), auth.SignInRequest{Provider: "authtest", NoBrowser: true, Observe: func(e trace.Event) {
		if e.Phase == trace.Ignored {
			x.ignored.Add(1)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	link, err := url.Parse(x.flow.URL())
	if err != nil {
		t.Fatal(err)
	}
	x.redirect, x.state = x.flow.RedirectURI(), link.Query().Get("state")
	back, err := url.Parse(x.redirect)
	if err != nil {
		t.Fatal(err)
	}
	x.address = back.Host
	if want := strings.TrimSuffix(x.redirect, "/callback"); !strings.HasPrefix(want, "http://"+host+":") {
		t.Fatalf("the redirect address is %s", x.redirect)
	}
	return x
}

// raw writes bytes, reads what comes and reports the status line.
func (x *target) raw(text string) string {
	conn, err := net.DialTimeout("tcp", x.address, 10*time.Second)
	if err != nil {
		return ""
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.WriteString(conn, text)
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, _ := io.ReadAll(io.LimitReader(conn, 64<<10))
	line, _, _ := strings.Cut(string(answer), "\r\n")
	if line != "" {
		x.answered.Add(1)
	}
	return line
}

// request is the text of a request to the listener.
func (x *target) request(method, target string, more ...string) string {
	return method + " " + target + " HTTP/1.1\r\nHost: " + x.address + "\r\nConnection: close\r\n" + strings.Join(more, "") + "\r\n"
}

// form is a POST of a body.
func (x *target) form(target, kind, body string) string {
	return x.request("POST", target, fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body))) + body
}

// attacks are the requests; s is the state of the sign-in, which a stranger
// does not know and a careless browser repeats.
func (x *target) attacks() map[string]func(i int) string {
	s := url.QueryEscape(x.state)
	good := "/callback?code=x&state=" + s
	const form = "application/x-www-form-urlencoded"
	_, port, _ := net.SplitHostPort(x.address)
	other := func(host string) string {
		return "GET " + good + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"
	}
	header := func(line string) func(int) string {
		return func(int) string { return x.request("GET", good, line+"\r\n") }
	}
	return map[string]func(i int) string{
		"wrong state":            func(i int) string { return x.request("GET", fmt.Sprintf("/callback?code=x&state=guess-%d", i)) },
		"almost the state":       func(i int) string { return x.request("GET", "/callback?code=x&state="+s[:len(s)-1-i%8]) },
		"state and more":         func(int) string { return x.request("GET", good+"x") },
		"state in upper case":    func(int) string { return x.request("GET", "/callback?code=x&STATE="+s) },
		"no state":               func(i int) string { return x.request("GET", fmt.Sprintf("/callback?code=%d", i)) },
		"empty state":            func(int) string { return x.request("GET", "/callback?code=x&state=") },
		"error without state":    func(int) string { return x.request("GET", "/callback?error=access_denied") },
		"error, wrong state":     func(int) string { return x.request("GET", "/callback?error=access_denied&state=x") },
		"wrong iss, wrong state": func(int) string { return x.request("GET", "/callback?code=x&state=x&iss=https%3A%2F%2Fevil.example") },
		"two states":             func(int) string { return x.request("GET", good+"&state=other") },
		"the state twice":        func(int) string { return x.request("GET", good+"&state="+s) },
		"two codes":              func(int) string { return x.request("GET", good+"&code=y") },
		"two errors":             func(int) string { return x.request("GET", "/callback?error=a&error=b&state="+s) },
		"two issuers":            func(int) string { return x.request("GET", good+"&iss=a&iss=b") },
		"semicolons":             func(int) string { return x.request("GET", "/callback?code=x;state="+s) },
		"broken escape":          func(int) string { return x.request("GET", "/callback?code=%zz&state="+s) },
		"fragment":               func(int) string { return x.request("GET", "/callback#code=x&state="+s) },
		"other path":             func(int) string { return x.request("GET", "/callback/?code=x&state="+s) },
		"path in upper case":     func(int) string { return x.request("GET", "/CALLBACK?code=x&state="+s) },
		"escaped path":           func(int) string { return x.request("GET", "/call%62ack?code=x&state="+s) },
		"dots in the path":       func(int) string { return x.request("GET", "/a/../callback?code=x&state="+s) },
		"two slashes":            func(int) string { return x.request("GET", "//callback?code=x&state="+s) },
		"root":                   func(int) string { return x.request("GET", "/?code=x&state="+s) },
		"favicon":                func(int) string { return x.request("GET", "/favicon.ico") },
		"guessed page":           func(i int) string { return x.request("GET", fmt.Sprintf("/done/%d", i)) },
		"HEAD":                   func(int) string { return x.request("HEAD", good) },
		"OPTIONS": func(int) string {
			return x.request("OPTIONS", good, "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n")
		},
		"PUT":                  func(int) string { return x.request("PUT", good) },
		"TRACE":                func(int) string { return x.request("TRACE", good) },
		"CONNECT":              func(int) string { return "CONNECT " + x.address + " HTTP/1.1\r\nHost: " + x.address + "\r\n\r\n" },
		"other host":           func(int) string { return other("evil.example") },
		"other port":           func(int) string { return other("127.0.0.1:1") },
		"host with a dot":      func(int) string { return other("127.0.0.1.:" + port) },
		"name that leads here": func(int) string { return other("localtest.me:" + port) },
		"localhost with a dot": func(int) string { return other("localhost.:" + port) },
		"other loopback":       func(int) string { return other("127.0.0.2:" + port) },
		"number as host":       func(int) string { return other("2130706433:" + port) },
		"mapped address":       func(int) string { return other("[::ffff:127.0.0.1]:" + port) },
		"zone":                 func(int) string { return other("[::1%25lo]:" + port) },
		"host without port":    func(int) string { return other("127.0.0.1") },
		"user in the host":     func(int) string { return other("evil@127.0.0.1:" + port) },
		"no host":              func(int) string { return "GET " + good + " HTTP/1.0\r\n\r\n" },
		"two hosts":            func(int) string { return x.request("GET", good, "Host: evil.example\r\n") },
		"absolute, other host": func(int) string { return x.request("GET", "http://evil.example"+good) },
		"Sec-Purpose":          header("Sec-Purpose: prefetch"),
		"prerender":            header("Sec-Purpose: prefetch;prerender"),
		"Purpose":              header("Purpose: prefetch"),
		"X-Purpose":            header("X-Purpose: preview"),
		"X-Moz":                header("X-Moz: prefetch"),
		"long query":           func(int) string { return x.request("GET", "/callback?state="+strings.Repeat("a", 100<<10)) },
		"long header":          func(int) string { return x.request("GET", good, "X: "+strings.Repeat("a", 100<<10)+"\r\n") },
		"many headers":         func(int) string { return x.request("GET", good, strings.Repeat("X: a\r\n", 20000)) },
		"many parameters":      func(int) string { return x.request("GET", "/callback?"+strings.Repeat("state=a&", 5000)) },
		"body of a GET": func(int) string {
			return x.request("GET", "/callback", "Content-Length: 300000\r\n") + strings.Repeat("state=", 50000)
		},
		"big form":             func(int) string { return x.form("/callback", form, "state="+strings.Repeat("a", 300<<10)) },
		"form, wrong state":    func(int) string { return x.form("/callback", form, "code=x&state=guess") },
		"form, no state":       func(int) string { return x.form("/callback", form, "error=access_denied") },
		"form, two states":     func(int) string { return x.form("/callback", form, "code=x&state="+s+"&state=y") },
		"form, two codes":      func(int) string { return x.form("/callback", form, "code=x&code=y&state="+s) },
		"form, state in query": func(int) string { return x.form(good, form, "code=x") },
		"form as JSON":         func(int) string { return x.form("/callback", "application/json", `{"code":"x","state":"`+x.state+`"}`) },
		"form as text":         func(int) string { return x.form("/callback", "text/plain", "code=x&state="+s) },
		"form, no kind": func(int) string {
			return x.request("POST", "/callback", fmt.Sprintf("Content-Length: %d\r\n", len(good)), "") + good
		},
		"multipart": func(int) string {
			return x.form("/callback", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"state\"\r\n\r\n"+x.state+"\r\n--b--")
		},
		"endless chunks": func(int) string {
			return x.request("POST", "/callback", "Content-Type: "+form+"\r\nTransfer-Encoding: chunked\r\n") + "ffffffff\r\n" + strings.Repeat("a", 70<<10)
		},
		"two lengths": func(int) string {
			return x.request("POST", "/callback", "Content-Length: 5\r\nContent-Length: 6\r\n") + "state"
		},
		"smuggled": func(int) string {
			return x.request("POST", "/callback", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" + x.request("GET", "/callback?state=x")
		},
		"cut off":        func(int) string { return "GET /callback?state=" + s },
		"nothing":        func(int) string { return "" },
		"rubbish":        func(int) string { return "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" },
		"HTTP/2 preface": func(int) string { return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
		"bare newlines":  func(int) string { return "GET /callback?state=x HTTP/1.1\nHost: evil.example\n\n" },
	}
}

// slowly opens connections that send a byte now and then, and keeps at it until
// the test ends.
func (x *target) slowly(n int) {
	for i := range n {
		conn, err := net.Dial("tcp", x.address)
		if err != nil {
			x.t.Fatal(err)
		}
		x.t.Cleanup(func() { _ = conn.Close() })
		text := x.request("GET", "/callback?state=slow")
		if i%2 == 1 {
			text = x.form("/callback", "application/x-www-form-urlencoded", strings.Repeat("a", 1000))
		}
		go func() {
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for j := 0; ; j = min(j+1, len(text)-2) {
				<-tick.C
				if _, err := conn.Write([]byte{text[j]}); err != nil {
					return // the listener had enough
				}
			}
		}()
	}
}

// storm sends n requests of all kinds from 32 sides at once. None may be taken
// for the answer.
func (x *target) storm(n int) {
	x.t.Helper()
	attacks := x.attacks()
	names := make([]string, 0, len(attacks))
	for name := range attacks {
		names = append(names, name)
	}
	jobs := make(chan int)
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for i := range jobs {
				name := names[i%len(names)]
				line := x.raw(attacks[name](i))
				if strings.Contains(line, " 200 ") || strings.Contains(line, " 303 ") {
					x.t.Errorf("%s: %s", name, line)
				}
			}
		})
	}
	for i := range n {
		jobs <- i
	}
	close(jobs)
	all.Wait()
}

// waits fails unless the sign-in still does.
func (x *target) waits() {
	x.t.Helper()
	ctx, cancel := contextOf(x.t, time.Millisecond)
	defer cancel()
	if acc, err := x.flow.Wait(ctx); !errors.Is(err, ctx.Err()) {
		x.t.Fatalf("a stranger ended the sign-in: %v, %v", acc, err)
	}
}

// complete comes back as the person does, twice, and expects the account.
func (x *target) complete() {
	x.t.Helper()
	person := &authtest.Browser{Twice: true}
	if err := person.Open(x.t.Context(), x.flow.URL()); err != nil {
		x.t.Fatal(err)
	}
	ctx, cancel := contextOf(x.t, 30*time.Second)
	defer cancel()
	acc, err := x.flow.Wait(ctx)
	if err != nil || acc.User.Login != "mira" {
		x.t.Fatalf("after the attack: %v, %v", acc, err)
	}
	if visit := person.Wait()[0]; visit.Status != http.StatusOK || !strings.Contains(visit.Body, "You are signed in") {
		x.t.Errorf("page %d, %v", visit.Status, visit.Err)
	}
}

// TestCallbackUnderAttack: nothing that comes from elsewhere ends a sign-in, and
// neither memory nor goroutines grow with it.
func TestCallbackUnderAttack(t *testing.T) {
	for _, c := range []struct {
		mode, host string
		requests   int
	}{
		{"", "127.0.0.1", cut(10000, 1000)},
		{"form_post", "127.0.0.1", cut(2000, 500)},
		{"", "localhost", cut(2000, 200)},
		{"form_post", "localhost", cut(1000, 200)},
		{"", "[::1]", cut(2000, 200)},
	} {
		t.Run(c.host+" "+c.mode, func(t *testing.T) {
			if c.host == "[::1]" {
				needsIPv6(t)
			}
			before := runtime.NumGoroutine()
			x := newTarget(t, c.mode, c.host)
			x.slowly(cut(200, 20))
			x.storm(c.requests)
			x.waits()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapAlloc > 64<<20 {
				t.Errorf("%d MB in use after the attack", m.HeapAlloc>>20)
			}
			if n := runtime.NumGoroutine() - before; n > 3*cut(200, 20)+50 {
				t.Errorf("%d goroutines more than before", n)
			}
			if x.answered.Load() == 0 || x.ignored.Load() == 0 || x.ignored.Load() > 20 {
				t.Errorf("%d requests answered, %d reported", x.answered.Load(), x.ignored.Load())
			}
			x.complete()
			// Late ones find nobody.
			for name, attack := range x.attacks() {
				if line := x.raw(attack(0)); line != "" {
					t.Errorf("%s, late: %s", name, line)
				}
			}
		})
	}
}

// needsIPv6 leaves a test out on a machine without it.
func needsIPv6(t *testing.T) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6")
	}
	_ = l.Close()
}

// TestAnswerOfAnotherIssuer: the right state with the wrong iss ends the sign-in,
// says so, and nothing is handed over (RFC 9207 §2.4).
func TestAnswerOfAnotherIssuer(t *testing.T) {
	t.Parallel() // a storm waits for a deadline of the listener
	for name, iss := range map[string]func(url.Values, string){
		"another":       func(v url.Values, _ string) { v.Set("iss", "https://evil.example") },
		"upper case":    func(v url.Values, own string) { v.Set("iss", strings.ToUpper(own)) },
		"with a slash":  func(v url.Values, own string) { v.Set("iss", own+"/") },
		"empty":         func(v url.Values, _ string) { v.Set("iss", "") },
		"left out":      func(v url.Values, _ string) { v.Del("iss") }, // which the metadata promises
		"with an error": func(v url.Values, _ string) { v.Set("iss", "https://evil.example"); v.Set("error", "access_denied") },
	} {
		for _, mode := range []string{"", "form_post"} {
			t.Run(name+" "+mode, func(t *testing.T) {
				t.Parallel()
				answersWithIssuer(t, mode, iss)
			})
		}
	}
}

func answersWithIssuer(t *testing.T, mode string, change func(url.Values, string)) {
	x := newTarget(t, mode, "127.0.0.1")
	x.storm(100)
	person := &authtest.Browser{Change: func(v url.Values) { change(v, x.p.URL) }}
	if err := person.Open(t.Context(), x.flow.URL()); err != nil {
		t.Fatal(err)
	}
	_, err := x.flow.Wait(t.Context())
	if !errors.Is(err, oauth.ErrIssMismatch) {
		t.Fatalf("err = %v", err)
	}
	if w := problem.Explain(err, x.p.Config(), ""); !strings.Contains(w.Title, "response came from another provider") || !strings.Contains(w.Detail+w.Next, "stopped before anything was sent") {
		t.Errorf("words %+v", w)
	}
	if n := x.p.Count(authtest.Token); n != 0 {
		t.Errorf("%d token requests with the code", n)
	}
	if page := person.Wait()[0]; !strings.Contains(page.Body, "could not be verified") {
		t.Errorf("page %q", page.Body)
	}
}

// TestRepeatedAnswers: whatever comes after the right answer, before the
// sign-in is through, changes nothing.
func TestRepeatedAnswers(t *testing.T) {
	x := newTarget(t, "", "127.0.0.1")
	x.p.Behave(authtest.Behaviour{Latency: 300 * time.Millisecond})
	page := authtest.Get(t.Context(), x.flow.URL())
	address := page.Header.Get("Location")
	if first := authtest.Get(t.Context(), address); first.Status != http.StatusSeeOther {
		t.Fatalf("the answer: %d, %v", first.Status, first.Err)
	}
	var all sync.WaitGroup
	for i := range cut(500, 100) {
		all.Go(func() {
			again := address
			switch i % 3 {
			case 1:
				again = strings.Replace(address, "code=", "error=access_denied&x=", 1)
			case 2:
				again = strings.Replace(address, "code=", "code=another", 1)
			}
			_ = authtest.Get(t.Context(), again)
		})
	}
	acc, err := x.flow.Wait(t.Context())
	all.Wait()
	if err != nil || acc.User.Login != "mira" {
		t.Errorf("%v, %v", acc, err)
	}
	if n := x.p.Count(authtest.Token); n != 1 {
		t.Errorf("%d token requests, want 1", n)
	}
}
