package providers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Registered is the result of a registration by request (RFC 7591 §3.2.1), as far
// as a provider file holds it.
type Registered struct {
	ClientID string
	// Auth and SecretUse are those of [Client].
	Auth, SecretUse string
	// Redirect is the address that the registration lists.
	Redirect Redirect
	// NoRefresh reports that the registration has no refresh tokens.
	NoRefresh bool
}

// FromRegistration is [FromIssuer] for an app that was registered by request:
// the file says what the registration says.
func FromRegistration(id, name string, r Registered, m *Metadata) ([]byte, error) {
	f, err := fromIssuer(id, name, r.ClientID, m)
	if err != nil {
		return nil, err
	}
	f.Client["auth"], f.Client["secret"], f.Client["by_request"] = r.Auth, r.SecretUse, true
	if r.NoRefresh {
		if f.Scopes == nil {
			f.Scopes = map[string][]string{}
		}
		f.Scopes["offline"] = []string{}
		f.Authorization = map[string]any{"params": map[string]string{"prompt": ""}}
	}
	f.Redirect = r.Redirect.table()
	return f.text()
}

// RegistrationScopes are the scopes to register an app for: those that a file
// made by [FromIssuer] can ask for. None if the issuer does not say which ones it
// knows, since an unknown one can make it refuse the whole registration.
func RegistrationScopes(m *Metadata) ([]string, error) {
	if len(m.ScopesSupported) == 0 {
		return nil, nil
	}
	base, err := preset("oidc")
	if err != nil {
		return nil, err
	}
	s := base.Scopes
	var out []string
	for _, asked := range [][]string{m.known(s.Base), m.knownProfile(s.Profile), m.known(s.Groups), m.known(s.Offline)} {
		out = append(out, asked...)
	}
	return out, nil
}

// URIs are the redirect URIs to register: one without a port where any will
// do (RFC 8252 §7.3). The path is not changed, since it is compared byte for byte.
func (r Redirect) URIs() []string {
	if len(r.Ports) == 0 {
		return []string{"http://" + r.Host + r.Path}
	}
	out := make([]string, 0, len(r.Ports))
	for _, port := range r.Ports {
		out = append(out, "http://"+r.Host+":"+strconv.Itoa(port)+r.Path)
	}
	return out
}

// RedirectOf makes a redirect of registered URIs: the loopback addresses among
// them that share host and path with the first one. It is not ok if this
// computer can listen on none of them.
func RedirectOf(uris []string) (r Redirect, ok bool) {
	for _, uri := range uris {
		u, err := url.Parse(uri)
		if err != nil || u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			continue
		}
		host, path := u.Hostname(), u.EscapedPath()
		if host == "::1" {
			host = "[::1]"
		}
		if !slices.Contains([]string{"127.0.0.1", "localhost", "[::1]"}, host) || path == "" {
			continue
		}
		if ok && (host != r.Host || path != r.Path) {
			continue
		}
		if !ok {
			r, ok = Redirect{Host: host, Path: path}, true
		}
		port, err := strconv.Atoi(u.Port())
		if err != nil { // no port means any port
			r.Ports = nil
			break
		}
		r.Ports = append(r.Ports, port)
	}
	r.Register = strings.Join(r.URIs(), ", ")
	return r, ok
}

// table is what a file must say about a redirect. The path is always there: it was
// registered, whatever the id of the provider becomes.
func (r Redirect) table() map[string]any {
	out := map[string]any{"path": r.Path, "register": r.Register}
	if r.Host != "" && r.Host != "127.0.0.1" {
		out["host"] = r.Host
	}
	if len(r.Ports) > 0 {
		out["ports"] = r.Ports
	}
	return out
}
