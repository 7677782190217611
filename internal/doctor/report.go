package doctor

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// LeakError means that a report was not made: a part of it would have held a secret.
type LeakError struct {
	// Part is its heading.
	Part string
}

// Error implements error.
func (e *LeakError) Error() string {
	return fmt.Sprintf("the part %q of the report would have contained a secret", e.Part)
}

// part is one part of a report.
type part struct {
	heading string
	// about says in the list of contents what is in it.
	about string
	text  string
}

// Report is a text for a bug report, which a person can read before they send it:
// versions, what [Examine] found, counts of accounts, recent activity, and settings. Names,
// addresses and folders are replaced by placeholders that are the same wherever they stand.
// If a secret were in it all the same, it is not made: the error is a [*LeakError].
func Report(ctx context.Context, o Options, results []Result, now time.Time) (string, error) {
	if o.Patience <= 0 {
		o.Patience = usualPatience
	}
	ctx, cancel := context.WithTimeout(ctx, o.Patience)
	defer cancel()
	e := &examination{Options: o}
	u := e.lookUp(ctx)
	u.reported = slices.DeleteFunc(slices.Clone(u.accounts), func(a *auth.Account) bool { return e.Account != "" && a.ID != e.Account })
	known := e.secrets(ctx, u)
	names := e.names(u)
	parts := []part{
		{"Program and system", "versions, the kind of system, desktop and session", e.system()},
		{"Checks", "what claviger doctor found", checksText(results)},
		{"Providers", "which built-in providers you use, and how many of your own, without their names and addresses", providersText(u, names)},
		{"Accounts", "how many there are of each provider, in which state", accountsText(u, names)},
		{"Recent activity", "sign-ins, refreshes and failures of the last days, with their times", e.activity(ctx, u, names)},
		{"Settings", "the settings of the window, without commands", e.settings()},
	}
	if e.Account != "" {
		parts = append(parts, part{"Last sign-in or refresh", "its steps and requests, without what was sent and received", e.steps(u)})
	}
	for i, p := range parts {
		// Before too: what is replaced can be a piece of a secret.
		leaks := known.in(p.text, names)
		p.text = names.redact(p.text)
		if leaks || known.in(p.text, names) || longOpaque(p.text) {
			return "", &LeakError{p.heading}
		}
		parts[i] = p
	}
	return compose(parts, names, known, now), nil
}

// compose puts the parts behind a list of what is in them.
func compose(parts []part, names *names, known secrets, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Claviger: report of %s\n\n", now.UTC().Format(time.RFC3339))
	b.WriteString("Read this before you send it. It contains:\n")
	for _, p := range parts {
		fmt.Fprintf(&b, "- %s: %s\n", p.heading, p.about)
	}
	b.WriteString("\nIt contains no token, password or key. " + known.about() + "\n")
	b.WriteString("Placeholders stand for what is yours, each for the same thing everywhere: " + strings.Join(names.kinds(), ", ") + ".\n")
	for _, p := range parts {
		fmt.Fprintf(&b, "\n== %s ==\n\n%s\n", p.heading, strings.TrimRight(plain.Text(p.text), "\n"))
	}
	return b.String()
}

// system says what this program runs on.
func (e *examination) system() string {
	lines := []string{
		"Claviger: " + e.Version,
		"Built for: " + runtime.GOOS + "/" + runtime.GOARCH + ", " + runtime.Version(),
		"Window: " + map[bool]string{true: "yes", false: "not in this build"}[e.Window],
		"System: " + systemName(),
	}
	for _, v := range []string{"XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "WSL_DISTRO_NAME", "LANG", "TERM"} {
		if value := e.Getenv(v); value != "" {
			lines = append(lines, v+": "+clean(value))
		}
	}
	if inContainer(e.Getenv) {
		lines = append(lines, "In a container")
	}
	if e.Getenv("SSH_CONNECTION") != "" {
		lines = append(lines, "Over SSH")
	}
	return strings.Join(lines, "\n")
}

// checksText is what was found, as the command prints it.
func checksText(results []Result) string {
	var b strings.Builder
	group := ""
	for _, r := range results {
		if r.Group != group {
			b.WriteString(r.Group + "\n")
			group = r.Group
		}
		fmt.Fprintf(&b, "  %-8s %s: %s\n", r.Verdict, r.Title, r.Found)
	}
	return b.String()
}

func providersText(u use, names *names) string {
	if len(u.providers) == 0 {
		return "None is in use."
	}
	var b strings.Builder
	for _, p := range u.providers {
		kind := "OAuth 2.0"
		if p.Issuer != "" {
			kind = "OpenID"
		}
		fmt.Fprintf(&b, "%s: %s, %s", names.provider(p.ID), kind, map[bool]string{true: "built in", false: "of your own"}[p.Origin == providers.BuiltIn])
		if len(p.Redirect.Ports) > 0 {
			b.WriteString(", fixed ports")
		}
		if p.Trust.CAFile != "" {
			b.WriteString(", certificate authorities of its own")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func accountsText(u use, names *names) string {
	if u.closed != "" {
		return "They were not looked at: " + u.closed + "."
	}
	count := map[string]int{}
	for _, a := range u.reported {
		count[names.provider(a.Provider)+", "+string(a.State)]++
	}
	lines := []string{plain.Count(len(u.reported), "account")}
	for _, kind := range slices.Sorted(maps.Keys(count)) {
		lines = append(lines, fmt.Sprintf("%s: %d", kind, count[kind]))
	}
	if u.failed != nil {
		lines = append(lines, "Not all can be read: "+clean(u.failed.Error()))
	}
	return strings.Join(lines, "\n")
}

// mostEntries bounds the recent activity.
const mostEntries = 60

// activity is what happened with the accounts, the newest first, without who got a token.
func (e *examination) activity(ctx context.Context, u use, names *names) string {
	type entry struct {
		of *auth.Account
		history.Entry
	}
	var all []entry
	for _, a := range u.reported {
		if e.History == nil {
			break
		}
		list, err := e.History(ctx, a.ID)
		if err != nil {
			continue // the accounts say what is wrong
		}
		for _, h := range list {
			all = append(all, entry{a, h})
		}
	}
	if len(all) == 0 {
		return "Nothing is known."
	}
	slices.SortStableFunc(all, func(a, b entry) int { return b.At.Compare(a.At) })
	var b strings.Builder
	for _, h := range all[:min(len(all), mostEntries)] {
		fmt.Fprintf(&b, "%s  %-10s %s at %s", h.At.UTC().Format(time.RFC3339), h.Kind, h.of.ID, names.provider(h.of.Provider))
		if h.Kind == history.Failed {
			fmt.Fprintf(&b, ", during %s: %s, %s", h.During, h.Failure, plain.Count(max(h.Count, 1), "time"))
			b.WriteString(": " + cmp.Or(clean(h.Reason), "no reason given"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// mostSteps bounds the steps of the last sign-in or refresh.
const mostSteps = 100

// steps are those of the account's last sign-in or refresh, each with its request and the
// status of the answer.
func (e *examination) steps(u use) string {
	var b strings.Builder
	for _, a := range u.reported {
		for _, s := range a.Steps[:min(len(a.Steps), mostSteps)] {
			fmt.Fprintf(&b, "%s  %-9s %-8s", s.At.UTC().Format(time.RFC3339), s.Step, s.Phase)
			if s.Took > 0 {
				b.WriteString(" " + plain.Took(s.Took))
			}
			if x := s.Exchange; x != nil {
				fmt.Fprintf(&b, "  %s %s: %s", x.Method, x.URL, cmp.Or(plain.Status(x.Status), "no answer"))
			}
			if s.Detail != "" {
				b.WriteString("  " + clean(s.Detail))
			}
			b.WriteString("\n")
		}
	}
	return cmp.Or(b.String(), "Nothing is known.")
}
