package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/providers"
)

// probeTimeout limits the whole test of a provider.
const probeTimeout = 90 * time.Second

func (r *runner) providersTest() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "test PROVIDER",
		Short: "Test a provider without signing in",
		Long: `Test a provider as far as possible without a browser and without signing in: its
file, endpoints and keys, whether it knows the client and accepts the redirect
URI. For each problem, it says what to do. Nothing secret is sent except the
client's own credentials, to the provider's own endpoints. The exit code is 1 if
something is wrong, 4 if the provider could not be reached.`,
		Args:              exactlyOne,
		ValidArgsFunction: r.completeProviders,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the checks as JSON")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		return r.testProvider(cmd.Context(), args[0], asJSON)
	})
	return cmd
}

func (r *runner) testProvider(ctx context.Context, id string, asJSON bool) error {
	set, err := r.Providers()
	if err != nil {
		return err
	}
	agent, err := r.Agent()
	if err != nil {
		return err
	}
	request := probe.Request{Provider: id, Problems: set.ProblemsOf(id)}
	var printing error
	if !asJSON {
		if printing = r.print(probeHeading(set, id)); printing != nil {
			return printing
		}
		request.Observe = func(c probe.Check) {
			if printing == nil {
				printing = r.print(probeLine(c))
			}
		}
	}
	limited, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	tested, err := agent.Tester().Test(limited, request)
	switch {
	case err != nil:
		return err
	case printing != nil:
		return printing
	case asJSON:
		if err := r.printJSON(tested); err != nil {
			return err
		}
	}
	switch {
	case tested.Offline:
		return &exitError{ExitOffline}
	case tested.Outcome == idtoken.Failed:
		return &exitError{ExitFailed}
	}
	return nil
}

// probeHeading names what is tested; "" if there is no such provider.
func probeHeading(set *providers.Set, id string) string {
	p, ok := set.Lookup(id)
	if !ok {
		return ""
	}
	return clean(p.Name) + "\n"
}

// probeLine is a check with what to do about it below.
func probeLine(c probe.Check) string {
	mark := map[idtoken.Outcome]string{idtoken.Passed: "✓", idtoken.Failed: "✗"}[c.Outcome]
	if mark == "" {
		mark = "-"
	}
	line := fmt.Sprintf("  %s %-19s  %s\n", mark, clean(c.Title), clean(c.Reason))
	if c.Next != "" {
		line += strings.Repeat(" ", 25) + clean(c.Next) + "\n"
	}
	return line
}
