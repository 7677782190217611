package words

import (
	"net/url"
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// Pair is a label with its value.
type Pair struct {
	Label string
	Value string
	Mono  bool
	// Verified adds that the provider vouches for the value.
	Verified bool
}

// ProfilePairs are the lines of the Profile tab.
func ProfilePairs(a *auth.Account, p *providers.Provider, now time.Time) []Pair {
	var out []Pair
	add := func(label, value string) {
		if value != "" {
			out = append(out, Pair{Label: label, Value: value})
		}
	}
	add(lang.L("Name"), a.User.Name)
	add(lang.L("Login"), a.User.Login)
	if a.User.ID != "" {
		out = append(out, Pair{Label: lang.L("User ID"), Value: a.User.ID, Mono: true})
	}
	if a.User.Email != "" {
		out = append(out, Pair{Label: lang.L("Email"), Value: a.User.Email, Verified: a.User.EmailVerified})
	}
	for _, f := range []struct{ label, claim string }{
		{lang.L("Company"), "company"},
		{lang.L("Job title"), "jobTitle"},
		{lang.L("Location"), "location"},
		{lang.L("Language"), "locale"},
		{lang.L("Organisation"), "hd"},
	} {
		if v, ok := a.User.Claims[f.claim].(string); ok {
			add(f.label, v)
		}
	}
	provider := ProviderName(a, p)
	if u, err := url.Parse(a.Issuer); err == nil && u.Host != "" {
		provider += " · " + u.Host
	}
	add(lang.L("Provider"), provider)
	add(lang.X("profile.signed_in", "Signed in"), Clock(now, a.SignedInAt))
	add(lang.X("profile.sign_in_again", "Sign in again"), ForecastText(a.Forecast, now))
	if a.Remembered {
		add(lang.L("Remembered"), lang.L("yes, in the encrypted vault"))
	} else {
		add(lang.L("Remembered"), lang.L("no, for this session only"))
	}
	return out
}

// Permission is a scope of an account.
type Permission struct {
	Name    string
	Meaning string
	Granted bool
	// Extra reports that it was granted without being asked for.
	Extra bool
}

// Permissions compares what was asked with what was granted (RFC 6749 §5.1).
func Permissions(a *auth.Account, p *providers.Provider) (list []Permission, summary string) {
	granted := 0
	left := slices.Clone(a.Scopes)
	for _, name := range a.Requested {
		as := name
		i := slices.IndexFunc(left, func(s string) bool {
			return s == name || (p != nil && p.Scopes.Same[s] == name)
		})
		if i >= 0 {
			granted++
			left = slices.Delete(left, i, i+1)
		}
		list = append(list, Permission{Name: as, Meaning: ScopeMeaning(p, as), Granted: i >= 0})
	}
	for _, name := range left {
		list = append(list, Permission{Name: name, Meaning: ScopeMeaning(p, name), Granted: true, Extra: len(a.Requested) > 0})
	}
	if len(a.Requested) > 0 {
		summary = lang.L("requested {{.Requested}}, granted {{.Granted}}", map[string]any{"Requested": len(a.Requested), "Granted": granted})
	} else if len(a.Scopes) > 0 {
		summary = lang.L("granted {{.Granted}}", map[string]any{"Granted": len(a.Scopes)})
	}
	return list, summary
}

// ScopeMeaning says what a scope allows, "" if that is not known.
func ScopeMeaning(p *providers.Provider, scope string) string {
	if p != nil {
		if m := p.Scopes.Meaning[scope]; m != "" {
			return m
		}
	}
	switch scope {
	case "openid":
		return lang.L("Confirm who you are")
	case "profile":
		return lang.L("Name and picture")
	case "email":
		return lang.L("Email address")
	case "offline_access":
		return lang.L("Stay signed in")
	case "phone":
		return lang.L("Phone number")
	case "address":
		return lang.L("Postal address")
	case "groups":
		return lang.L("Groups you belong to")
	}
	return ""
}
