package attack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/tryit"
)

// wire is everything that leaves the program. Requests to the account's own provider
// reach it; one with a path below /to/ is redirected by it to wherever the test says. All
// other servers are a thief's.
type wire struct {
	own string // host
	p   http.RoundTripper

	mu     sync.Mutex
	token  string
	status int
	to     string
	stolen []string
	asked  []string // hosts, of requests with the token
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.token != "" && w.carries(r) {
		w.asked = append(w.asked, r.URL.Host)
		if r.URL.Scheme != "http" || r.URL.Host != w.own || r.Host != "" && r.Host != w.own {
			w.stolen = append(w.stolen, r.URL.Scheme+"://"+r.URL.Host+" with Host "+r.Host)
		}
	}
	if r.URL.Host == w.own && !strings.HasPrefix(r.URL.Path, "/to/") {
		return w.p.RoundTrip(r)
	}
	rec := httptest.NewRecorder()
	if r.URL.Host == w.own {
		rec.Header()["Location"] = []string{w.to}
		rec.WriteHeader(w.status)
	}
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

// carries reports whether the token is anywhere in a request.
func (w *wire) carries(r *http.Request) bool {
	var all bytes.Buffer
	_, _ = fmt.Fprintln(&all, r.URL, r.Host, r.Header, r.Trailer)
	if r.GetBody != nil {
		if body, err := r.GetBody(); err == nil {
			_, _ = io.Copy(&all, body)
		}
	}
	return strings.Contains(all.String(), w.token)
}

// tryIt signs in and returns the desk and what leaves the program.
func tryIt(t *testing.T) (desk *tryit.Desk, id string, w *wire) {
	t.Helper()
	p := authtest.NewProvider(t)
	own, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	w = &wire{own: own.Host, p: http.DefaultTransport}
	b := &authtest.Browser{}
	a, err := auth.New(auth.Options{Lookup: p.Lookup, Browser: b.Open, Transport: w})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	acc, err := a.SignIn(t.Context(), auth.SignInRequest{Provider: "authtest"})
	if err != nil {
		t.Fatal(err)
	}
	b.Wait()
	token, err := a.Token(t.Context(), acc.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.token = token.AccessToken.Reveal()
	w.mu.Unlock()
	return auth.TryIt(a), acc.ID, w
}

// TestTriedTokenGoesToNoOtherOrigin: whatever is typed as the address or its headers, the
// token goes to the provider's own origin or nowhere.
func TestTriedTokenGoesToNoOtherOrigin(t *testing.T) {
	desk, id, w := tryIt(t)
	host, port, _ := strings.Cut(w.own, ":")
	own := "http://" + w.own
	spellings := []string{own + "#@evil.example/", "http://１２７.0.0.1:" + port + "/"} // of the own origin
	for _, address := range []string{
		"https://evil.example/", "http://evil.example/", "//evil.example/", "evil.example",
		"https://" + w.own + "/",                    // another scheme is another origin
		"http://" + host + ":1/",                    // another port
		"http://localhost:" + port + "/",            // another name of the same
		"http://127.0.0.2:" + port + "/",            //
		"http://" + host + ".:" + port + "/",        // a dot at the end
		"http://" + host + ":0" + port + "/",        // a nought before the port
		"http://" + host + ":/",                     //
		"http://[::ffff:127.0.0.1]:" + port + "/",   //
		"http://2130706433:" + port + "/",           // 127.0.0.1 as a number
		"http://0x7f.1:" + port + "/",               //
		own + "@evil.example/",                      // a name and password
		"http://user:pass@" + w.own + "/userinfo",   //
		"http://evil.example\\@" + w.own + "/",      // a slash to browsers
		own + "\\.evil.example/",                    //
		own + ".evil.example/",                      //
		own + "#@evil.example/",                     // a fragment, which is not sent
		"http://evil.example#@" + w.own + "/",       //
		"http://evil.example?@" + w.own + "/",       //
		own + "/\r\nHost: evil.example",             // a line break
		own + "\n.evil.example/",                    //
		own + "\t.evil.example/",                    //
		own + " .evil.example/",                     //
		"http://１２７.0.0.1:" + port + "/",            // digits of another width
		"https://ex\u0430mple.com/",                 // a letter of another script
		"https://xn--exmple-4nf.com/",               // the same in ASCII
		"javascript:alert(1)", "file:///etc/passwd", // no servers
		"http:" + w.own + "/", "http:///" + w.own,
		"http://%65vil.example/", "http://evil.example%00" + w.own + "/",
		"HTTP://EVIL.EXAMPLE/",
	} {
		_, err := desk.Send(t.Context(), id, tryit.Request{Method: "GET", URL: address})
		if err == nil && !slices.Contains(spellings, address) {
			t.Errorf("%q was sent", address)
		}
	}
	for _, header := range []tryit.Header{
		{Name: "Host", Value: "evil.example"},
		{Name: "host", Value: "evil.example"},
		{Name: "Authorization", Value: "Bearer mine"},
		{Name: "AUTHORIZATION", Value: "x"},
		{Name: "DPoP", Value: "x"},
		{Name: "Proxy-Authorization", Value: "x"},
		{Name: "Cookie", Value: "a=b"},
		{Name: "Connection", Value: "authorization"},
		{Name: "Transfer-Encoding", Value: "chunked"},
		{Name: "Content-Length", Value: "0"},
		{Name: "Upgrade", Value: "h2c"},
		{Name: "X-One", Value: "a\r\nHost: evil.example"},
		{Name: "X-One\r\nHost", Value: "evil.example"},
		{Name: "X-One", Value: "a\nb"},
		{Name: "", Value: "x"},
		{Name: "X One", Value: "x"},
		{Name: "Host:", Value: "evil.example"},
		{Name: "X", Value: "\x00"},
	} {
		if _, err := desk.Send(t.Context(), id, tryit.Request{Method: "GET", URL: own + "/userinfo", Headers: []tryit.Header{header}}); err == nil {
			t.Errorf("the header %q: %q was sent", header.Name, header.Value)
		}
	}
	for _, method := range []string{"TRACE", "CONNECT", "trace", "", "GET /\r\nHost: evil.example", "PRI"} {
		if _, err := desk.Send(t.Context(), id, tryit.Request{Method: method, URL: own + "/userinfo"}); err == nil {
			t.Errorf("the method %q was sent", method)
		}
	}
	w.check(t)
	// So that all this means something: a plain request carries it.
	a, err := desk.Send(t.Context(), id, tryit.Request{Method: "GET", URL: own + "/userinfo"})
	if err != nil || a.Status != http.StatusOK || !slices.Contains(w.asked, w.own) {
		t.Fatalf("%+v, %v, asked %v", a, err, w.asked)
	}
}

func (w *wire) check(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.stolen {
		t.Errorf("the token was sent to %s", s)
	}
}

// redirect makes the provider answer with a redirect.
func (w *wire) redirect(status int, to string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status, w.to = status, to
}

// TestTriedRedirectIsShownAndNotFollowed: no redirect takes the token to another origin.
func TestTriedRedirectIsShownAndNotFollowed(t *testing.T) {
	desk, id, w := tryIt(t)
	host, port, _ := strings.Cut(w.own, ":")
	own := "http://" + w.own
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{
			"https://evil.example/", "//evil.example/x", "http://evil.example/", "https://" + w.own + "/userinfo",
			"http://user:pass@" + w.own + "/userinfo", "http://" + w.own + "@evil.example/", "http://localhost:" + port + "/userinfo",
			"http://" + host + ".:" + port + "/", "http://" + host + ":1/", "\\\\evil.example/", "/\\evil.example/", "http:\\\\evil.example",
			"http://evil.example\\@" + w.own + "/", "http://evil.example#@" + w.own, "http://[::1", "%zz://", "javascript:alert(1)",
			"http://xn--exmple-4nf.com/", "http://ex\u0430mple.com/", "\thttp://evil.example/", "http://evil.example/\x7f",
			"data:text/html,x", "http://0x7f.1:" + port + "/",
		} {
			for _, method := range []string{"GET", "POST", "HEAD"} {
				w.redirect(status, to)
				a, err := desk.Send(t.Context(), id, tryit.Request{Method: method, URL: own + "/to/x", Body: "{}"})
				if err != nil || a.Status != status || a.Redirect == nil {
					t.Errorf("%s, %d to %q: %+v, %v", method, status, to, a, err)
				}
			}
		}
	}
	w.check(t)
}

// TestTriedRedirectOnTheSameOriginIsFollowed: but not that of a request that may change
// something, and not for ever.
func TestTriedRedirectOnTheSameOriginIsFollowed(t *testing.T) {
	desk, id, w := tryIt(t)
	own := "http://" + w.own
	w.redirect(http.StatusPermanentRedirect, "/userinfo?x=1#part")
	a, err := desk.Send(t.Context(), id, tryit.Request{Method: "GET", URL: own + "/to/x"})
	if err != nil || a.Status != http.StatusOK || a.Redirect != nil || a.URL != own+"/userinfo?x=1" {
		t.Errorf("%+v, %v", a, err)
	}
	a, err = desk.Send(t.Context(), id, tryit.Request{Method: "DELETE", URL: own + "/to/x"})
	if err != nil || a.Redirect == nil || a.Redirect.Why != tryit.Changes {
		t.Errorf("%+v, %v", a, err)
	}
	w.redirect(http.StatusPermanentRedirect, "/to/again")
	a, err = desk.Send(t.Context(), id, tryit.Request{Method: "GET", URL: own + "/to/x"})
	if err != nil || a.Redirect == nil || a.Redirect.Why != tryit.TooMany {
		t.Errorf("%+v, %v", a, err)
	}
	w.check(t)
}

// TestTriedOriginIsAllowedByName: a yes is good for one origin, and only until it is taken back.
func TestTriedOriginIsAllowedByName(t *testing.T) {
	desk, id, w := tryIt(t)
	const api = "https://api.example.test"
	send := func(address string) error {
		_, err := desk.Send(t.Context(), id, tryit.Request{Method: "GET", URL: address})
		return err
	}
	var elsewhere *tryit.ElsewhereError
	if err := send(api + "/me"); !errors.As(err, &elsewhere) || elsewhere.Origin != api {
		t.Fatalf("err = %v", err)
	}
	if err := desk.Allow(t.Context(), id, api, true); err != nil {
		t.Fatal(err)
	}
	if err := send("HTTPS://API.example.test:443/me"); err != nil {
		t.Errorf("the allowed origin: %v", err)
	}
	for _, other := range []string{"https://api.example.test:8443/me", "http://api.example.test/me", "https://x.api.example.test/", "https://api.example.test./"} {
		if err := send(other); err == nil {
			t.Errorf("%s was sent", other)
		}
	}
	w.mu.Lock()
	for _, host := range w.asked {
		if host != w.own && host != "api.example.test" && host != "api.example.test:443" {
			t.Errorf("the token was sent to %s", host)
		}
	}
	w.asked = nil
	w.mu.Unlock()
	if err := desk.Allow(t.Context(), id, api, false); err != nil {
		t.Fatal(err)
	}
	if err := send(api + "/me"); !errors.As(err, &elsewhere) {
		t.Errorf("after it was taken back: %v", err)
	}
	if slices.Contains(w.asked, "api.example.test") {
		t.Error("the token was sent after the yes was taken back")
	}
}
