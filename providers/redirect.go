package providers

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// callbackPath is the redirect path of a provider whose file names none. Each
// provider has its own: a hostile one could otherwise send the browser on to an
// honest one and have that one's code come back here as the answer to its own
// request (RFC 9700 §4.4.2.2).
func callbackPath(id string) string { return "/callback/" + id }

// RedirectPath is the path of the redirect URI, also for a provider that was made
// in code and names none.
func (p *Provider) RedirectPath() string {
	path := cmp.Or(p.Redirect.Path, callbackPath(p.ID))
	if !strings.HasPrefix(path, "/") {
		return "/" + path
	}
	return path
}

// addresses are the redirect URIs to register, one for each fixed port.
func (r Redirect) addresses() string { return strings.Join(r.URIs(), ", ") }

// follow keeps what to register in step with the ports and the path of a file:
// those of the preset are then wrong. If there is nothing to register, or only the
// host differs (some providers then compare the port), the preset knows better.
func (r *Redirect) follow(preset Redirect) {
	switch {
	case preset.Register == "":
	case slices.Equal(r.Ports, preset.Ports), len(r.Ports) == 0 && preset.Register != preset.addresses():
		// It may hold a pattern for the port.
		r.Register = strings.ReplaceAll(preset.Register, preset.Path, r.Path)
	default:
		r.Register = r.addresses()
	}
}

// Renamed is a copy under another id, with the redirect path that goes with it:
// what a provider of that id is if it extends this one.
func (p *Provider) Renamed(id string) *Provider {
	c := p.Clone()
	c.rename(id)
	return c
}

// rename gives a provider another id, and the redirect path that goes with it.
func (p *Provider) rename(id string) {
	from := p.Redirect
	if from.Path == callbackPath(p.ID) {
		p.Redirect.Path = callbackPath(id)
	}
	p.ID = id
	p.Redirect.follow(from)
	p.Client.Help = strings.ReplaceAll(p.Client.Help, from.Path, p.Redirect.Path)
}

// URIs are the redirect URIs to register: one without a port if any will
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

// RegisterURIs are the redirect URIs to register, each by itself; none if there
// is nothing to register.
func (r Redirect) RegisterURIs() []string {
	return strings.FieldsFunc(r.Register, func(c rune) bool { return c == ',' || c == ' ' || c == '\n' })
}
