package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"claviger/auth"
	"claviger/providers"
)

// title is the user's best name.
func title(a *auth.Account) string {
	for _, s := range []string{a.User.Name, a.User.Login, a.User.Email, a.User.ID} {
		if clean(s) != "" {
			return clean(s)
		}
	}
	return a.ID
}

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
	origin := providers.CommonOrigins(a.Groups)
	missing := make([]string, 0, len(a.Missing))
	for _, m := range a.Missing {
		missing = append(missing, m.What+": "+m.Reason)
	}
	remembered := "no, until this program ends"
	if a.Remembered {
		remembered = "yes"
	}
	return r.card(title(a), []field{
		{"Account", a.ID},
		{"Provider", providerName(a)},
		{"Issuer", a.Issuer},
		{"State", state},
		{"User ID", a.User.ID},
		{"Login", a.User.Login},
		{"E-mail", email},
		{"Groups", groupLines(a.Groups, origin == "")},
		{"Groups from", origin},
		{"Not given", strings.Join(missing, "\n")},
		{"Scopes", strings.Join(a.Scopes, " ")},
		{"Token ends", until(a.ExpiresAt, now)},
		{"Last checked", ago(a.VerifiedAt, now)},
		{"Remembered", remembered},
	})
}

// groupLines is one line a group, with where it was read from if that differs.
func groupLines(groups []providers.Group, origins bool) string {
	lines := make([]string, 0, len(groups))
	for _, g := range groups {
		line := g.Name
		if line == "" {
			line = g.ID
		}
		if g.Kind != "" && g.Kind != "group" {
			line += " (" + g.Kind + ")"
		}
		if from := g.Origins(); origins && from != "" {
			line += ", from " + from
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// account finds an account. Where nobody is signed in there, that is not wrong
// usage: a sign-in is needed.
func (r *runner) account(ctx context.Context, agent *auth.Agent, name string) (*auth.Account, error) {
	a, err := agent.Account(ctx, name)
	if !errors.Is(err, auth.ErrNoAccount) {
		return a, err
	}
	if name == "" {
		return nil, notSignedIn("Nobody is signed in", "claviger login PROVIDER, for example: claviger login demo")
	}
	set, setErr := r.Providers()
	if setErr != nil {
		return nil, err
	}
	if p, ok := set.Lookup(name); ok {
		return nil, notSignedIn("Nobody is signed in to "+clean(p.Name), "claviger login "+p.ID)
	}
	return nil, err
}

func notSignedIn(title, command string) error {
	return &problemError{auth.Problem{
		Kind: auth.KindNeedsSignIn, Title: title, Next: "Sign in: " + command, Code: "not-signed-in",
	}}
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
