package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// ErrParameter means that a sign-in was to ask for something in a way that this
// provider, or this kind of sign-in, does not take.
var ErrParameter = errors.New("parameter not possible")

// parameterError says which one and why.
type parameterError struct{ reason string }

// Error implements error.
func (e *parameterError) Error() string { return ErrParameter.Error() + ": " + e.reason }

// Unwrap returns [ErrParameter].
func (e *parameterError) Unwrap() error { return ErrParameter }

// wish is a parameter that the caller of a sign-in asks for.
type wish struct {
	name   string // the standard's
	values []string
}

// wishes are what the request asks for beside what every sign-in needs. They
// are sent by the provider's own names for them.
func (r SignInRequest) wishes() []wish {
	var out []wish
	add := func(name string, values ...string) {
		if len(values) > 0 && values[0] != "" {
			out = append(out, wish{name, values})
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

// possible says, before anything is sent, why a request cannot be made: a
// parameter that the provider would not honour is not left out silently.
func (r SignInRequest) possible(p *providers.Provider, scopes []string) error {
	fail := func(format string, args ...any) error { return &parameterError{fmt.Sprintf(format, args...)} }
	prompts := strings.Fields(r.Prompt)
	switch {
	case len(prompts) > 1 && slices.Contains(prompts, "none"): // OIDC Core §3.1.2.1
		return fail("Prompt “none” cannot be combined with others")
	case r.Attempt != nil && r.Device:
		return fail("A sign-in with a code has no attempt to go on with")
	case r.MaxAge != nil && *r.MaxAge < 0:
		return fail("“max_age” is negative")
	case r.MaxAge != nil && !slices.Contains(scopes, "openid"):
		return fail("“max_age” cannot be checked without an ID token, which requires the scope openid")
	}
	for _, address := range r.Resources {
		if !providers.ValidResource(address) {
			return fail("%q is not a resource; it must be a full URL without “#”", plain.Short(address))
		}
	}
	if err := r.wishesPossible(p); err != nil {
		return err
	}
	return r.portPossible(p)
}

// wishesPossible says which wish the provider, or a sign-in with a code, has no
// parameter for.
func (r SignInRequest) wishesPossible(p *providers.Provider) error {
	for _, w := range r.wishes() {
		switch {
		case p.Parameter(w.name) == "":
			return &parameterError{fmt.Sprintf("%s does not support %s", p.Name, w.name)}
		case r.Device && (w.name == "prompt" || w.name == "max_age" || w.name == "acr_values"):
			return &parameterError{fmt.Sprintf("Signing in with a code does not support %s", w.name)}
		}
	}
	return nil
}

// portPossible says why the browser cannot come back to the wanted port (RFC
// 8252 §7.3: any port is fine, unless the provider compares it).
func (r SignInRequest) portPossible(p *providers.Provider) error {
	switch known := p.Redirect.Ports; {
	case r.Port == 0:
		return nil
	case r.Port < 0 || r.Port > 65535:
		return &parameterError{fmt.Sprintf("%d is no port; they go from 1 to 65535", r.Port)}
	case r.Device:
		return &parameterError{"A sign-in with a code has no port to come back to"}
	case len(known) > 0 && !slices.Contains(known, r.Port):
		ports := make([]string, len(known))
		for i, port := range known {
			ports[i] = strconv.Itoa(port)
		}
		return &parameterError{fmt.Sprintf("%s sends the browser back to the registered ports only: %s", p.Name, strings.Join(ports, ", "))}
	}
	return nil
}

// wish puts the wishes into an authorization request, or, where only those
// are given, into another.
func (r SignInRequest) wish(p *providers.Provider, v url.Values, only ...string) {
	for _, w := range r.wishes() {
		if name := p.Parameter(w.name); name != "" && !providers.ReservedParameter(name) && (len(only) == 0 || slices.Contains(only, w.name)) {
			v[name] = w.values
		}
	}
}

// asked is what a grant was asked for that a refresh or a sign-in in its place
// asks for again.
type asked struct {
	Resources []string `json:"resource,omitempty"`
	// Own resources were named by the caller and not by the provider's file,
	// which may say otherwise next time.
	Own       bool     `json:"own_resource,omitempty"`
	Audience  string   `json:"audience,omitempty"`
	ACRValues []string `json:"acr_values,omitempty"`
}

// settle fills what the caller left open: with what the account that signs in
// again was asked for, then with the provider's defaults.
func (q *authorizationRequest) settle(ctx context.Context, known *accounts) {
	if old, err := known.load(ctx, q.r.Account); q.r.Account != "" && err == nil && old.Provider == q.p.ID {
		if q.r.Resources == nil && old.Asked.Own {
			q.r.Resources = old.Asked.Resources
		}
		if q.r.Audience == "" {
			q.r.Audience = old.Asked.Audience
		}
		if q.r.ACRValues == nil && !q.r.Device {
			q.r.ACRValues = old.Asked.ACRValues
		}
	}
	q.asked = asked{
		Resources: q.r.Resources, Own: q.r.Resources != nil,
		Audience: q.r.Audience, ACRValues: q.r.ACRValues,
	}
	if q.r.Resources == nil {
		q.r.Resources = q.p.Authorization.Resource
		q.asked.Resources = q.r.Resources
	}
}

// forTokens puts into a token request what it has to repeat: the resources
// (RFC 8707 §2.2). An audience has no standard there; a provider that wants
// one gets it from its file's token_params.
func (q asked) forTokens(p *providers.Provider, form url.Values) {
	if name := p.Parameter("resource"); name != "" && len(q.Resources) > 0 {
		form[name] = q.Resources
	}
}

// wants reads what an ID token has to be compared with from the request that
// was sent, whoever put it there.
func (q *authorizationRequest) wants(now attempt, want idtoken.Wants) idtoken.Wants {
	if q.r.Device {
		return want
	}
	sent := q.params(now)
	want.ACR = strings.Fields(sent.Get(q.p.Parameter("acr_values")))
	if n, err := strconv.Atoi(sent.Get(q.p.Parameter("max_age"))); err == nil && n >= 0 {
		age := time.Duration(n) * time.Second
		want.MaxAge = &age
	}
	return want
}
