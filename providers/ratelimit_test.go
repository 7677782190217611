package providers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestRateLimitThatStartsAnew reads on where the limit is new in a moment. Else
// it keeps what came, and tells when to come back.
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
			w := newWorld(t, map[string]http.HandlerFunc{
				"a.example.com/me": reply(`{"id":7}`),
				"a.example.com/groups": func(w http.ResponseWriter, r *http.Request) {
					n++
					switch n {
					case 1:
						reply(`{"items":["g1"],"next":"/groups?p=2"}`)(w, r)
					case 2:
						status(tc.code, "X-RateLimit-Remaining", "0",
							"X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(tc.in).Unix(), 10))(w, r)
					default:
						reply(`{"items":["g2"]}`)(w, r)
					}
				},
			})
			got := w.identity(custom(t, "paging = \"next\"\nnext_token = \".next\"\n"), IdentityRequest{})
			if n != tc.asked || len(got.Groups) != tc.got {
				t.Errorf("asked %d times, groups %v", n, got.Groups)
			}
			if (len(got.Missing) > 0) != (tc.told != "") || !strings.Contains(fmt.Sprint(got.Missing), tc.told) {
				t.Errorf("told %v", got.Missing)
			}
		})
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

// BenchmarkGroups reads 10,000 groups over 100 pages, without a network.
func BenchmarkGroups(b *testing.B) {
	const pages, perPage = 100, 100
	w := newWorld(b, map[string]http.HandlerFunc{
		"a.example.com/me": reply(`{"id":7}`),
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
			reply(fmt.Sprintf(`{"items":[%s],"next":%q}`, strings.Join(items, ","), next))(w, r)
		},
	})
	p := custom(b, "paging = \"next\"\nnext_token = \".next\"\n")
	b.ReportAllocs()
	for b.Loop() {
		if got := w.identity(p, IdentityRequest{}); len(got.Groups) != pages*perPage || len(got.Missing) > 0 {
			b.Fatalf("%d groups, missing %v", len(got.Groups), got.Missing)
		}
	}
}
