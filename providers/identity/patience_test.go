package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// TestRateLimitThatStartsAnew reads on if the limit is new in a moment. Otherwise
// it keeps what came, and says when to come back.
func TestRateLimitThatStartsAnew(t *testing.T) {
	for name, tc := range map[string]struct {
		code       int
		in         time.Duration
		asked, got int
		told       string
	}{
		"new already":      {http.StatusForbidden, -time.Minute, 3, 2, ""},
		"new already, 429": {http.StatusTooManyRequests, -time.Minute, 3, 2, ""},
		"later":            {http.StatusForbidden, time.Hour, 2, 1, "too many requests (403); try again in "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			w := world.New(t, map[string]http.HandlerFunc{
				"a.example.com/me": world.Reply(`{"id":7}`),
				"a.example.com/groups": func(w http.ResponseWriter, r *http.Request) {
					n++
					switch n {
					case 1:
						world.Reply(`{"items":["g1"],"next":"/groups?p=2"}`)(w, r)
					case 2:
						world.Status(tc.code, "X-RateLimit-Remaining", "0",
							"X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(tc.in).Unix(), 10))(w, r)
					default:
						world.Reply(`{"items":["g2"]}`)(w, r)
					}
				},
			})
			got := identityOf(t, w, custom(t, "paging = \"next\"\nnext_token = \".next\"\n"), Request{})
			if n != tc.asked || len(got.Groups) != tc.got {
				t.Errorf("asked %d times, groups %v", n, got.Groups)
			}
			if (len(got.Missing) > 0) != (tc.told != "") || !strings.Contains(fmt.Sprint(got.Missing), tc.told) {
				t.Errorf("told %v", got.Missing)
			}
		})
	}
}

// BenchmarkGroups reads 10,000 groups over 100 pages, without a network.
func BenchmarkGroups(b *testing.B) {
	const pages, perPage = 100, 100
	w := world.New(b, map[string]http.HandlerFunc{
		"a.example.com/me": world.Reply(`{"id":7}`),
		"a.example.com/groups": func(w http.ResponseWriter, r *http.Request) {
			page, _ := strconv.Atoi(r.URL.Query().Get("p")) // 0 for the first
			items := make([]string, perPage)
			for i := range items {
				items[i] = strconv.Quote(fmt.Sprintf("group %d of page %d", i, page))
			}
			next := ""
			if page+1 < pages {
				next = fmt.Sprintf("/groups?p=%d", page+1)
			}
			world.Reply(fmt.Sprintf(`{"items":[%s],"next":%q}`, strings.Join(items, ","), next))(w, r)
		},
	})
	p := custom(b, "paging = \"next\"\nnext_token = \".next\"\n")
	b.ReportAllocs()
	for b.Loop() {
		if got := identityOf(b, w, p, Request{}); len(got.Groups) != pages*perPage || len(got.Missing) > 0 {
			b.Fatalf("%d groups, missing %v", len(got.Groups), got.Missing)
		}
	}
}

// direct answers without a network, so that time can be a test's own.
func direct(h http.HandlerFunc) *http.Client {
	return &http.Client{Transport: world.RoundTrip(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		r.Host = r.URL.Host
		h(w, r)
		resp := w.Result()
		resp.Request = r
		return resp, nil
	})}
}

// busyEvery refuses the first request of each page with Retry-After, then
// serves it; there are pages of one group each.
func busyEvery(pages int, retryAfter string) http.HandlerFunc {
	refused := map[string]bool{}
	return func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("p"))
		switch {
		case r.URL.Path == "/me":
			world.Reply(`{"id":7}`)(w, r)
		case !refused[r.URL.RawQuery]:
			refused[r.URL.RawQuery] = true
			world.Status(http.StatusTooManyRequests, "Retry-After", retryAfter)(w, r)
		case page == pages-1:
			world.Reply(fmt.Sprintf(`{"items":["g%d"]}`, page))(w, r)
		default:
			world.Reply(fmt.Sprintf(`{"items":["g%d"],"next":"/groups?p=%d"}`, page, page+1))(w, r)
		}
	}
}

// TestWaitingIsBoundedOverAllPages: many short waits are fine, 30 seconds in
// all; then what came is kept and the rest reported.
func TestWaitingIsBoundedOverAllPages(t *testing.T) {
	for name, tc := range map[string]struct {
		retryAfter string
		got        int
		took       time.Duration
		told       string
	}{
		"short":           {"2", 10, 20 * time.Second, ""},
		"in all too long": {"4", 7, 28 * time.Second, "too many requests (429); try again in 4 seconds"},
		"at once":         {"0", 10, 10 * time.Millisecond, ""},
		"longer than all": {"31", 0, 0, "try again in 31 seconds"},
		"minutes":         {"121", 0, 0, "try again in 3 minutes"},
		"negative":        {"-5", 0, 0, "too many requests (429); try again later"},
		"huge":            {"99999999999999999999", 0, 0, "too many requests (429); try again later"},
		"years":           {"99999999", 0, 0, "too many requests (429); try again later"},
		"nonsense":        {"soon", 0, 0, "too many requests (429); try again later"},
		"none":            {"", 0, 0, "too many requests (429); try again later"},
		"past date":       {"Fri, 31 Dec 1999 23:59:59 GMT", 10, 10 * time.Second, ""},
		"far date":        {"Fri, 31 Dec 2999 23:59:59 GMT", 0, 0, "too many requests (429); try again later"},
		"near date":       {"Sat, 01 Jan 2000 00:00:03 GMT", 10, 12 * time.Second, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // it starts at midnight of 2000-01-01 UTC
				start := time.Now()
				waits := time.Duration(0)
				got, err := Ask(t.Context(), custom(t, "paging = \"next\"\nnext_token = \".next\"\n"), Request{
					HTTP: direct(busyEvery(10, tc.retryAfter)), AccessToken: providers.NewSecret(world.Canary), Groups: true,
					Progress: func(p Progress) { waits += p.Wait },
				})
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); len(got.Groups) != tc.got || took != tc.took || waits != tc.took {
					t.Errorf("%d groups after %v, waits of %v told", len(got.Groups), took, waits)
				}
				if told := fmt.Sprint(got.Missing); (len(got.Missing) > 0) != (tc.told != "") || !strings.Contains(told, tc.told) {
					t.Errorf("told %s", told)
				}
			})
		})
	}
}

// A provider that refuses again and again is asked three times.
func TestRetriesOfOneRequestAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		p := custom(t, "")
		got, err := Ask(t.Context(), p, Request{
			AccessToken: providers.NewSecret(world.Canary), Groups: true,
			HTTP: direct(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/me" {
					world.Reply(`{"id":7}`)(w, r)
					return
				}
				n++
				world.Status(http.StatusServiceUnavailable, "Retry-After", "1")(w, r)
			}),
		})
		if err != nil || n != maxTries || len(got.Missing) != 1 {
			t.Errorf("%d times, %v, %v", n, got, err)
		}
	})
}

// Whoever cancels does not wait.
func TestWaitingCanBeCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		_, err := Ask(ctx, custom(t, ""), Request{
			HTTP: direct(busyEvery(1, "20")), AccessToken: providers.NewSecret(world.Canary), Groups: true,
			Progress: func(p Progress) {
				if p.Wait > 0 {
					cancel()
				}
			},
		})
		if !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestForbiddenWithAndWithoutRetryAfter(t *testing.T) {
	for name, tc := range map[string]struct {
		header []string
		want   string
	}{
		"none":    {nil, "not permitted (403): a permission is missing, or an administrator does not allow it"},
		"retry":   {[]string{"Retry-After", "600"}, "too many requests (403); try again in 10 minutes"},
		"used up": {[]string{"X-RateLimit-Remaining", "0"}, "too many requests (403); try again later"},
		"bearer":  {[]string{"WWW-Authenticate", `Bearer error="insufficient_scope"`}, "a permission is missing (403)"},
	} {
		w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": world.Reply(`{"id":7}`), "a.example.com/groups": world.Status(403, tc.header...)})
		got := identityOf(t, w, custom(t, ""), Request{})
		if d := cmp.Diff([]Missing{{What: "Groups", Reason: tc.want}}, got.Missing); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestProgressOfPages(t *testing.T) {
	w := world.New(t, map[string]http.HandlerFunc{
		"a.example.com/me": world.Reply(`{"id":7}`),
		"a.example.com/groups": func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Query().Get("p") {
			case "":
				world.Reply(`{"items":["a","b"],"next":"/groups?p=2"}`)(w, r)
			case "2":
				world.Reply(`{"items":["c"],"next":"/groups?p=3"}`)(w, r)
			default:
				world.Status(500)(w, r)
			}
		},
	})
	var told []Progress
	var pages []int
	var mu sync.Mutex
	r := Request{
		HTTP: w.Client, AccessToken: providers.NewSecret(world.Canary), Groups: true,
		Progress: func(p Progress) { told = append(told, p) },
		Observe: func(q Exchange) {
			mu.Lock()
			defer mu.Unlock()
			if q.Name == "Groups" {
				pages = append(pages, q.Page)
			}
		},
	}
	got, err := Ask(t.Context(), custom(t, "paging = \"next\"\nnext_token = \".next\"\n"), r)
	if err != nil {
		t.Fatal(err)
	}
	want := []Progress{{Name: "Groups", Page: 1, Groups: 2}, {Name: "Groups", Page: 2, Groups: 3}, {Name: "Groups", Page: 2, Groups: 3, Last: true}}
	if d := cmp.Diff(want, told); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{1, 2, 3}, pages); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Origin{{FromAPI, "Groups"}}, got.Unread); d != "" || len(got.Groups) != 3 {
		t.Error(d, got.Groups)
	}
}

func TestRetryAfterThatMakesNoSense(t *testing.T) {
	for after, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-1": 0, "1.5": 0, "0": time.Millisecond, "7": 7 * time.Second,
		"2592000": maxRetryAfter, "2592001": 0, "4611686018427387904": 0, "9223372036854775807": 0, "99999999999999999999": 0,
		"Mon, 02 Jan 2006 15:04:05 GMT": time.Second,
	} {
		resp := &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {after}}}
		if got := retryAfter(resp); got != want {
			t.Errorf("%q: %v, want %v", after, got, want)
		}
	}
}

func TestResetThatMakesNoSense(t *testing.T) {
	for reset, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-1": 0, "0": 0, "99999999999999999999": 0, "1.5": 0,
		"1": time.Second, // long ago: the limit is new already
		strconv.FormatInt(time.Now().Add(1000*time.Hour).Unix(), 10): 24 * time.Hour,
	} {
		if got := untilReset(reset); got != want {
			t.Errorf("%q: %v, want %v", reset, got, want)
		}
	}
}
