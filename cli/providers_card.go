package cli

import (
	"cmp"
	"strings"

	"github.com/claviger/claviger/providers"
)

// returnJSON says where on this computer a sign-in comes back to.
type returnJSON struct {
	Host  string `json:"host"`
	Ports []int  `json:"ports"`
	Path  string `json:"path"`
	Rule  string `json:"rule"`
}

// sourceJSON is a place that the profile or groups are read from.
type sourceJSON struct {
	Name   string `json:"name"`
	From   string `json:"from"`
	URL    string `json:"url"`
	Scope  string `json:"scope"`
	When   string `json:"when"`
	Map    string `json:"map"`
	Kind   string `json:"kind,omitempty"`
	Paging string `json:"paging,omitempty"`
}

type signOutJSON struct {
	Method     string   `json:"method"`
	EndSession string   `json:"end_session"`
	Page       string   `json:"page"`
	Rules      []string `json:"rules"`
}

// requestJSON says how a sign-in's request is made.
type requestJSON struct {
	PAR      string   `json:"par"`
	DPoP     string   `json:"dpop"`
	Resource []string `json:"resource"`
	Rules    []string `json:"rules"`
}

type errorHelpJSON struct {
	Match  string `json:"match"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Next   string `json:"next"`
}

// showRegistration says how to register an app.
func (r *runner) showRegistration(p *providers.Provider) error {
	then := ""
	if p.Client.ID == "" {
		then = envName(p.ID) + "_CLIENT_ID, or a client ID in providers.d/" + p.ID + ".toml"
	}
	if use := p.Client.SecretUse; use != "none" && use != "" {
		then += "\n" + envName(p.ID) + "_CLIENT_SECRET, or enter it in the window (" + use + ")"
	}
	back := p.Redirect.Rule()
	if p.Unusable != "" {
		back, then = "", ""
	}
	return r.card("\nRegister an app", []field{
		{"At", p.Client.URL},
		{"Type", p.Client.Type},
		{"Redirect", cmp.Or(p.Redirect.Register, "nothing to register")},
		{"Listens on", back},
		{"Steps", p.Client.Help},
		{"Then set", strings.TrimSpace(then)},
	})
}

// points are a card of sentences.
func (r *runner) points(heading string, sentences []string) error {
	if len(sentences) == 0 {
		return nil
	}
	fields := make([]field, len(sentences))
	for i, s := range sentences {
		fields[i] = field{"-", s}
	}
	return r.card("\n"+heading, fields)
}

func (r *runner) showNotes(p *providers.Provider) error {
	if err := r.points("Notes", p.Notes); err != nil {
		return err
	}
	return r.points("Unverified", p.Unverified)
}

func (r *runner) showScopes(p *providers.Provider) error {
	words := func(scopes []string) string {
		lines := make([]string, len(scopes))
		for i, s := range scopes {
			lines[i] = s
			if meaning := p.Scopes.Meaning[s]; meaning != "" {
				lines[i] += ": " + meaning
			}
		}
		return strings.Join(lines, "\n")
	}
	return r.card("\nScopes", []field{
		{"Always", words(append(list(p.Scopes.Base), p.Scopes.Profile...))},
		{"For groups", cmp.Or(words(p.Scopes.Groups), "none")},
		{"To stay signed in", cmp.Or(words(p.Scopes.Offline), "none")},
		{"Sign in again", strings.Join(p.RefreshLimitRules(), "\n")},
	})
}

func (r *runner) showRequest(p *providers.Provider) error {
	return r.points("Request", p.RequestRules())
}

// showSources says where the profile and the groups are read from, and how.
func (r *runner) showSources(p *providers.Provider) error {
	profile := make([]field, 0, len(p.Profile.Sources))
	for _, s := range p.Profile.Sources {
		profile = append(profile, field{s.Name, source(s.Conditions(), s.Place(), s.Map)})
	}
	if len(profile) == 0 {
		profile = append(profile, field{"Claims", "the standard claims of the ID token and userinfo"})
	}
	if err := r.card("\nProfile", profile); err != nil || len(p.Groups) == 0 {
		return err
	}
	groups := make([]field, 0, len(p.Groups))
	for _, g := range p.Groups {
		place := g.Place()
		if pages := g.Pages(); pages != "" {
			place += ", " + pages
		}
		groups = append(groups, field{g.Name, source(g.Conditions(), place, g.Items)})
	}
	return r.card("\nGroups", groups)
}

func source(conditions []string, place, expression string) string {
	return strings.Join(append([]string{place}, append(conditions, strings.TrimSpace(expression))...), "\n")
}

func (r *runner) showSignOut(p *providers.Provider) error {
	rules := p.SignOutRules()
	if p.SignOut.Page != "" {
		rules = append(rules, "Manually: "+p.SignOut.Page)
	}
	return r.points("Sign-out", rules)
}

func (r *runner) showErrors(p *providers.Provider) error {
	known := make([]string, len(p.Errors))
	for i, e := range p.ErrorWords() {
		known[i] = strings.TrimSpace(e.Title+". "+e.Detail) + "\n" + e.Next
	}
	return r.points("Known errors", known)
}
