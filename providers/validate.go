package providers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers/internal/jq"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

const idForm = "lower-case letters, digits and '-', at most 40, starting with a letter or digit"

var validID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// ValidID reports whether id can be a provider's ID; see [Provider].
func ValidID(id string) bool { return validID.MatchString(id) }

// validator checks the values of a provider.
type validator struct {
	p    *Provider
	errs []keyError
	seen map[string]bool
}

func (v *validator) fail(key, format string, args ...any) {
	v.errs = append(v.errs, keyError{key, fmt.Sprintf(format, args...)})
}

func (v *validator) all() {
	p := v.p
	if p.Schema != 1 {
		v.fail("schema", "must be 1")
	}
	if !ValidID(p.ID) {
		v.fail("id", "must be %s", idForm)
	}
	if len([]rune(p.Monogram)) > 2 {
		v.fail("monogram", "must be one or two letters")
	}
	v.oneOf("discovery", p.Discovery, "oidc", "oauth2", "none")
	v.endpoints()
	v.client()
	v.redirect()
	v.scopes()
	v.parameters()
	v.authorization()
	v.profile()
	v.groups()
	v.signOut()
	v.errorHelp()
	v.trust()
	v.notices()
	p.addresses(v.address)
}

func (v *validator) oneOf(key, value string, allowed ...string) {
	if slices.Contains(allowed, value) {
		return
	}
	quoted := make([]string, len(allowed))
	for i, a := range allowed {
		quoted[i] = strconv.Quote(a)
	}
	v.fail(key, "must be one of %s", strings.Join(quoted, ", "))
}

func (v *validator) endpoints() {
	p := v.p
	if p.Discovery != "none" {
		// The demo's issuer is known when it runs.
		if p.Issuer == "" && p.Preset != "demo" && p.ID != "demo" {
			v.fail("issuer", "is missing; discovery %q needs it", p.Discovery)
		}
		return
	}
	if p.Endpoints.Authorization == "" {
		v.fail("endpoints.authorization", "is missing; it is required without discovery, or set issuer")
	}
	if p.Endpoints.Token == "" {
		v.fail("endpoints.token", "is missing; it is required without discovery, or set issuer")
	}
}

func (v *validator) client() {
	c := v.p.Client
	if !slices.Contains([]string{"none", "optional", "required"}, c.SecretUse) {
		v.fail("client.secret", `must be one of "none", "optional", "required"; %s`, secretHint)
	}
	v.oneOf("client.auth", c.Auth, AuthAuto, AuthNone, AuthPost, AuthBasic, AuthBasicPlain)
	switch {
	case c.SecretUse == "none" && c.Auth != AuthNone && c.Auth != AuthAuto:
		v.fail("client.auth", `%q requires client.secret = "optional" or "required"`, c.Auth)
	case c.SecretUse == "required" && c.Auth == AuthNone:
		v.fail("client.auth", `"none" contradicts client.secret = "required"`)
	}
}

func (v *validator) redirect() {
	r := v.p.Redirect
	v.oneOf("redirect.host", r.Host, "127.0.0.1", "localhost", "[::1]")
	v.oneOf("redirect.response_mode", r.ResponseMode, "", "query", "form_post")
	// The default is as good as the id, which has its own message.
	own := r.Path != callbackPath(v.p.ID)
	if own && (!strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "?#\\ \t\r\n")) {
		v.fail("redirect.path", `must start with "/" and contain no "?", "#" or space`)
	}
	for i, port := range r.Ports {
		if port < 1 || port > 65535 {
			v.fail(fmt.Sprintf("redirect.ports[%d]", i), "must be between 1 and 65535")
		}
	}
}

func (v *validator) scopes() {
	s := v.p.Scopes
	for name, list := range map[string][]string{"base": s.Base, "profile": s.Profile, "groups": s.Groups, "offline": s.Offline} {
		for i, scope := range list {
			// scope-token of RFC 6749 §3.3.
			if scope == "" || strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
				v.fail(fmt.Sprintf("scopes.%s[%d]", name, i), "must be one scope without spaces or quotes")
			}
		}
	}
}

// parameters refuses those that the sign-in sets itself.
func (v *validator) parameters() {
	v.names()
	for section, m := range map[string]map[string]string{
		"authorization.params": v.p.Authorization.Params, "authorization.token_params": v.p.Authorization.TokenParams,
		"authorization.device_params": v.p.Authorization.DeviceParams,
	} {
		for name := range m {
			if ReservedParameter(name) {
				v.fail(joinKey(section, name), "is set by the sign-in itself")
			}
		}
	}
}

func (v *validator) authorization() {
	if own := v.p.Authorization.ChooseAccount; own != "" {
		v.oneOf("authorization.choose_account", own, "select_account", "login", "never")
	}
	v.oneOf("authorization.par", v.p.Authorization.PAR, "auto", "required", "never")
	v.oneOf("authorization.dpop", v.p.Authorization.DPoP, "never", "auto", "required")
	v.resource()
	v.tokens()
}

// tokens checks the settings about tokens.
func (v *validator) tokens() {
	a := &v.p.Authorization
	if d := a.Lifetime(); a.TokenLifetime != "" && (d < time.Minute || d > maxTokenLifetime) {
		v.fail("authorization.token_lifetime", `must be a time from 1m to 87600h (10 years), such as "2h" or "90m"`)
	}
	for i, word := range a.BearerTypes {
		if word == "" || strings.EqualFold(word, "DPoP") || strings.ContainsFunc(word, func(r rune) bool { return r < ' ' || r > '~' }) {
			v.fail(fmt.Sprintf("authorization.bearer_types[%d]", i), "must be a word for Bearer as this provider writes it")
		}
	}
}

func (v *validator) profile() {
	for i := range v.p.Profile.Sources {
		s := &v.p.Profile.Sources[i]
		v.source("profile.source", i, &s.Source)
		if s.Read == nil {
			v.expression(indexed("profile.source", i, "map"), s.Map, true)
		}
	}
}

func (v *validator) groups() {
	for i := range v.p.Groups {
		g := &v.p.Groups[i]
		v.source("groups", i, &g.Source)
		if g.Read == nil {
			v.expression(indexed("groups", i, "items"), g.Items, true)
		}
		v.expression(indexed("groups", i, "incomplete"), g.Incomplete, false)
		v.expression(indexed("groups", i, "next_token"), g.NextToken, false)
		v.oneOf(indexed("groups", i, "paging"), g.Paging, "", "link", "odata", "token", "next")
		if (g.Paging == "token" || g.Paging == "next") && g.NextToken == "" {
			v.fail(indexed("groups", i, "next_token"), "is missing; paging %q needs it", g.Paging)
		}
		if g.Paging == "token" && g.TokenParam == "" {
			v.fail(indexed("groups", i, "token_param"), `is missing; paging "token" needs it`)
		}
		if g.Paging != "" && g.URL == "" {
			v.fail(indexed("groups", i, "paging"), "requires url; claims have no pages")
		}
	}
}

func (v *validator) source(list string, i int, s *Source) {
	switch {
	case s.URL != "" && s.From != "":
		v.fail(indexed(list, i, "from"), "and url cannot be used together")
	case s.URL == "" && s.From == "":
		v.fail(indexed(list, i, "url"), `is missing; set url, or from = "id_token" or "userinfo"`)
	case s.URL == "":
		v.oneOf(indexed(list, i, "from"), s.From, "id_token", "userinfo")
	}
	v.expression(indexed(list, i, "when"), s.When, false)
	v.headers(indexed(list, i, "headers"), s.Headers)
}

// headers checks request headers and the blanks in them.
func (v *validator) headers(key string, headers map[string]string) {
	for name, value := range headers {
		for _, blank := range placeholder.Names(value) {
			if _, known := v.p.Variables[blank]; !known && blank != "client_id" {
				v.fail(joinKey(key, name), "{%s} is neither {client_id} nor one of the variables", blank)
			}
		}
		switch http.CanonicalHeaderKey(name) {
		case "Authorization", "Cookie", "Host", "Proxy-Authorization", "Content-Length":
			v.fail(joinKey(key, name), "is not allowed; the access token is sent automatically")
		}
	}
}

func (v *validator) expression(key, expr string, required bool) {
	if strings.TrimSpace(expr) == "" {
		if required {
			v.fail(key, "is missing; it is a jq expression")
		}
		return
	}
	if v.seen[expr] {
		return
	}
	if _, err := jq.Compile(expr); err != nil {
		v.fail(key, "is not a jq expression: %v", err)
		return
	}
	v.seen[expr] = true
}

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
			v.fail(key, "{%s} is not one of the variables: %s", name, strings.Join(sortedKeys(v.p.Variables), ", "))
			ok = false
		}
		return "x"
	})
	return out, ok
}

func indexed(list string, i int, key string) string {
	return list + "[" + strconv.Itoa(i) + "]." + key
}

// CheckMappings compiles every expression of the provider. A provider file is
// checked when it is read; this also serves one that a program made.
func (p *Provider) CheckMappings() error {
	v := validator{p: p, seen: map[string]bool{}}
	v.profile()
	v.groups()
	var errs []error
	for _, e := range v.errs {
		errs = append(errs, fmt.Errorf("%w: %s %s", ErrMapping, e.key, e.problem))
	}
	return errors.Join(errs...)
}
