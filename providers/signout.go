package providers

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

// SignOutRequest is a request that ends tokens in a provider's own way. Only
// its body can hold them.
type SignOutRequest struct {
	// Method is "POST", "DELETE" or "PUT".
	Method string `toml:"method"`
	// Path is appended to the address of [SignOut.URL]; {client_id} is filled in.
	Path string `toml:"path"`
	// Headers are sent along.
	Headers map[string]string `toml:"headers"`
	// Auth is "basic" (client ID and secret: the request can only be made
	// if there is a secret) or "".
	Auth string `toml:"auth"`
	// Body is a JSON text; "{access_token}", "{refresh_token}" and
	// "{client_id}" in it are filled. An entry of a list that stays empty is
	// left out.
	Body string `toml:"body"`
}

// methodRequests is the [SignOut.Method] of [SignOut.Requests].
const methodRequests = "requests"

// SignOutRequests are the requests of [SignOut.Requests], of which the first that
// can be made ends the tokens, and the address before their paths, with {client_id}
// still in it. There are none if the provider uses another method or none.
func (p *Provider) SignOutRequests() (base string, list []SignOutRequest) {
	s := p.SignOut
	if s.Method != methodRequests && !slices.Contains(signOutPresets(), s.Method) {
		return "", nil
	}
	base, list = p.Expand(s.URL), s.Requests
	if s.Method != methodRequests {
		if model, err := preset(s.Method); err == nil { // its requests are the caller's
			base = cmp.Or(base, model.Expand(model.SignOut.URL))
			if len(list) == 0 {
				list = model.SignOut.Requests
			}
		}
	}
	return strings.TrimSuffix(base, "/"), list
}

// signOutPresets are the built-in providers with requests of their own. Their
// ids are methods too: what works like one of them says so.
func signOutPresets() []string {
	var ids []string
	for _, id := range presetIDs() {
		if p := embedded(id); p != nil && p.SignOut.Method == methodRequests {
			ids = append(ids, id)
		}
	}
	return ids
}

func (v *validator) signOut() {
	s := v.p.SignOut
	if !slices.Contains([]string{"", "rfc7009", "form", methodRequests}, s.Method) && !slices.Contains(signOutPresets(), s.Method) {
		v.oneOf("sign_out.method", s.Method, "", "rfc7009", "form", methodRequests)
	}
	if (s.Method == "form" || s.Method == methodRequests) && s.URL == "" {
		v.fail("sign_out.url", `is missing; method %q needs it`, s.Method)
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
				v.fail(key("path"), "{%s} is not allowed there, only {client_id}", blank)
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
