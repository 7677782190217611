package oauth

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestOrigins(t *testing.T) {
	var o origins
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	u, _ := url.Parse("https://a.example/token")
	as, api := serverOf(u, false), serverOf(u, true)
	header := func(date time.Time, more ...string) http.Header {
		h := http.Header{"Date": {date.Format(http.TimeFormat)}}
		for i := 0; i < len(more); i += 2 {
			h.Set(more[i], more[i+1])
		}
		return h
	}
	want := func(what string, s server, nonce string, ahead time.Duration) {
		t.Helper()
		if n, d := o.known(s); n != nonce || d != ahead {
			t.Errorf("%s: %q %v, want %q %v", what, n, d, nonce, ahead)
		}
	}
	want("nothing", as, "", 0)
	o.learn(as, header(now.Add(-time.Hour), "DPoP-Nonce", "one"), now)
	want("learnt", as, "one", time.Hour)
	want("the API has none of its own", api, "one", time.Hour)
	o.learn(api, header(now, "DPoP-Nonce", "two"), now)
	want("the API's", api, "two", 0)
	want("the other stays", as, "one", 0)
	o.learn(as, header(now.Add(-time.Hour), "Age", "3600"), now)
	want("a cached answer", as, "one", 0)
	if got := o.learn(as, header(now, "DPoP-Nonce", strings.Repeat("x", maxNonce+1)), now); got != "" {
		t.Error("an endless nonce is taken")
	}
	for i := range 2 * maxOrigins {
		v, _ := url.Parse(fmt.Sprintf("https://a.example:%d/", i+1))
		o.learn(serverOf(v, true), header(now, "DPoP-Nonce", "n"), now)
	}
	if n := len(o.nonces) + len(o.clocks); n > maxOrigins+2 {
		t.Errorf("%d servers are remembered", n)
	}
}
