package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// newProvider is what `providers add` was given.
type newProvider struct {
	id, issuer, preset, file string
	name, clientID           string
	secretFile, caFile       string
	set                      []string
	// register asks the issuer for a registration, tokenFile has the initial
	// access token for it.
	register  bool
	tokenFile string
	// yes says that the person knows which servers get codes, secrets and tokens.
	yes bool
}

func (r *runner) providersAdd() *cobra.Command {
	var n newProvider
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "add [PROVIDER]",
		Short: "Add a provider from an issuer, a built-in provider or a file",
		Long: `Add your own provider with the ID PROVIDER: an OpenID provider from its issuer, a
built-in provider with other settings, or a provider file. It is saved as a file
in providers.d; a client secret goes into the vault, never into the file.

With --register, the issuer is asked to register this app (RFC 7591), so that
you need no client ID. Not every issuer allows this.

The servers that will get sign-in codes, client secrets and tokens are listed.
If a file names one that is neither its issuer's nor the built-in provider's own,
you are asked first; without a terminal, --yes confirms it.`,
		Example: `  claviger providers add work --issuer https://login.example.com --client-id claviger
  claviger providers add work --issuer https://login.example.com --register
  claviger providers add contoso --preset azure --set tenant=contoso.example --client-id …
  claviger providers add --file forge.toml`,
		Args: atMostOne,
	}
	f := cmd.Flags()
	f.StringVar(&n.issuer, "issuer", "", "the issuer `URL`, exactly as the provider publishes it")
	f.StringVar(&n.preset, "preset", "", "the built-in `provider` to extend")
	f.StringVar(&n.file, "file", "", "a provider `file`; - reads standard input")
	f.StringVar(&n.name, "name", "", "its display `name`")
	f.StringVar(&n.clientID, "client-id", "", "the client `ID` of your app registration")
	f.StringArrayVar(&n.set, "set", nil, "set a value of the preset, `NAME=VALUE` (repeatable)")
	f.StringVar(&n.secretFile, "secret-file", "", "read the client secret from the first line of this `file`")
	f.StringVar(&n.caFile, "ca-file", "", caFileHelp)
	f.BoolVar(&n.register, "register", false, "let the issuer register this app, instead of a client ID")
	f.StringVar(&n.tokenFile, "registration-token-file", "", "read the initial access token for --register from the first line of this `file`")
	f.BoolVar(&n.yes, "yes", false, "do not ask whether the servers in a file may get codes, secrets and tokens")
	f.BoolVar(&asJSON, "json", false, "print the provider as JSON")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			n.id = args[0]
		}
		if err := n.contradiction(f.Changed); err != nil {
			return usage(err)
		}
		return r.addProvider(cmd.Context(), n, asJSON)
	})
	return cmd
}

// contradiction says which flags do not go together; given reports whether a flag was.
func (n newProvider) contradiction(given func(name string) bool) error {
	if !given("issuer") && !given("preset") && !given("file") {
		return errors.New("one of --issuer, --preset and --file is required")
	}
	for _, pair := range [][2]string{
		{"issuer", "preset"},
		{"issuer", "file"},
		{"preset", "file"},
		{"register", "preset"},
		{"register", "file"},
		{"register", "client-id"},
		{"register", "secret-file"},
	} {
		switch {
		case !given(pair[0]) || !given(pair[1]):
		case pair[0] == "issuer" && pair[1] == "preset":
			return fmt.Errorf("--issuer and --preset cannot be used together: --set fills in what a built-in provider needs; see 'claviger providers show %s'", n.preset)
		default:
			return fmt.Errorf("--%s and --%s cannot be used together", pair[0], pair[1])
		}
	}
	return nil
}

func (r *runner) addProvider(ctx context.Context, n newProvider, asJSON bool) error {
	set, err := r.Providers()
	if err != nil {
		return err
	}
	if n.caFile, err = absolute(n.caFile); err != nil {
		return err
	}
	var p *providers.Provider
	if n.register || n.tokenFile != "" {
		p, err = r.addRegistered(ctx, set, n)
	} else {
		p, err = r.addKnown(ctx, set, n)
	}
	if err != nil {
		return err
	}
	if asJSON {
		return r.printJSON(detail(p))
	}
	r.say("Added %s: %s", p.ID, p.Origin)
	r.sayRecipients(p)
	if err := p.Ready(); err != nil {
		r.say("Not ready yet: %s. See 'claviger providers show %s'.", err.Error(), p.ID)
		return nil
	}
	if p.Redirect.Register != "" && !n.register {
		r.say("Register this redirect URI there: %s", p.Redirect.Register)
	}
	r.say("Sign in: claviger login %s", p.ID)
	return nil
}

// addKnown adds a provider whose registration, if any, is known already.
func (r *runner) addKnown(ctx context.Context, set *providers.Set, n newProvider) (*providers.Provider, error) {
	data, err := r.providerFile(ctx, n)
	if err != nil {
		return nil, err
	}
	p, err := providers.Parse(cmp.Or(n.file, "the new provider"), data)
	if err != nil {
		return nil, unusableProvider(err.Error())
	}
	if data, err = n.trust(p, data); err != nil {
		return nil, err
	}
	if data, err = n.withSecret(p, data); err != nil {
		return nil, err
	}
	if n.file != "" {
		if err := r.consent(ctx, p, n.yes); err != nil {
			return nil, err
		}
	}
	secret := providers.Secret{}
	if n.secretFile != "" {
		if secret, err = r.newSecret(ctx, n.secretFile); err != nil {
			return nil, err
		}
	}
	// The provider first: an id that is in use keeps the secret it has.
	added, err := set.Add(data)
	if err != nil || secret.IsZero() {
		return added, err
	}
	if err := r.SaveSecret(ctx, p.ID, secret); err != nil {
		return nil, errors.Join(err, set.Remove(p.ID))
	}
	return added, nil
}

// newSecret reads a client secret and makes sure that the vault can take it; it
// is set up if it is not.
func (r *runner) newSecret(ctx context.Context, file string) (providers.Secret, error) {
	secret, err := r.secretFrom(ctx, file, "The client secret file cannot be used", "Nothing was added. Its first line must be the secret.")
	if err != nil {
		return providers.Secret{}, err
	}
	return secret, r.prepareVault(ctx)
}

// secretFrom reads a secret from the first line of a file; title and next are
// the words for one that cannot be used.
func (r *runner) secretFrom(ctx context.Context, file, title, next string) (providers.Secret, error) {
	secret, err := (&Prompter{File: file, Err: r.Err}).fileLine(ctx)
	if p, ok := errors.AsType[*problemError](err); ok && ctx.Err() == nil {
		p.problem.Kind, p.problem.Title = problem.KindFailed, title
		p.problem.Next, p.problem.Code = next, "secret-file"
	}
	return providers.NewSecret(foreign.Trim(secret)), err
}
