package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// title is how the person calls the account, or the user's best name.
func title(a *auth.Account) string { return cmp.Or(clean(a.Label), clean(a.User.BestName()), a.ID) }

// providerName is the provider's name for people.
func providerName(a *auth.Account) string {
	if a.ProviderName == "" {
		return a.Provider
	}
	return clean(a.ProviderName)
}

// stateWords says an account's state.
func stateWords(s auth.State) string {
	switch s {
	case auth.StateActive:
		return "signed in"
	case auth.StateOffline:
		return "offline"
	case auth.StateNeedsSignIn:
		return "sign-in needed"
	default:
		return string(s)
	}
}

// showAccount prints an account for a person.
func (r *runner) showAccount(a *auth.Account, now time.Time) error {
	state := stateWords(a.State)
	if a.Reason != "" {
		state += " (" + a.Reason + ")"
	}
	email := a.User.Email
	if email != "" && !a.User.EmailVerified {
		email += " (not verified)"
	}
	origin := identity.CommonOrigins(a.Groups)
	missing := make([]string, 0, len(a.Missing))
	for _, m := range a.Missing {
		missing = append(missing, m.What+": "+m.Reason)
		if m.Link != "" {
			missing = append(missing, "  open "+m.Link)
		}
	}
	remembered := "no, only until this program ends"
	if a.Remembered {
		remembered = "yes"
	}
	name := ""
	if a.Label != "" {
		name = a.User.Name // the label is the heading
	}
	return r.card(title(a), []field{
		{"Account", a.ID},
		{"Name", name},
		{"Provider", providerName(a)},
		{"Issuer", a.Issuer},
		{"State", state},
		{"User ID", a.User.ID},
		{"Login", a.User.Login},
		{"Email", email},
		{"Groups", groupLines(a.Groups, origin == "")},
		{"Groups from", origin},
		{"Groups as of", ago(a.GroupsAt, now)},
		{"Changed", changeLines(a.GroupsChanged, now)},
		{"Missing", strings.Join(missing, "\n")},
		{"Scopes", strings.Join(a.Scopes, " ")},
		{"Token expires", until(a.ExpiresAt, now)},
		{"Sign in again", forecastWords(a.Forecast, now)},
		{"Last checked", ago(a.VerifiedAt, now)},
		{"Clock", a.ClockWarning()},
		{"Remembered", remembered},
	})
}

// forecastWords say when the account will need a new sign-in.
func forecastWords(f *auth.Forecast, now time.Time) string {
	if f == nil {
		return ""
	}
	text := dayAndTime(f.At, now) + ": " + f.Detail
	if f.Sure == auth.Possible {
		text = "perhaps " + text
	}
	return text
}

// shownChanges bounds the lines of groups gained and of groups lost.
const shownChanges = 20

// changeLines say which groups were gained and lost, and since when.
func changeLines(c *auth.GroupsChange, now time.Time) string {
	if c == nil {
		return ""
	}
	lines := []string{"between " + dayAndTime(c.Since, now) + " and " + dayAndTime(c.At, now)}
	if c.Since.IsZero() {
		lines[0] = dayAndTime(c.At, now)
	}
	add := func(sign string, list []identity.Group, count int) {
		for _, g := range list[:min(len(list), shownChanges)] {
			lines = append(lines, sign+" "+groupName(g))
		}
		if more := count - min(len(list), shownChanges); more > 0 {
			lines = append(lines, fmt.Sprintf("%s %d more", sign, more))
		}
	}
	add("+ gained", c.Gained, c.GainedCount)
	add("- lost", c.Lost, c.LostCount)
	return strings.Join(lines, "\n")
}

// dayAndTime is a time as people read it; of today only the clock.
func dayAndTime(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2 January 2006, 15:04")
}

// groupName is a group's name with its kind, unless it is just a group.
func groupName(g identity.Group) string {
	name := g.Name
	if name == "" {
		name = g.ID
	}
	if g.Kind != "" && g.Kind != "group" {
		name += " (" + g.Kind + ")"
	}
	return name
}

// showGroups prints what each place says about each group, and marks those
// gained and lost.
func (r *runner) showGroups(a *auth.Account) error {
	titles := map[string]string{identity.FromIDToken: "ID TOKEN", identity.FromUserinfo: "USERINFO", identity.FromAPI: "API"}
	words := map[auth.Mention]string{auth.Named: "yes", auth.NotNamed: "no", auth.NotTold: "unknown"}
	places := a.GroupPlaces()
	head := []string{"GROUP", "ID"}
	for _, from := range places {
		head = append(head, titles[from])
	}
	rows := [][]string{append(head, "NOTE")}
	for _, g := range a.Groups {
		row := []string{groupName(g), g.ID}
		for _, from := range places {
			row = append(row, words[a.Mention(g, from)])
		}
		note := ""
		switch {
		case g.Stale:
			note = "as last seen"
		case a.GroupsChanged.Has(g):
			note = "+ gained"
		}
		rows = append(rows, append(row, note))
	}
	if c := a.GroupsChanged; c != nil {
		for _, g := range c.Lost {
			row := []string{groupName(g), g.ID}
			for range places {
				row = append(row, "no")
			}
			rows = append(rows, append(row, "- lost"))
		}
	}
	if len(rows) == 1 {
		return r.print("No groups.\n")
	}
	return r.table(rows)
}

// groupLines is one line a group, with its source if the sources differ.
func groupLines(groups []identity.Group, origins bool) string {
	lines := make([]string, 0, len(groups))
	for _, g := range groups {
		line := groupName(g)
		if from := g.Origins(); origins && from != "" {
			line += ", from " + from
		}
		if g.Stale {
			line += ", as last seen"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// account finds an account. If there is none, that is not wrong usage: a
// sign-in is required.
func (r *runner) account(ctx context.Context, agent *auth.Agent, name string) (*auth.Account, error) {
	a, err := agent.Account(ctx, name)
	if !errors.Is(err, auth.ErrNoAccount) {
		return a, err
	}
	if name == "" {
		return nil, notSignedIn("You are not signed in", "claviger login PROVIDER, for example: claviger login demo")
	}
	set, setErr := r.Providers()
	if setErr != nil {
		return nil, err
	}
	if p, ok := set.Lookup(name); ok {
		return nil, notSignedIn("You are not signed in to "+clean(p.Name), "claviger login "+p.ID)
	}
	return nil, r.unknownAccount(ctx, agent, name)
}

// someAccounts is how many accounts are listed if a name was misspelt.
const someAccounts = 5

// unknownAccount says what a name can be, and some that there are.
func (r *runner) unknownAccount(ctx context.Context, agent *auth.Agent, name string) error {
	next := "No accounts yet. Sign in: claviger login PROVIDER"
	list, _ := agent.Summaries(ctx) // the name was searched among all of them
	if len(list) > 0 {
		next = "Use an account's ID, its provider's ID, login@provider or its label:"
		for _, a := range list[:min(len(list), someAccounts)] {
			next += "\n  " + a.ID
			if a.User.Login != "" {
				next += "   " + clean(a.User.Login) + "@" + a.Provider
			}
		}
		if len(list) > someAccounts {
			next += "\nTo list them all: claviger accounts"
		}
	}
	detail := fmt.Sprintf("No account matches %q.", clean(name))
	if isSecret(name) {
		detail = "This looks like a token. On a command line, other users of this computer can see it, and the shell keeps it."
		next = "To inspect a token, use standard input: claviger inspect -"
	}
	return &problemError{problem: problem.Problem{
		Kind: problem.KindUsage, Title: "Account not found", Detail: detail, Next: next, Code: "no-account",
	}}
}

// longestName is longer than what people call an account, in bytes.
const longestName = 200

// isSecret reports whether a name is rather a token, which must not be repeated.
func isSecret(name string) bool {
	found := inspect.Find(name)
	return len(found) > 0 && (len(name) > longestName || !found[0].Guess)
}

func notSignedIn(title, command string) error {
	return &problemError{problem: problem.Problem{
		Kind: problem.KindNeedsSignIn, Title: title, Next: "Sign in: " + command, Code: "not-signed-in",
	}}
}

// ofAccount adds the account to an error, for exact words.
func (r *runner) ofAccount(err error, a *auth.Account) error {
	err = r.inProvider(err, a.Provider, "")
	if c, ok := errors.AsType[*contextError](err); ok {
		c.account = a.ID
	}
	return err
}

// inProvider adds the provider to an error, for exact words.
func (r *runner) inProvider(err error, providerID, redirectURI string) error {
	if err == nil {
		return nil
	}
	c := &contextError{err: err, redirectURI: redirectURI}
	if set, setErr := r.Providers(); setErr == nil {
		c.provider, _ = set.Lookup(providerID)
	}
	return c
}
