package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/trace"
)

func (r *runner) history() *cobra.Command {
	var asJSON, forget bool
	cmd := &cobra.Command{
		Use:   "history [ACCOUNT]",
		Short: "Show the history of an account",
		Long: `Show the history of an account, newest first: sign-ins, refreshes and how the
new tokens differ from the old, failures, and which programs received a token.
It is kept in the vault, the last 50 entries of each kind, and deleted with the
account. Nothing is requested from the network.`,
		Example: `  claviger history work
  claviger history work --json`,
		Args:              atMostOne,
		ValidArgsFunction: r.completeAccounts,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the list of entries as JSON")
	cmd.Flags().BoolVar(&forget, "clear", false, "delete the history; the account stays")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if asJSON && forget {
			return usage(errors.New("--json and --clear cannot be used together"))
		}
		agent, err := r.Agent()
		if err != nil {
			return err
		}
		a, err := r.account(cmd.Context(), agent, first(args))
		if err != nil {
			return err
		}
		if forget {
			if err := agent.ClearHistory(cmd.Context(), a.ID); err != nil {
				return err
			}
			return r.print("History of " + title(a) + " at " + providerName(a) + " deleted.\n")
		}
		list, err := agent.History(cmd.Context(), a.ID)
		if err != nil {
			return err
		}
		if asJSON {
			return r.printJSON(toSeconds(list))
		}
		return r.showHistory(a, list, time.Now())
	})
	return cmd
}

// toSeconds is the form of docs/json.md: times in UTC, to the second.
func toSeconds(list []history.Entry) []history.Entry {
	out := make([]history.Entry, 0, len(list)) // never null
	for _, e := range list {
		e.At, e.Last = e.At.UTC().Truncate(time.Second), e.Last.UTC().Truncate(time.Second)
		e.Steps = nil // the window shows them
		out = append(out, e)
	}
	return out
}

func (r *runner) showHistory(a *auth.Account, list []history.Entry, now time.Time) error {
	if len(list) == 0 {
		return r.print("No history for " + title(a) + " at " + providerName(a) + ".\n")
	}
	fields := make([]field, 0, len(list))
	for _, e := range list {
		fields = append(fields, field{dayAndTime(e.At, now), historyWords(e, now)})
	}
	return r.card(title(a)+" at "+providerName(a), fields)
}

// historyWords says what happened and what is new in it, a line each.
func historyWords(e history.Entry, now time.Time) string {
	lines := []string{historyTitle(e)}
	if e.Count > 1 {
		lines[0] += fmt.Sprintf(" (%d times, last %s)", e.Count, dayAndTime(e.Last, now))
	}
	if c := e.Changes; c != nil {
		for _, s := range c.ScopesGained {
			lines = append(lines, "+ scope "+s)
		}
		for _, s := range c.ScopesLost {
			lines = append(lines, "- scope "+s)
		}
		for _, claim := range c.Claims {
			lines = append(lines, claimChange(claim))
		}
		if c.MoreClaims > 0 {
			lines = append(lines, fmt.Sprintf("~ %d more claims", c.MoreClaims))
		}
	}
	return strings.Join(lines, "\n")
}

func historyTitle(e history.Entry) string {
	switch e.Kind {
	case history.SignedIn:
		return "Signed in, token " + e.Token
	case history.Refreshed:
		if e.Rotated {
			return "Refreshed, token " + e.Token + "; refresh token replaced"
		}
		return "Refreshed, token " + e.Token
	case history.Failed:
		what := "Refresh failed"
		if e.During != trace.StepRefresh {
			what = "Sign-in failed"
		}
		return what + ": " + e.Reason
	case history.HandedOut:
		what := "Token "
		if e.TokenKind == history.IDToken {
			what = "ID token "
		}
		return what + e.Token + " given to " + e.To
	}
	return string(e.Kind) // from a newer version
}

func claimChange(c history.ClaimChange) string {
	name := "claim " + c.Claim
	if c.Token == history.AccessToken {
		name += " of the access token"
	}
	switch {
	case c.Before == "":
		return "+ " + name + ": " + c.After
	case c.After == "":
		return "- " + name + ": " + c.Before
	}
	return "~ " + name + ": " + c.Before + " → " + c.After
}
