package providers_test

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// internet answers for every host of the world, by handlers at "host/path".
// It notes each request.
type internet struct {
	t     *testing.T
	hosts map[string]http.HandlerFunc

	mu    sync.Mutex
	asked []request
}

// request is one that came.
type request struct {
	method, place string // place is "host/path"
	query, form   url.Values
	header        http.Header
	body          string
}

func newInternet(t *testing.T) *internet {
	return &internet{t: t, hosts: map[string]http.HandlerFunc{}}
}

// serve adds a handler.
func (n *internet) serve(place string, h http.HandlerFunc) { n.hosts[place] = h }

// ServeHTTP implements [http.Handler].
func (n *internet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		n.t.Errorf("%s: %v", r.URL.Path, err)
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	seen := request{method: r.Method, place: r.Host + r.URL.Path, query: r.URL.Query(), header: r.Header.Clone(), body: string(body)}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if seen.form, err = url.ParseQuery(seen.body); err != nil {
			n.t.Errorf("%s: %v", seen.place, err)
		}
		r.PostForm, r.Form = seen.form, seen.form
	}
	n.mu.Lock()
	n.asked = append(n.asked, seen)
	n.mu.Unlock()
	for _, v := range r.URL.Query() {
		for _, v := range v {
			if strings.Contains(v, "accesstok-") || strings.Contains(v, "refreshtok-") || strings.Contains(v, "secret-") {
				n.t.Errorf("%s: a secret in an address", seen.place)
			}
		}
	}
	h, ok := n.hosts[seen.place]
	if !ok {
		n.t.Errorf("nobody should ask for %s %s", r.Method, seen.place)
		http.NotFound(w, r)
		return
	}
	h(w, r)
}

// to lists the requests to a place.
func (n *internet) to(place string) []request {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(n.asked), func(r request) bool { return r.place != place })
}

// last is the newest request to a place.
func (n *internet) last(place string) request {
	n.t.Helper()
	all := n.to(place)
	if len(all) == 0 {
		n.t.Fatalf("nobody asked for %s", place)
	}
	return all[len(all)-1]
}

// count counts the requests so far.
func (n *internet) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.asked)
}

// transport leads every connection to one local TLS server. Whatever is asked
// for without TLS fails there.
func (n *internet) transport() http.RoundTripper {
	server := httptest.NewUnstartedServer(n)
	// Requests that end with their sign-in are no news.
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	n.t.Cleanup(server.Close)
	rt, ok := server.Client().Transport.(*http.Transport)
	if !ok {
		n.t.Fatal("no transport")
	}
	rt = rt.Clone()
	rt.Proxy = nil
	rt.TLSClientConfig.ServerName = "example.com" // what its certificate is for
	rt.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, server.Listener.Addr().String())
	}
	n.t.Cleanup(rt.CloseIdleConnections)
	return rt
}

// direct answers without a socket, so that time can be faked.
type direct struct{ n *internet }

// RoundTrip implements [http.RoundTripper].
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" {
		d.n.t.Errorf("asked without TLS: %s", r.URL.Host)
	}
	in := r.Clone(r.Context())
	in.Host = r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.n.ServeHTTP(w, in)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// answer writes JSON.
func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// object writes a JSON object.
func object(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	answer(w, status, string(b))
}

// png is a picture of one dot.
const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

// picture answers with one, to requests that bring a token or, if bearer is
// false, to those that bring none.
func picture(n *internet, bearer bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if (r.Header.Get("Authorization") != "") != bearer {
			n.t.Errorf("%s: token sent: %v", r.Host, !bearer)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "image/png")
		_, _ = io.WriteString(w, png)
	}
}
