package cli

import (
	"cmp"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/providers"
)

func (r *runner) providers() *cobra.Command {
	return r.group("providers", "List, add, test and remove providers",
		r.providersList(), r.providersShow(), r.providersDiscover(),
		r.providersAdd(), r.providersTest(), r.providersRemove())
}

// providerJSON is one entry of `providers list --json`.
type providerJSON struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Ready  bool   `json:"ready"`
	Reason string `json:"reason"`
	Origin string `json:"origin"`
}

func (r *runner) providersList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the providers and what each still requires",
		Args:  noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a list of id, name, ready, reason and origin as JSON")
	cmd.RunE = r.do(func(*cobra.Command, []string) error {
		set, err := r.Providers()
		if err != nil {
			return err
		}
		out := []providerJSON{}
		for _, p := range set.All() {
			out = append(out, summary(p))
		}
		if asJSON {
			err = r.printJSON(out)
		} else {
			err = r.tableOfProviders(out)
		}
		for _, problem := range set.Problems() {
			r.say("claviger: not valid: %s", problem.Error())
		}
		return err
	})
	return cmd
}

// tableOfProviders lists them in columns. On a terminal the reasons are cut to its
// width; `providers show` has them whole.
func (r *runner) tableOfProviders(list []providerJSON) error {
	rows := [][]string{{"PROVIDER", "NAME", "READY", "FROM"}}
	for _, p := range list {
		ready := "yes"
		if !p.Ready {
			ready = "no: " + p.Reason
		}
		rows = append(rows, []string{p.ID, p.Name, ready, p.Origin})
	}
	if r.Columns > 0 {
		narrow(rows, 2, r.Columns)
	}
	return r.table(rows)
}

func summary(p *providers.Provider) providerJSON {
	out := providerJSON{ID: p.ID, Name: p.Name, Ready: true, Origin: p.Origin}
	if err := p.Ready(); err != nil {
		out.Ready, out.Reason = false, err.Error()
	}
	return out
}

// providerDetailJSON is what `providers show --json` prints.
type providerDetailJSON struct {
	providerJSON
	Issuer     string              `json:"issuer"`
	Endpoints  map[string]string   `json:"endpoints"`
	CAFile     string              `json:"ca_file"`
	ClientID   string              `json:"client_id"`
	Secret     string              `json:"client_secret"`
	ClientAuth string              `json:"client_auth"`
	Redirect   string              `json:"redirect_uri"`
	Return     returnJSON          `json:"redirect"`
	Scopes     map[string][]string `json:"scopes"`
	Meanings   map[string]string   `json:"scope_meanings"`
	Variables  map[string]string   `json:"variables"`
	Register   registrationJSON    `json:"registration"`
	Profile    []sourceJSON        `json:"profile"`
	Groups     []sourceJSON        `json:"groups"`
	SignOut    signOutJSON         `json:"sign_out"`
	Request    requestJSON         `json:"authorization"`
	Errors     []errorHelpJSON     `json:"errors"`
	Unusable   string              `json:"unusable"`
	Notes      []string            `json:"notes"`
	Unverified []string            `json:"unverified"`
}

type registrationJSON struct {
	Type string `json:"type"`
	URL  string `json:"url"`
	Help string `json:"help"`
}

func (r *runner) providersShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show PROVIDER",
		Short: "Show a provider: app registration, scopes, known errors",
		Long: `Show a provider's settings: endpoints, how to register an app with the exact
redirect URI, scopes and their meanings, where profile and groups are read from,
what signing out does, and known errors. Nothing is requested from the network.`,
		Args:              exactlyOne,
		ValidArgsFunction: r.completeProviders,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the provider as JSON")
	cmd.RunE = r.do(func(_ *cobra.Command, args []string) error {
		p, err := r.provider(args[0])
		if err != nil {
			return err
		}
		d := detail(p)
		if asJSON {
			return r.printJSON(d)
		}
		return r.showProvider(p, d)
	})
	return cmd
}

func detail(p *providers.Provider) providerDetailJSON {
	d := providerDetailJSON{
		providerJSON: summary(p),
		Issuer:       p.Issuer,
		Endpoints:    map[string]string{},
		CAFile:       p.Trust.CAFile,
		ClientID:     p.Client.ID,
		Secret:       cmp.Or(p.Client.SecretUse, "none"),
		ClientAuth:   cmp.Or(p.Client.Auth, "none"),
		Redirect:     p.Redirect.Register,
		Return: returnJSON{
			Host: p.Redirect.Host, Ports: list(p.Redirect.Ports), Path: p.Redirect.Path, Rule: p.Redirect.Rule(),
		},
		Scopes: map[string][]string{
			"base": list(p.Scopes.Base), "profile": list(p.Scopes.Profile),
			"groups": list(p.Scopes.Groups), "offline": list(p.Scopes.Offline),
		},
		Meanings:  map[string]string{},
		Variables: map[string]string{},
		Register:  registrationJSON{Type: p.Client.Type, URL: p.Client.URL, Help: p.Client.Help},
		Profile:   []sourceJSON{},
		Groups:    []sourceJSON{},
		SignOut: signOutJSON{
			Method: p.SignOut.Method, EndSession: p.SignOut.EndSession, Page: p.SignOut.Page, Rules: p.SignOutRules(),
		},
		Request: requestJSON{
			PAR: p.Authorization.PAR, DPoP: p.Authorization.DPoP, Resource: list(p.Authorization.Resource), Rules: list(p.RequestRules()),
		},
		Errors:     []errorHelpJSON{},
		Unusable:   p.Unusable,
		Notes:      list(p.Notes),
		Unverified: list(p.Unverified),
	}
	for name, address := range map[string]string{
		"authorization": p.Endpoints.Authorization, "token": p.Endpoints.Token,
		"device_authorization": p.Endpoints.DeviceAuthorization, "userinfo": p.Endpoints.Userinfo,
		"jwks": p.Endpoints.JWKS, "revocation": p.Endpoints.Revocation, "end_session": p.Endpoints.EndSession,
		"pushed_authorization": p.Endpoints.PushedAuthorization,
	} {
		if address != "" {
			d.Endpoints[name] = address
		}
	}
	maps.Copy(d.Meanings, p.Scopes.Meaning)
	for name, v := range p.Variables {
		d.Variables[name] = v.Value
	}
	for _, s := range p.Profile.Sources {
		d.Profile = append(d.Profile, sourceJSON{Name: s.Name, From: s.From, URL: s.URL, Scope: s.Scope, When: s.When, Map: s.Map})
	}
	for _, g := range p.Groups {
		d.Groups = append(d.Groups, sourceJSON{
			Name: g.Name, From: g.From, URL: g.URL, Scope: g.Scope, When: g.When, Map: g.Items, Kind: g.Kind, Paging: g.Paging,
		})
	}
	for _, e := range p.ErrorWords() {
		d.Errors = append(d.Errors, errorHelpJSON{Match: e.Match, Title: e.Title, Detail: e.Detail, Next: e.Next})
	}
	return d
}

// list is never null in JSON.
func list[T any](s []T) []T { return append([]T{}, s...) }

// showProvider prints everything that is known of a provider, part by part.
func (r *runner) showProvider(p *providers.Provider, d providerDetailJSON) error {
	ready := "yes"
	if !d.Ready {
		ready = "no: " + d.Reason
	}
	issuer := d.Issuer
	if issuer != "" && p.Discovery != "none" {
		issuer += " (with discovery)"
	}
	if err := r.card(p.Name, []field{
		{"Provider", p.ID},
		{"Summary", p.Summary},
		{"From", p.Origin},
		{"Ready", ready},
		{"Issuer", issuer},
		{"Authorization", p.Endpoints.Authorization},
		{"Token", p.Endpoints.Token},
		{"Device code", p.Endpoints.DeviceAuthorization},
		{"Userinfo", p.Endpoints.Userinfo},
		{"Keys", p.Endpoints.JWKS},
		{"Revocation", p.Endpoints.Revocation},
		{"End session", p.Endpoints.EndSession},
		{"Pushed requests", p.Endpoints.PushedAuthorization},
		{"Also trusted", p.Trust.CAFile},
		{"Client ID", d.ClientID},
		{"Client secret", p.Client.SecretRule()},
		{"Sign-in with a code", p.DeviceRule()},
	}); err != nil {
		return err
	}
	for _, show := range []func(*providers.Provider) error{
		r.showNotes, r.showVariables, r.showRegistration, r.showScopes, r.showRequest, r.showSources, r.showSignOut, r.showErrors,
	} {
		if err := show(p); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) showVariables(p *providers.Provider) error {
	if len(p.Variables) == 0 {
		return nil
	}
	fields := make([]field, 0, len(p.Variables))
	for _, name := range sortedKeys(p.Variables) {
		if !p.Open(name) {
			continue
		}
		v := p.Variables[name]
		value := v.Value
		if value == "" {
			value = "not set: " + v.Help
			if v.Example != "" {
				value += " (for example " + v.Example + ")"
			}
		}
		fields = append(fields, field{name, value})
	}
	if len(fields) == 0 {
		return nil
	}
	return r.card("\nSettings", fields)
}

// envName is the beginning of a provider's environment variables.
func envName(id string) string {
	return "CLAVIGER_" + strings.ToUpper(strings.ReplaceAll(id, "-", "_"))
}
