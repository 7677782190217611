package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/doctor"
)

func (r *runner) doctor() *cobra.Command {
	var asJSON, offline, report bool
	cmd := &cobra.Command{
		Use:   "doctor [FILE]",
		Short: "Find what is wrong with the set-up of this computer, and how to fix it",
		Long: `Look at everything that sign-ins and tokens need on this computer, and say for each
problem how to fix it. It changes nothing, launches nothing and asks for no
passphrase. It contacts only the servers of providers that you use. The exit code is
1 if a check failed.

With --report, all of it goes into FILE, for a bug report: a text in which names,
addresses and folders are replaced, to read before you send it. FILE - is standard
output; without FILE, it gets a name with the time.`,
		Example: `  claviger doctor
  claviger doctor --report`,
		Args: atMostOne,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the checks as JSON")
	cmd.Flags().BoolVar(&offline, "offline", false, "leave out what needs the network")
	cmd.Flags().BoolVar(&report, "report", false, "write a report for a bug report to FILE")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		switch {
		case report && asJSON:
			return usage(errors.New("--report and --json cannot be used together"))
		case !report && len(args) > 0:
			return usage(errors.New("a FILE goes with --report"))
		}
		o := r.Examined()
		o.Unknown = agentclient.Unknown(r.Environ)
		o.Offline = offline
		if report {
			return r.doctorReport(cmd.Context(), o, first(args))
		}
		return r.examine(cmd.Context(), o, asJSON)
	})
	return cmd
}

// examinationJSON is the object of docs/json.md.
type examinationJSON struct {
	Verdict doctor.Verdict  `json:"verdict"`
	Checks  []doctor.Result `json:"checks"`
}

// examine prints each check as soon as it is made.
func (r *runner) examine(ctx context.Context, o doctor.Options, asJSON bool) error {
	all := []doctor.Result{}
	group := ""
	for result := range doctor.Examine(ctx, o) {
		all = append(all, result)
		if asJSON {
			continue
		}
		text := resultText(result)
		if result.Group != group {
			text = clean(result.Group) + "\n" + text
			if group != "" {
				text = "\n" + text
			}
			group = result.Group
		}
		if err := r.print(text); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return interrupted()
	}
	verdict := doctor.Worst(all)
	var err error
	if asJSON {
		err = r.printJSON(examinationJSON{verdict, all})
	} else {
		err = r.print("\n" + doctor.Summary(all) + "\n")
	}
	if err == nil && verdict == doctor.Fail {
		err = &exitError{ExitFailed}
	}
	return err
}

// titleWidth is the width of the column of titles, in characters.
const titleWidth = 14

// resultText is a check on one line, with what to do about it below.
func resultText(c doctor.Result) string {
	mark := map[doctor.Verdict]string{doctor.OK: "✓", doctor.Warn: "!", doctor.Fail: "✗", doctor.Skipped: "-"}[c.Verdict]
	title := clean(c.Title)
	var b strings.Builder
	fmt.Fprintf(&b, "  %s %s%s  %s\n", mark, title, strings.Repeat(" ", max(0, titleWidth-utf8.RuneCountInString(title))), clean(c.Found))
	indent := strings.Repeat(" ", titleWidth+6)
	if c.Fix != "" {
		b.WriteString(indent + clean(c.Fix) + "\n")
	}
	for _, command := range c.Commands {
		b.WriteString(indent + "  " + clean(command) + "\n")
	}
	return b.String()
}
