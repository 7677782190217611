package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"claviger/providers"
)

func (r *runner) providers() *cobra.Command {
	return r.group("providers", "List, add and remove providers",
		r.providersList(), r.providersShow(), r.providersDiscover(),
		r.providersAdd(), r.providersRemove())
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
		Short: "List the providers, and what each still needs",
		Args:  noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a list of id, name, ready, reason and origin")
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
			rows := [][]string{{"PROVIDER", "NAME", "READY", "FROM"}}
			for _, p := range out {
				ready := "yes"
				if !p.Ready {
					ready = "no: " + p.Reason
				}
				rows = append(rows, []string{p.ID, p.Name, ready, p.Origin})
			}
			err = r.table(rows)
		}
		for _, problem := range set.Problems() {
			r.say("claviger: not usable: %s", clean(problem.Error()))
		}
		return err
	})
	return cmd
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
	Issuer    string              `json:"issuer"`
	Endpoints map[string]string   `json:"endpoints"`
	ClientID  string              `json:"client_id"`
	Secret    string              `json:"client_secret"`
	Redirect  string              `json:"redirect_uri"`
	Scopes    map[string][]string `json:"scopes"`
	Variables map[string]string   `json:"variables"`
	Register  registrationJSON    `json:"registration"`
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
		Short: "Show a provider: addresses, scopes, how to register an app",
		Long: `Show a provider as it is configured: addresses, scopes, the redirect address to
register, and how to register an app. Nothing is asked of the network.`,
		Args:              exactlyOne,
		ValidArgsFunction: r.completeProviders,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the provider object")
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
	secret := p.Client.SecretUse
	if secret == "" {
		secret = "none"
	}
	d := providerDetailJSON{
		providerJSON: summary(p),
		Issuer:       p.Issuer,
		Endpoints:    map[string]string{},
		ClientID:     p.Client.ID,
		Secret:       secret,
		Redirect:     p.Redirect.Register,
		Scopes: map[string][]string{
			"base": list(p.Scopes.Base), "profile": list(p.Scopes.Profile),
			"groups": list(p.Scopes.Groups), "offline": list(p.Scopes.Offline),
		},
		Variables: map[string]string{},
		Register:  registrationJSON{Type: p.Client.Type, URL: p.Client.URL, Help: p.Client.Help},
	}
	for name, address := range map[string]string{
		"authorization": p.Endpoints.Authorization, "token": p.Endpoints.Token,
		"device_authorization": p.Endpoints.DeviceAuthorization, "userinfo": p.Endpoints.Userinfo,
		"jwks": p.Endpoints.JWKS, "revocation": p.Endpoints.Revocation, "end_session": p.Endpoints.EndSession,
	} {
		if address != "" {
			d.Endpoints[name] = address
		}
	}
	for name, v := range p.Variables {
		d.Variables[name] = v.Value
	}
	return d
}

// list is never null in JSON.
func list(s []string) []string { return append([]string{}, s...) }

func (r *runner) showProvider(p *providers.Provider, d providerDetailJSON) error {
	ready := "yes"
	if !d.Ready {
		ready = "no: " + d.Reason
	}
	issuer := d.Issuer
	if issuer != "" && p.Discovery != "none" {
		issuer += " (publishes its addresses)"
	}
	if err := r.card(p.Name, []field{
		{"Provider", p.ID},
		{"Summary", p.Summary},
		{"From", p.Origin},
		{"Ready", ready},
		{"Issuer", issuer},
		{"Sign-in", p.Endpoints.Authorization},
		{"Token", p.Endpoints.Token},
		{"Device code", p.Endpoints.DeviceAuthorization},
		{"User details", p.Endpoints.Userinfo},
		{"Keys", p.Endpoints.JWKS},
		{"Revocation", p.Endpoints.Revocation},
		{"End session", p.Endpoints.EndSession},
		{"Client ID", d.ClientID},
		{"Client secret", d.Secret},
		{"Scopes", strings.Join(append(list(p.Scopes.Base), p.Scopes.Profile...), " ")},
		{"for groups", strings.Join(p.Scopes.Groups, " ")},
		{"for renewal", strings.Join(p.Scopes.Offline, " ")},
	}); err != nil {
		return err
	}
	if err := r.showVariables(p); err != nil {
		return err
	}
	if p.Client.Help == "" && p.Client.URL == "" && p.Redirect.Register == "" {
		return nil
	}
	then := envName(p.ID) + "_CLIENT_ID, or a client id in providers.d/" + p.ID + ".toml"
	if d.Secret != "none" {
		then += "\n" + envName(p.ID) + "_CLIENT_SECRET, or enter it in the window (" + d.Secret + ")"
	}
	return r.card("\nRegister an app", []field{
		{"At", p.Client.URL},
		{"Type", p.Client.Type},
		{"Redirect", p.Redirect.Register},
		{"Steps", p.Client.Help},
		{"Then set", then},
	})
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
			value = "not filled: " + v.Help
			if v.Example != "" {
				value += " (for example " + v.Example + ")"
			}
		}
		fields = append(fields, field{name, value})
	}
	if len(fields) == 0 {
		return nil
	}
	return r.card("\nTo fill in", fields)
}

// envName is the beginning of a provider's environment variables.
func envName(id string) string {
	return "CLAVIGER_" + strings.ToUpper(strings.ReplaceAll(id, "-", "_"))
}
