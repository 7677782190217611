package providers

import (
	"cmp"
	"slices"
	"strings"
)

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
