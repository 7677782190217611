package oauth

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// ErrParameter means that a sign-in was to ask for something in a way that this
// provider, or this kind of sign-in, does not take.
var ErrParameter = errors.New("parameter not possible")

// ParameterError says which one and why.
type ParameterError struct{ Reason phrase.Text }

// Error implements error.
func (e *ParameterError) Error() string { return ErrParameter.Error() + ": " + e.Reason }

// Unwrap returns [ErrParameter].
func (e *ParameterError) Unwrap() error { return ErrParameter }

// Parameters are what an authorization request asks for beside what every sign-in
// needs. They are sent by the provider's own names for them.
type Parameters struct {
	// LoginHint says who signs in (OIDC Core §3.1.2.1).
	LoginHint string
	// Prompt, ACRValues, MaxAge and UILocales are of the same section. A negative
	// MaxAge is refused.
	Prompt    string
	ACRValues []string
	MaxAge    *time.Duration
	UILocales []string
	// Resources are the APIs that the tokens are for, by their addresses (RFC 8707).
	Resources []string
	// Audience and DomainHint have no standard.
	Audience, DomainHint string
}

// parameter is one of them.
type parameter struct {
	name   string // the standard's
	values []string
}

// list are those that are set, but for the login hint, which every provider has a
// name for.
func (r Parameters) list() []parameter {
	var out []parameter
	add := func(name string, values ...string) {
		if len(values) > 0 && values[0] != "" {
			out = append(out, parameter{name, values})
		}
	}
	add("prompt", r.Prompt)
	add("acr_values", strings.Join(r.ACRValues, " "))
	if r.MaxAge != nil {
		add("max_age", strconv.FormatInt(int64(*r.MaxAge/time.Second), 10))
	}
	add("ui_locales", strings.Join(r.UILocales, " "))
	add("resource", r.Resources...)
	add("audience", r.Audience)
	add("domain_hint", r.DomainHint)
	return out
}

// Possible says, before anything is sent, why a request cannot be made: a parameter
// that the provider would not honour is not left out silently. device is a sign-in by
// a code on another device. Errors are [*ParameterError].
func (r Parameters) Possible(p *providers.Provider, scopes []string, device bool) error {
	fail := func(text phrase.Text, values ...string) error { return &ParameterError{phrase.Say(text, values...)} }
	prompts := strings.Fields(r.Prompt)
	switch {
	case len(prompts) > 1 && slices.Contains(prompts, "none"): // OIDC Core §3.1.2.1
		return fail("Prompt “none” cannot be combined with others")
	case r.MaxAge != nil && *r.MaxAge < 0:
		return fail("“max_age” is negative")
	case r.MaxAge != nil && !slices.Contains(scopes, "openid"):
		return fail("“max_age” cannot be checked without an ID token, which requires the scope openid")
	}
	for _, address := range r.Resources {
		if !providers.ValidResource(address) {
			return fail("{quoted} is not a resource; it must be a full URL without “#”", strconv.Quote(plain.Short(address)))
		}
	}
	for _, w := range r.list() {
		switch {
		case p.Parameter(w.name) == "":
			return fail("{provider} does not support {parameter}", p.Name, w.name)
		case device && (w.name == "prompt" || w.name == "max_age" || w.name == "acr_values"):
			return fail("Signing in with a code does not support {parameter}", w.name)
		}
	}
	return nil
}

// addTo puts the parameters into an authorization request, or, if some are named, only
// those into another.
func (r Parameters) addTo(v url.Values, p *providers.Provider, only ...string) {
	for _, w := range r.list() {
		if name := p.Parameter(w.name); name != "" && !providers.ReservedParameter(name) && (len(only) == 0 || slices.Contains(only, w.name)) {
			v[name] = w.values
		}
	}
}

// addHint puts the login hint into an authorization request.
func (r Parameters) addHint(v url.Values, p *providers.Provider) {
	if r.LoginHint != "" {
		addExtra(v, map[string]string{cmp.Or(p.Authorization.LoginHint, "login_hint"): r.LoginHint})
	}
}

// Grant is what tokens were asked for. A refresh asks for it again, and so does a
// sign-in that replaces the one before.
type Grant struct {
	Resources []string `json:"resource,omitempty"`
	// Own resources were named by the caller and not by the provider's file,
	// which may say otherwise next time.
	Own       bool     `json:"own_resource,omitempty"`
	Audience  string   `json:"audience,omitempty"`
	ACRValues []string `json:"acr_values,omitempty"`
}

// addTo puts into a token request what it has to repeat: the resources (RFC 8707
// §2.2). An audience has no standard there; a provider that wants one gets it from its
// file's token_params.
func (g Grant) addTo(form url.Values, p *providers.Provider) {
	if name := p.Parameter("resource"); name != "" && len(g.Resources) > 0 {
		form[name] = g.Resources
	}
}
