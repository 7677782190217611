package cli

import (
	"cmp"
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// discoverTimeout bounds the whole of a discovery.
const discoverTimeout = 20 * time.Second

// caFileHelp is the help of --ca-file.
const caFileHelp = "also trust the certificates in this PEM `file`"

// absolute is the full path of a file that a flag names; "" stays "".
func absolute(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	return filepath.Abs(file)
}

// discoverJSON is what `providers discover --json` prints.
type discoverJSON struct {
	Metadata *providers.Metadata `json:"metadata"`
	Missing  []string            `json:"missing"`
	// Dropped are published members that cannot be used.
	Dropped []string `json:"dropped"`
}

func (r *runner) providersDiscover() *cobra.Command {
	var asJSON bool
	var caFile string
	cmd := &cobra.Command{
		Use:   "discover ISSUER",
		Short: "Show what an issuer publishes and what is missing",
		Long: `Show what an issuer publishes about itself (OpenID Connect Discovery, RFC 8414),
what is missing for a full sign-in, and a provider file to start with.`,
		Example: `  claviger providers discover https://accounts.google.com`,
		Args:    exactlyOne,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the metadata and what is missing as JSON")
	cmd.Flags().StringVar(&caFile, "ca-file", "", caFileHelp)
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		caFile, err := absolute(caFile)
		if err != nil {
			return err
		}
		m, err := discover(cmd.Context(), args[0], caFile)
		if err != nil {
			return err
		}
		missing := lacks(m)
		if asJSON {
			return r.printJSON(discoverJSON{m, missing, append([]string{}, m.Dropped()...)})
		}
		return r.showMetadata(m, missing, caFile)
	})
	return cmd
}

// discover reads what an issuer publishes; https:// may be left out.
func discover(ctx context.Context, issuer, caFile string) (*providers.Metadata, error) {
	ctx, cancel := context.WithTimeout(ctx, discoverTimeout)
	defer cancel()
	return auth.Discover(ctx, issuer, caFile)
}

// lacks says in plain words what a provider does not offer.
func lacks(m *providers.Metadata) []string {
	out := []string{}
	for _, o := range m.Offers() {
		if !o.Offered {
			out = append(out, o.Name+": "+o.Meaning)
		}
	}
	return out
}

func (r *runner) showMetadata(m *providers.Metadata, missing []string, caFile string) error {
	if err := r.card(m.Issuer, []field{
		{"Authorization", m.AuthorizationEndpoint},
		{"Token", m.TokenEndpoint},
		{"Device code", m.DeviceAuthorizationEndpoint},
		{"Userinfo", m.UserinfoEndpoint},
		{"Keys", m.JWKSURI},
		{"Revocation", m.RevocationEndpoint},
		{"Introspection", m.IntrospectionEndpoint},
		{"End session", m.EndSessionEndpoint},
		{"Registration", m.RegistrationEndpoint},
		{"Pushed requests", m.PAREndpoint},
		{"Bound tokens (DPoP)", strings.Join(m.DPoPSigningAlgs, " ")},
		{"Scopes", strings.Join(m.ScopesSupported, " ")},
		{"Claims", strings.Join(m.ClaimsSupported, " ")},
		{"PKCE", strings.Join(m.CodeChallengeMethods, " ")},
		{"Client authentication", strings.Join(m.TokenEndpointAuthMethods, " ")},
		{"ID token signatures", strings.Join(m.IDTokenSigningAlgs, " ")},
		{"Left out, not usable", strings.Join(m.Dropped(), " ")},
	}); err != nil {
		return err
	}
	if len(missing) > 0 {
		if err := r.print("\nMissing\n  " + cleanLines(strings.Join(missing, "\n  ")) + "\n"); err != nil {
			return err
		}
	}
	id := providers.SuggestID(m.Issuer)
	file, err := providers.FromIssuer(id, id, "YOUR-CLIENT-ID", m)
	if err != nil {
		return err
	}
	flag := ""
	if caFile != "" {
		flag = " --ca-file " + shellWord(caFile)
		if file, err = providers.WithCAFile(file, caFile); err != nil {
			return err
		}
	}
	return r.print("\nTo use it, register a native app there, then:\n\n  claviger providers add " + id + " --issuer " + shellWord(m.Issuer) + " --client-id YOUR-CLIENT-ID" + flag + "\n\nor save this as providers.d/" + id + ".toml:\n\n" + string(file))
}

// sortedKeys returns a map's keys in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
