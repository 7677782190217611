package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// maxToken bounds what is read from standard input.
const maxToken = 1 << 20

func (r *runner) inspect() *cobra.Command {
	var idToken, asJSON bool
	cmd := &cobra.Command{
		Use:   "inspect [ACCOUNT|-]",
		Short: "Decode and check a token",
		Long: `Decode and check a token: the stored token of an account, or one from standard
input. The contents of a token prove nothing until its signature is checked,
which is done for ID tokens of accounts. The exit code is 1 if a check failed.`,
		Example: `  claviger inspect --id-token
  pbpaste | claviger inspect -`,
		Args:              atMostOne,
		ValidArgsFunction: r.completeAccounts,
	}
	cmd.Flags().BoolVar(&idToken, "id-token", false, "use the ID token instead of the access token")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print format, header, claims and checks as JSON")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		ins, err := r.inspection(cmd.Context(), first(args), idToken)
		if err != nil {
			return err
		}
		if asJSON {
			err = r.printJSON(ins)
		} else {
			err = r.showInspection(ins, time.Now())
		}
		if err != nil {
			return err
		}
		for _, c := range ins.Checks {
			if c.Outcome == auth.Failed {
				return &exitError{ExitFailed}
			}
		}
		return nil
	})
	return cmd
}

func (r *runner) inspection(ctx context.Context, name string, idToken bool) (*auth.Inspection, error) {
	if name == "-" {
		data, err := io.ReadAll(io.LimitReader(ending{ctx, r.In}, maxToken+1))
		if err != nil {
			return nil, readingInput(err)
		}
		text := pastedToken(string(data))
		if text == "" || len(data) > maxToken {
			return nil, usage(errors.New("standard input must contain one token"))
		}
		agent, err := r.Agent()
		if err != nil {
			return nil, err
		}
		return agent.Inspect(ctx, "", providers.NewSecret(text))
	}
	agent, err := r.Agent()
	if err != nil {
		return nil, err
	}
	a, err := r.account(ctx, agent, name)
	if err != nil {
		return nil, err
	}
	t, err := agent.Stored(ctx, a.ID)
	if err != nil {
		return nil, r.inProvider(err, a.Provider, "")
	}
	token := t.AccessToken
	if idToken {
		if token = t.IDToken; token.IsZero() {
			return nil, noIDToken(a)
		}
	}
	ins, err := agent.Inspect(ctx, a.ID, token)
	return ins, r.inProvider(err, a.Provider, "")
}

// pastedToken finds the token in what was pasted: alone, or as a header.
func pastedToken(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return ""
	}
	return strings.Trim(words[len(words)-1], `"'`)
}

func (r *runner) showInspection(i *auth.Inspection, now time.Time) error {
	if i.Format != "jwt" {
		return r.print("An opaque token: only the provider can read it.\n")
	}
	if err := r.card("Header", claimFields(i.Header, now)); err != nil {
		return err
	}
	if err := r.card("\nClaims", claimFields(i.Claims, now)); err != nil {
		return err
	}
	if len(i.Checks) == 0 {
		return nil
	}
	checks := make([]field, 0, len(i.Checks))
	for _, c := range i.Checks {
		value := outcomeWords(c.Outcome)
		if c.Reason != "" {
			value += ": " + clean(c.Reason)
		}
		checks = append(checks, field{c.Name, value})
	}
	return r.card("\nChecks", checks)
}

func outcomeWords(o auth.Outcome) string {
	switch o {
	case auth.Passed:
		return "✓ passed"
	case auth.Failed:
		return "✗ failed"
	case auth.Skipped:
		return "- skipped"
	default:
		return string(o)
	}
}

// claimFields prints claims by name, times in words.
func claimFields(claims map[string]any, now time.Time) []field {
	out := make([]field, 0, len(claims))
	for _, k := range slices.Sorted(maps.Keys(claims)) {
		out = append(out, field{k, claimValue(k, claims[k], now)})
	}
	return out
}

// claimValue prints one claim. NumericDates (RFC 7519 §2) get their local time.
func claimValue(name string, v any, now time.Time) string {
	switch name {
	case "exp", "iat", "nbf", "auth_time", "updated_at":
		if t, ok := auth.ClaimTime(v); ok {
			when := ago(t, now)
			if t.After(now) {
				when = until(t, now)
			}
			return fmt.Sprintf("%s (%s)", t.Local().Format(time.DateTime), when)
		}
	}
	if s, ok := v.(string); ok {
		return clean(s) // a claim has no lines of its own
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}
