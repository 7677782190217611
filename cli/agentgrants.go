package cli

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/peer"
)

// book has the rules and grants of this vault.
func (r *runner) book() (consent.Book, error) {
	v, err := r.Vault()
	return bookOf(v), err
}

func (r *runner) agentStatus() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show whether an agent runs, and where",
		Args:  noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the status object")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		socket, err := r.socketPath()
		if err != nil {
			return err
		}
		st, err := agentclient.New(socket).Status(cmd.Context())
		if errors.Is(err, agentclient.ErrNoAgent) {
			return &problemError{problem: problem.Problem{
				Kind: problem.KindFailed, Title: "No agent runs", Detail: "Nothing answers at " + socket + ".", Next: "Start it: claviger agent, or open the window: claviger", Code: "no-agent",
			}}
		}
		if err != nil {
			return ofAgent(err)
		}
		if asJSON {
			return r.printJSON(struct {
				*agentclient.Status
				Socket string `json:"socket"`
			}{st, socket})
		}
		locked := "no"
		if st.Locked {
			locked = "yes; open it with: claviger vault unlock"
		}
		is := "claviger agent"
		if st.Window {
			is = "the open window"
		}
		return r.card("Agent", []field{
			{"Socket", socket},
			{"Served by", is},
			{"Process", fmt.Sprint(st.PID)},
			{"Version", st.Version},
			{"Locked", locked},
		})
	})
	return cmd
}

// grantJSON is the grant object of docs/json.md.
type grantJSON struct {
	ID      string     `json:"id"`
	Account string     `json:"account"`
	Path    string     `json:"path"`
	Hash    string     `json:"sha256"`
	IDToken bool       `json:"id_token"`
	Given   *time.Time `json:"given_at"`
	Until   *time.Time `json:"until"`
}

func (r *runner) agentGrants() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "grants",
		Short: "List the programs that you allowed to have tokens",
		Args:  noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a list of grant objects")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		b, err := r.book()
		if err != nil {
			return err
		}
		list, err := b.Grants(cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			out := make([]grantJSON, 0, len(list))
			for _, g := range list {
				out = append(out, grantJSON{g.ID, g.Account, g.Path, g.Hash, g.IDToken, moment(g.Given), moment(g.Until)})
			}
			return r.printJSON(out)
		}
		if len(list) == 0 {
			return r.print("No program is allowed to have tokens by itself.\n")
		}
		rows := [][]string{{"GRANT", "ACCOUNT", "PROGRAM", "GETS", "ENDS"}}
		for _, g := range list {
			ends := "never"
			if !g.Until.IsZero() {
				ends = until(g.Until, time.Now())
			}
			gets := "access token"
			if g.IDToken {
				gets = "both tokens"
			}
			rows = append(rows, []string{g.ID, g.Account, g.Path, gets, ends})
		}
		return r.table(rows)
	})
	return cmd
}

func (r *runner) agentRevoke() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "revoke [GRANT]",
		Short: "Take back what a program was allowed",
		Example: `  claviger agent revoke 3f9a1c2e
  claviger agent revoke --all`,
		Args: atMostOne,
	}
	cmd.Flags().BoolVar(&all, "all", false, "take back every grant")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if all != (len(args) == 0) {
			return usage(errors.New("name a grant, or use --all"))
		}
		b, err := r.book()
		if err != nil {
			return err
		}
		n, err := b.TakeBack(cmd.Context(), args, all)
		if err != nil {
			return err
		}
		if n == 0 && !all {
			return usage(fmt.Errorf("no grant is called %q; list them with: claviger agent grants", clean(args[0])))
		}
		r.say("Grants taken back: %d", n)
		return nil
	})
	return cmd
}

func (r *runner) agentAllow() *cobra.Command {
	var limit time.Duration
	var idToken bool
	cmd := &cobra.Command{
		Use:   "allow ACCOUNT PROGRAM",
		Short: "Allow a program to have an account's tokens without being asked",
		Long: `Allow a program to have an account's tokens without being asked. PROGRAM is the
path of its file, or a command. If the file changes, the program is a new one and
you are asked again. For a script, the program is its interpreter: that allows
every script.`,
		Example: `  claviger agent allow work /usr/local/bin/report
  claviger agent allow work curl --for 1h`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage(fmt.Errorf("%s takes an ACCOUNT and a PROGRAM", cmd.CommandPath()))
			}
			return nil
		},
		ValidArgsFunction: r.completeAccounts,
	}
	cmd.Flags().DurationVar(&limit, "for", 0, "allow it for this `TIME` only")
	cmd.Flags().BoolVar(&idToken, "id-token", false, "allow it to have the ID token too")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if limit < 0 {
			return usage(errors.New("--for must not be negative"))
		}
		program, err := programAt(args[1])
		if err != nil {
			return usage(err)
		}
		b, err := r.book()
		if err != nil {
			return err
		}
		a, err := r.accountNamed(cmd, args[0])
		if err != nil {
			return err
		}
		if err := b.Give(cmd.Context(), a.ID, program, idToken, limit); err != nil {
			return err
		}
		r.say("%s may have tokens of %s at %s.", program.Path, title(a), providerName(a))
		return nil
	})
	return cmd
}

// programAt is the program in a file, or of a command: its path as the kernel will
// name it, and its contents.
func programAt(name string) (consent.Program, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return consent.Program{}, fmt.Errorf("%s cannot be run: %w", clean(name), err)
	}
	hash, err := peer.HashFile(path)
	return consent.Program{Path: path, Hash: hash}, err
}

func (r *runner) accountNamed(cmd *cobra.Command, name string) (*auth.Account, error) {
	a, err := r.Agent()
	if err != nil {
		return nil, err
	}
	return r.account(cmd.Context(), a, name)
}

func (r *runner) agentRule() *cobra.Command {
	var commands bool
	cmd := &cobra.Command{
		Use:   "rule ACCOUNT [RULE]",
		Short: "Show or set what an account does with programs: ask, always or never",
		Long: `Show or set what an account does with programs that ask the agent by themselves:
ask (the default) asks you about each new program, always lets all in, never lets
none in. With --commands, the rule is also for claviger's own commands that use the
agent, for the program that started them. Programs on another computer, through
ssh, are always asked about.`,
		Example: `  claviger agent rule work
  claviger agent rule work never
  claviger agent rule bank ask --commands`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usage(fmt.Errorf("%s takes an ACCOUNT and perhaps a RULE", cmd.CommandPath()))
			}
			if len(args) == 2 && args[1] != string(consent.Ask) && args[1] != string(consent.Always) && args[1] != string(consent.Never) {
				return usage(errors.New("the rule must be ask, always or never"))
			}
			return nil
		},
		ValidArgsFunction: r.completeAccounts,
	}
	cmd.Flags().BoolVar(&commands, "commands", false, "also for claviger's own commands")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if commands && len(args) == 1 {
			return usage(errors.New("--commands requires a RULE"))
		}
		b, err := r.book()
		if err != nil {
			return err
		}
		a, err := r.accountNamed(cmd, args[0])
		if err != nil {
			return err
		}
		if len(args) == 2 {
			err = b.SetRule(cmd.Context(), a.ID, consent.AccountRule{Rule: consent.Rule(args[1]), Commands: commands})
			if err != nil {
				return err
			}
		}
		rule, err := b.Rule(cmd.Context(), a.ID)
		if err != nil {
			return err
		}
		return r.print(ruleText(rule))
	})
	return cmd
}

func ruleText(rule consent.AccountRule) string {
	if rule.Rule != consent.Always && rule.Rule != consent.Never {
		rule.Rule = consent.Ask // the default, and what a newer version may say
	}
	text := string(rule.Rule) + ": " + rule.Rule.Meaning()
	if rule.Commands {
		text += "; " + consent.ForCommands
	}
	return text + "\n"
}
