package providers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

func (v *validator) signOut() {
	s := v.p.SignOut
	if !slices.Contains([]string{"", "rfc7009", "form", methodRequests}, s.Method) && !slices.Contains(signOutPresets(), s.Method) {
		v.oneOf("sign_out.method", s.Method, "", "rfc7009", "form", methodRequests)
	}
	if (s.Method == "form" || s.Method == methodRequests) && s.URL == "" {
		v.fail("sign_out.url", "is missing; method {quoted} needs it", strconv.Quote(s.Method))
	}
	if s.Method == methodRequests && len(s.Requests) == 0 {
		v.fail("sign_out.method", `"requests" needs [[sign_out.request]]`)
	}
	for i := range s.Requests {
		r := &s.Requests[i]
		key := func(name string) string { return indexed("sign_out.request", i, name) }
		v.oneOf(key("method"), r.Method, http.MethodPost, http.MethodDelete, http.MethodPut)
		v.oneOf(key("auth"), r.Auth, "", "basic")
		if !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "?#\\ \t\r\n") {
			v.fail(key("path"), `must start with "/" and contain no "?", "#" or space`)
		}
		for _, blank := range placeholder.Names(r.Path) {
			if blank != "client_id" {
				v.fail(key("path"), "{blank} is not allowed there, only {allowed}", "{"+blank+"}", "{client_id}")
			}
		}
		v.headers(key("headers"), r.Headers)
		if body, err := foreign.Value([]byte(r.Body)); err != nil {
			v.fail(key("body"), "must be JSON text")
		} else if _, ok := body.(map[string]any); !ok {
			v.fail(key("body"), "must be a JSON object")
		}
	}
}
