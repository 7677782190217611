package providers

import (
	"net/url"
	"strings"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

// address checks one address: placeholders that exist, https unless loopback.
func (v *validator) address(key string, s *string) {
	if *s == "" {
		return
	}
	filled, ok := v.filled(key, *s)
	if !ok {
		return
	}
	u, err := url.Parse(filled)
	switch {
	case err != nil || !ask.Secure(u):
		v.fail(key, "must be an https address (http only for 127.0.0.1, [::1] and localhost)")
	case u.Fragment != "" && !helpLink(key):
		v.fail(key, `must have no "#" part`)
	case key == "issuer" && u.RawQuery != "": // OIDC Discovery 1.0 §3
		v.fail(key, `must have no "?" part`)
	}
}

// filled puts something into each placeholder. It is not ok if one is unknown, or
// if a person must still fill in a whole address.
func (v *validator) filled(key, address string) (out string, ok bool) {
	// Claims are known in requests, but never make the host.
	free := strings.HasPrefix(key, "profile.") || strings.HasPrefix(key, "groups") || strings.HasPrefix(key, "sign_out.")
	host := placeholder.HostEnd(address)
	ok = true
	out = placeholder.Each(address, func(name string, at int) string {
		value, known := v.p.Variables[name]
		switch {
		case known && value.Value != "":
			return value.Value
		case known:
			ok = ok && at > 0
		case !free || at < host:
			v.fail(key, "{blank} is not one of the variables: {names}", "{"+name+"}", strings.Join(sortedKeys(v.p.Variables), ", "))
			ok = false
		}
		return "x"
	})
	return out, ok
}
