package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// maxExplained is the most that is read of a page, in bytes.
const maxExplained = 1 << 20

// explainedJSON is what `explain --json` prints.
type explainedJSON struct {
	Kind   problem.Kind `json:"kind"`
	Code   string       `json:"code"`
	Title  string       `json:"title"`
	Detail string       `json:"detail"`
	Next   string       `json:"next"`
	// RedirectURI is the address to register, if that may be the reason.
	RedirectURI string `json:"redirect_uri"`
	Link        string `json:"link"`
}

func (r *runner) explainPage() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain [PROVIDER] [TEXT|-]",
		Short: "Explain an error that a provider shows in the browser",
		Long: `Explain an error that a provider shows in the browser but never sends back: what
happened, why, and what to change. TEXT is what the page says, or its address;
without it, or with -, it is read from standard input. With PROVIDER, the answer
is exact: its own errors, and the redirect URI to register there.`,
		Example: `  claviger explain google "Error 400: redirect_uri_mismatch"
  xclip -o | claviger explain work -`,
		ValidArgsFunction: r.completeProviders,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the explanation as JSON")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		text, p, err := r.explained(cmd.Context(), args)
		if err != nil {
			return err
		}
		found := problem.Page(text, p, "")
		if asJSON {
			return r.printJSON(explainedJSON{found.Kind, found.Code, found.Title, found.Detail, found.Next, found.Copy, found.Link})
		}
		return r.showExplained(found, p)
	})
	return cmd
}

// explained sorts out the arguments: a first one that is a provider's id names
// it, the others are the text.
func (r *runner) explained(ctx context.Context, args []string) (string, *providers.Provider, error) {
	var p *providers.Provider
	if len(args) > 0 {
		set, err := r.Providers()
		if err != nil {
			return "", nil, err
		}
		if known, ok := set.Lookup(args[0]); ok {
			p, args = known, args[1:]
		}
	}
	text := strings.Join(args, " ")
	if text == "" || text == "-" {
		data, err := io.ReadAll(io.LimitReader(ending{ctx: ctx, in: r.In}, maxExplained))
		if err != nil {
			return "", nil, readingInput(err)
		}
		text = string(data)
	}
	if strings.TrimSpace(text) == "" {
		return "", nil, usage(errors.New("missing TEXT: what the page says, or its address"))
	}
	return text, p, nil
}

func (r *runner) showExplained(problem problem.Problem, p *providers.Provider) error {
	shown := clean(problem.Title) + "\n"
	for _, text := range []string{problem.Detail, problem.Next} {
		if text != "" {
			shown += "  " + strings.ReplaceAll(cleanLines(text), "\n", "\n  ") + "\n"
		}
	}
	fields := []field{{"Code", problem.Code}, {"Register", problem.Copy}}
	if p != nil {
		fields = append(fields, field{"Client ID", p.Client.ID})
	}
	fields = append(fields, field{"Page", problem.Link})
	if err := r.print(shown); err != nil {
		return err
	}
	return r.card("", fields)
}
