package providers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

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

// names checks the provider's names of its parameters.
func (v *validator) names() {
	a := v.p.Authorization
	if ReservedParameter(a.LoginHint) {
		v.fail("authorization.login_hint", "{quoted} is set by the sign-in itself", strconv.Quote(a.LoginHint))
	}
	for _, name := range sortedKeys(a.Names) {
		key := joinKey("authorization.names", name)
		switch {
		case !slices.Contains(ParameterNames(), name):
			v.fail(key, "is not one of {names}", strings.Join(ParameterNames(), ", "))
		case ReservedParameter(a.Names[name]):
			v.fail(key, "{quoted} is set by the sign-in itself", strconv.Quote(a.Names[name]))
		}
	}
}

// resource checks the default resources.
func (v *validator) resource() {
	a := v.p.Authorization
	for i, r := range a.Resource {
		if !ValidResource(r) {
			v.fail(fmt.Sprintf("authorization.resource[%d]", i), "must be a full URL without \"#\"")
		}
	}
	if len(a.Resource) == 0 {
		return
	}
	name := v.p.Parameter("resource")
	if name == "" {
		v.fail("authorization.resource", `is not supported by this provider (authorization.names.resource is "")`)
	}
	for section, m := range map[string]map[string]string{"params": a.Params, "token_params": a.TokenParams, "device_params": a.DeviceParams} {
		if _, twice := m[name]; twice && name != "" {
			v.fail(joinKey("authorization."+section, name), "is set by authorization.resource")
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
