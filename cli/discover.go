package cli

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"claviger/auth"
	"claviger/providers"
)

// discoverTimeout bounds the whole of a discovery.
const discoverTimeout = 20 * time.Second

// discoverJSON is what `providers discover --json` prints.
type discoverJSON struct {
	Metadata *providers.Metadata `json:"metadata"`
	Missing  []string            `json:"missing"`
}

func (r *runner) providersDiscover() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "discover ISSUER",
		Short: "Show what an issuer publishes of itself, and what is missing",
		Long: `Show what an issuer publishes of itself (OpenID Connect Discovery, RFC 8414),
what is missing for a full sign-in, and a provider file to begin with.`,
		Example: `  claviger providers discover https://accounts.google.com`,
		Args:    exactlyOne,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the metadata and what is missing")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		m, err := discover(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		missing := lacks(m)
		if asJSON {
			return r.printJSON(discoverJSON{m, missing})
		}
		return r.showMetadata(m, missing)
	})
	return cmd
}

// discover reads what an issuer publishes; https:// may be left out.
func discover(ctx context.Context, issuer string) (*providers.Metadata, error) {
	if !strings.Contains(issuer, "://") {
		issuer = "https://" + issuer
	}
	m, err := providers.Discover(ctx, &http.Client{Timeout: discoverTimeout}, issuer)
	if unreachable(err) {
		return nil, &problemError{auth.Problem{
			Kind:   auth.KindOffline,
			Title:  "The issuer could not be reached",
			Detail: issuer,
			Next:   "Check the address and the network connection.",
			Code:   "offline",
		}}
	}
	return m, err
}

// unreachable tells a server that was not reached from one that gave a wrong
// answer.
func unreachable(err error) bool {
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	slow, ok := errors.AsType[net.Error](err)
	return ok && slow.Timeout()
}

// lacks says in plain words what a provider does not offer.
func lacks(m *providers.Metadata) []string {
	out := []string{}
	need := func(ok bool, words string) {
		if !ok {
			out = append(out, words)
		}
	}
	need(m.AuthorizationEndpoint != "", "an authorization endpoint: no sign-in with a browser")
	need(m.TokenEndpoint != "", "a token endpoint: no sign-in at all")
	need(m.JWKSURI != "", "keys: ID tokens cannot be verified")
	need(slices.Contains(m.CodeChallengeMethods, "S256"), "PKCE with S256 is not announced (it is sent all the same)")
	need(m.UserinfoEndpoint != "", "userinfo: the profile is only what the ID token says")
	need(m.DeviceAuthorizationEndpoint != "", "device flow: no sign-in without a browser")
	need(len(m.ScopesSupported) == 0 || slices.Contains(m.ScopesSupported, "offline_access"),
		"the scope offline_access: renewal may need another scope or a setting")
	need(m.RevocationEndpoint != "", "revocation: signing out only forgets here")
	need(m.EndSessionEndpoint != "", "end of session: the browser stays signed in")
	need(m.IssParameter, "the iss parameter of RFC 9207")
	return out
}

func (r *runner) showMetadata(m *providers.Metadata, missing []string) error {
	if err := r.card(m.Issuer, []field{
		{"Sign-in", m.AuthorizationEndpoint},
		{"Token", m.TokenEndpoint},
		{"Device code", m.DeviceAuthorizationEndpoint},
		{"User details", m.UserinfoEndpoint},
		{"Keys", m.JWKSURI},
		{"Revocation", m.RevocationEndpoint},
		{"Introspection", m.IntrospectionEndpoint},
		{"End session", m.EndSessionEndpoint},
		{"Registration", m.RegistrationEndpoint},
		{"Pushed requests", m.PAREndpoint},
		{"Scopes", strings.Join(m.ScopesSupported, " ")},
		{"Claims", strings.Join(m.ClaimsSupported, " ")},
		{"PKCE", strings.Join(m.CodeChallengeMethods, " ")},
		{"Client authentication", strings.Join(m.TokenEndpointAuthMethods, " ")},
		{"ID token signatures", strings.Join(m.IDTokenSigningAlgs, " ")},
	}); err != nil {
		return err
	}
	if len(missing) > 0 {
		if err := r.print("\nMissing\n  " + cleanLines(strings.Join(missing, "\n  ")) + "\n"); err != nil {
			return err
		}
	}
	id := suggestID(m.Issuer)
	return r.print("\nTo use it, register a native app there, then:\n\n  claviger providers add " + id + " --issuer " + clean(m.Issuer) + " --client-id YOUR-CLIENT-ID\n\nor save this as providers.d/" + id + ".toml:\n\n" + scrap(id, m))
}

// suggestID makes a provider id of an issuer's host: "login.example.org" is
// "example".
func suggestID(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return "mine"
	}
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	name := labels[0]
	if len(labels) >= 2 {
		name = labels[len(labels)-2]
	}
	name = strings.Trim(strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return -1
	}, name), "-")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "mine"
	}
	return name[:min(len(name), 40)]
}

// sortedKeys returns a map's keys in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
