package state

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// Prompt is what the provider is asked to show (OIDC Core §3.1.2.1).
type Prompt struct{ Value, Label string }

// Prompts are those that a person chooses from; the first asks for nothing.
func Prompts() []Prompt {
	return []Prompt{
		{"", lang.L("Default")}, {"select_account", lang.L("Choose account")}, {"login", lang.L("Ask for password")}, {"consent", lang.L("Ask for permissions")},
	}
}

// Wish is a value that the person types for the authorization request.
type Wish struct{ Name, Label, Help, Placeholder string }

// Wishes are the values that a provider takes, in the order of the page.
func Wishes(p *providers.Provider) []Wish {
	all := []Wish{
		{"resource", lang.L("APIs (resource)"), lang.L("The URLs of the APIs that the token is for, separated by spaces."), "https://api.example.com"},
		{"audience", lang.L("API (audience)"), lang.L("For providers that use an audience."), "https://api.example.com"},
		{"acr_values", lang.L("Levels (acr_values)"), lang.L("The authentication levels to request, best first."), "phr mfa"},
		{"max_age", lang.L("Signed in at most … minutes ago (max_age)"), lang.L("If your last sign-in is older, you sign in again; 0 always requires it."), "60"},
		{"domain_hint", lang.L("Organisation (domain_hint)"), lang.L("Takes you to your organisation's sign-in page."), "example.com"},
	}
	var out []Wish
	for _, w := range all {
		if p != nil && p.Parameter(w.Name) != "" {
			out = append(out, w)
		}
	}
	return out
}

// OpenWishes unfolds or folds what else can be asked for.
func (x *Options) OpenWishes() {
	x.update(func(st *State) { st.Options.MoreOpen = !st.Options.MoreOpen })
}

// SetPrompt chooses what the provider should show.
func (x *Options) SetPrompt(value string) {
	x.choose(func(st *State) { st.Options.Prompt = value })
}

var errMaxAge = errors.New("max_age is no number of minutes")

// wish puts what was typed into a request, by the names of the [Wish]es.
func wish(r *auth.SignInRequest, prompt string, typed map[string]string) error {
	r.Prompt = prompt
	r.Resources = fields(typed["resource"])
	r.Audience = strings.TrimSpace(typed["audience"])
	r.ACRValues = fields(typed["acr_values"])
	r.DomainHint = strings.TrimSpace(typed["domain_hint"])
	if age := strings.TrimSpace(typed["max_age"]); age != "" {
		minutes, err := strconv.ParseFloat(age, 64)
		if err != nil || minutes < 0 || minutes > 60*24*366 {
			return errMaxAge
		}
		d := time.Duration(minutes * float64(time.Minute)).Round(time.Second)
		r.MaxAge = &d
	}
	return nil
}

// fields are the words of a text; nil if there are none, which leaves it to
// the provider's file.
func fields(text string) []string {
	if f := strings.Fields(text); len(f) > 0 {
		return f
	}
	return nil
}
