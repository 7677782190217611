package providers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/claviger/claviger/internal/phrase"
)

const idForm phrase.Text = "lower-case letters, digits and '-', at most 40, starting with a letter or digit"

// ValidID reports whether id can be a provider's ID; see [Provider].
func ValidID(id string) bool {
	return id != "" && len(id) <= 40 && id[0] != '-' && !strings.ContainsFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-'
	})
}

// validator checks the values of a provider.
type validator struct {
	p    *Provider
	errs []keyError
	seen map[string]bool
}

func (v *validator) fail(key string, text phrase.Text, values ...string) {
	v.errs = append(v.errs, keyError{key, phrase.Say(text, values...)})
}

func (v *validator) all() {
	p := v.p
	if p.Schema != 1 {
		v.fail("schema", "must be 1")
	}
	if !ValidID(p.ID) {
		v.fail("id", "must be {what}", idForm)
	}
	if utf8.RuneCountInString(p.Name) > maxName {
		v.fail("name", "is longer than {count} characters", strconv.Itoa(maxName))
	}
	if len([]rune(p.Monogram)) > 2 {
		v.fail("monogram", "must be one or two letters")
	}
	if p.Mark != "" && Mark(p.Mark) == nil {
		v.fail("mark", "must be one of {names}", strings.Join(Marks(), ", "))
	}
	v.oneOf("discovery", p.Discovery, "oidc", "oauth2", "none")
	v.endpoints()
	v.client()
	v.redirect()
	v.scopes()
	v.claims()
	v.parameters()
	v.authorization()
	v.profile()
	v.groups()
	v.signOut()
	v.errorHelp()
	v.trust()
	v.notices()
	v.refreshLimits()
	v.tries()
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
	v.fail(key, "must be one of {names}", strings.Join(quoted, ", "))
}

func (v *validator) endpoints() {
	p := v.p
	if p.Discovery != "none" {
		// The demo's issuer is known when it runs.
		if p.Issuer == "" && p.Preset != "demo" && p.ID != "demo" {
			v.fail("issuer", "is missing; discovery {quoted} needs it", strconv.Quote(p.Discovery))
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
		v.fail("client.secret", "must be one of {names}; {why}", `"none", "optional", "required"`, secretHint)
	}
	v.oneOf("client.auth", c.Auth, AuthAuto, AuthNone, AuthPost, AuthBasic, AuthBasicPlain)
	switch {
	case c.SecretUse == "none" && c.Auth != AuthNone && c.Auth != AuthAuto:
		v.fail("client.auth", `{quoted} requires client.secret = "optional" or "required"`, strconv.Quote(c.Auth))
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

// Bounds of what a file says about claims, in characters.
const (
	maxClaims     = 200
	maxName       = 80 // it stands in sentences
	maxClaimName  = 200
	maxClaimWords = 200
)

// claims checks what a file says about the provider's own claims.
func (v *validator) claims() {
	if len(v.p.Claims) > maxClaims {
		v.fail("claims", "has more than {count} claims", strconv.Itoa(maxClaims))
	}
	for _, name := range sortedKeys(v.p.Claims) {
		switch text := v.p.Claims[name]; {
		case name == "" || len(name) > maxClaimName:
			v.fail("claims", "has a name that is empty or longer than {count} characters", strconv.Itoa(maxClaimName))
		case text == "" || len(text) > maxClaimWords || strings.ContainsAny(text, "\r\n"):
			v.fail(joinKey("claims", name), "must be a phrase on one line of at most {count} characters that says what the claim is", strconv.Itoa(maxClaimWords))
		}
	}
}

// trust checks that ca_file is a path. Whether the file is there and good is
// checked when it is used: it can come later.
func (v *validator) trust() {
	file := v.p.Trust.CAFile
	switch {
	case file == "":
	case strings.Contains(file, "-----BEGIN"):
		v.fail("trust.ca_file", "must be the name of a PEM file that contains the certificates")
	case strings.Contains(file, "://"):
		v.fail("trust.ca_file", "must be the name of a file on this computer, not a URL")
	case strings.ContainsFunc(file, func(r rune) bool { return r < ' ' || r == 0x7f }):
		v.fail("trust.ca_file", "must be the name of a PEM file, without line breaks")
	}
}
