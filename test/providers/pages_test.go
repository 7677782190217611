package providers_test

import (
	"fmt"
	"net/http"
	"strings"
)

// api serves answers of a provider's API to whoever brings a token that lives.
func (o *op) api(place, refusal, body string) { o.serve(place, o.bearer(refusal, fixed(body))) }

// linked serves pages that a Link header chains (RFC 8288 §3), to requests that
// ask for as many as query says.
func (o *op) linked(place, refusal, query string, pages ...string) {
	size, many, _ := strings.Cut(query, "=")
	o.serve(place, o.bearer(refusal, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		n := 1
		_, _ = fmt.Sscan(q.Get("page"), &n)
		if q.Get(size) != many || n > len(pages) {
			o.t.Errorf("%s: page %d, %v", place, n, q)
			n = len(pages)
		}
		if n < len(pages) {
			q.Set("page", fmt.Sprint(n+1))
			w.Header().Add("Link", fmt.Sprintf(`<https://%s?page=%d>; rel="last", <https://%s?%s>; rel="next"`, place, len(pages), place, q.Encode()))
		}
		answer(w, http.StatusOK, pages[n-1])
	}))
}
