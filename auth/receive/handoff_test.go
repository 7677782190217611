package receive

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// What is no browser on its way does not use the address up, and nobody gets
// it twice.
func TestHandoffLeadsOnOnce(t *testing.T) {
	h := &handoff{
		l: &sockets{host: "127.0.0.1:4711", port: 4711}, path: "/go/secret-path",
		target: "https://op.example/logout?id_token_hint=canary", done: make(chan struct{}),
	}
	server := newServer(h.handle, pageSend, slog.New(slog.DiscardHandler))
	ask := func(method, host, path string, header ...string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:4711"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host, r.RequestURI = host, path
		if len(header) > 0 {
			r.Header.Set(header[0], header[1])
		}
		return answerOf(server.Handler, r)
	}
	const own = "127.0.0.1:4711"
	for name, c := range map[string]struct {
		resp *http.Response
		want int
	}{
		"another path": {ask("GET", own, "/go/secret-patH"), 404},
		"no path":      {ask("GET", own, "/"), 404},
		"below it":     {ask("GET", own, "/go/secret-path/"), 404},
		"encoded":      {ask("GET", own, "/go/secret%2Dpath"), 404},
		"another host": {ask("GET", "evil.example", "/go/secret-path"), 421},
		"HEAD":         {ask("HEAD", own, "/go/secret-path"), 405},
		"POST":         {ask("POST", own, "/go/secret-path"), 405},
		"looks ahead":  {ask("GET", own, "/go/secret-path", "Sec-Purpose", "prefetch"), 503},
	} {
		if c.resp.StatusCode != c.want || c.resp.Header.Get("Location") != "" {
			t.Errorf("%s: %d to %q", name, c.resp.StatusCode, c.resp.Header.Get("Location"))
		}
	}
	var mu sync.Mutex
	count := map[int]int{}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			resp := ask("GET", own, "/go/secret-path")
			mu.Lock()
			defer mu.Unlock()
			count[resp.StatusCode]++
		})
	}
	all.Wait()
	if count[http.StatusSeeOther] != 1 || count[http.StatusGone] != 49 {
		t.Errorf("answers %v, want one that leads on", count)
	}
}

// answerOf is what a handler answers.
func answerOf(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}
