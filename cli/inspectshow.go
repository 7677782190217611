package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/internal/plain"
)

func (r *runner) showInspection(i inspectedJSON, now time.Time) error {
	if err := r.showToken(i.Inspection, now); err != nil {
		return err
	}
	if i.Introspection != nil {
		if err := r.card("\nWhat the provider says of it now", claimFields(i.Introspection, now)); err != nil {
			return err
		}
	}
	if i.Compared == nil {
		return nil
	}
	return r.card("\nCompared", comparisonFields(i.Compared, now))
}

func (r *runner) showToken(i *auth.Inspection, now time.Time) error {
	if i.Format != "jwt" {
		return r.showUnread(i, now)
	}
	if i.Kind != inspect.JWT {
		name, text := i.Kind.Words()
		if err := r.print(name + ". " + text + "\n\n"); err != nil {
			return err
		}
	}
	if err := r.card("Header", claimFields(i.Header, now)); err != nil {
		return err
	}
	if err := r.card("\nClaims", claimFields(i.Claims, now)); err != nil {
		return err
	}
	if len(i.Disclosed) > 0 {
		if err := r.card("\nDisclosed", claimFields(i.Disclosed, now)); err != nil {
			return err
		}
	}
	if err := r.showOdd(i); err != nil || len(i.Checks) == 0 {
		return err
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

// showUnread says what a token is that has no claims to see.
func (r *runner) showUnread(i *auth.Inspection, now time.Time) error {
	text := "An opaque token: only the provider can read it.\n"
	if i.Kind != inspect.Opaque {
		name, what := i.Kind.Words()
		text = name + ". " + what + "\n"
	}
	if err := r.print(text); err != nil {
		return err
	}
	if len(i.Header) > 0 {
		if err := r.card("\nHeader", claimFields(i.Header, now)); err != nil {
			return err
		}
	}
	if err := r.showOdd(i); err != nil || i.Inner == nil {
		return err
	}
	if err := r.print("\nInside of it:\n\n"); err != nil {
		return err
	}
	return r.showToken(i.Inner, now)
}

// showOdd says what cannot be read, and what is odd about the rest.
func (r *runner) showOdd(i *auth.Inspection) error {
	fields := make([]field, 0, len(i.Faults)+len(i.Notes))
	for _, f := range i.Faults {
		fields = append(fields, field{f.Part, f.Text})
	}
	for _, n := range i.Notes {
		fields = append(fields, field{"note", n})
	}
	if len(fields) == 0 {
		return nil
	}
	return r.card("\nNot as it should be", fields)
}

// comparisonFields says how claims differ, a line each.
func comparisonFields(c *inspect.Comparison, now time.Time) []field {
	var out []field
	if c.Before != c.After && c.Before > 0 && c.After > 0 {
		seconds := func(n int64) string { return plain.Duration(time.Duration(n) * time.Second) }
		out = append(out, field{"Lifetime", seconds(c.Before) + " → " + seconds(c.After)})
	}
	for _, s := range c.ScopesGained {
		out = append(out, field{"+ scope", s})
	}
	for _, s := range c.ScopesLost {
		out = append(out, field{"- scope", s})
	}
	for _, d := range c.Gained {
		out = append(out, field{"+ " + d.Claim, claimValue(d.Claim, d.After, now)})
	}
	for _, d := range c.Lost {
		out = append(out, field{"- " + d.Claim, claimValue(d.Claim, d.Before, now)})
	}
	for _, d := range c.Changed {
		out = append(out, field{"~ " + d.Claim, claimValue(d.Claim, d.Before, now) + " → " + claimValue(d.Claim, d.After, now)})
	}
	return append(out, field{"Same", plain.Count(c.Same, "claim")})
}

func outcomeWords(o idtoken.Outcome) string {
	switch o {
	case idtoken.Passed:
		return "✓ passed"
	case idtoken.Failed:
		return "✗ failed"
	case idtoken.Skipped:
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
		if t, ok := idtoken.ClaimTime(v); ok {
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
