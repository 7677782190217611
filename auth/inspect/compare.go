package inspect

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/phrase"
)

// Comparison is how the claims of one token differ from those of another.
type Comparison struct {
	Gained  []Difference `json:"gained,omitempty"`
	Lost    []Difference `json:"lost,omitempty"`
	Changed []Difference `json:"changed,omitempty"`
	// Same is how many claims are the same in both.
	Same         int      `json:"same"`
	ScopesGained []string `json:"scopes_gained,omitempty"`
	ScopesLost   []string `json:"scopes_lost,omitempty"`
	// Before and After are how long each lasts from its issue to its end, in whole
	// seconds; 0 if a token does not say.
	Before int64 `json:"lifetime_before_seconds,omitempty"`
	After  int64 `json:"lifetime_after_seconds,omitempty"`
}

// Difference is a claim that is not the same in both tokens.
type Difference struct {
	Claim  string `json:"claim"`
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
}

// ErrNoClaims means that a token has no claims to compare.
var ErrNoClaims = phrase.Error("only the claims of two JWTs can be compared")

// Compare returns how the claims of next differ from those of old, each list by name.
// Times and identifiers that are new in every token count like the rest.
func Compare(old, next *Token) (*Comparison, error) {
	if !old.IsJWT() || !next.IsJWT() {
		return nil, ErrNoClaims
	}
	c := &Comparison{
		ScopesGained: lacking(scopesOf(next), scopesOf(old)), ScopesLost: lacking(scopesOf(old), scopesOf(next)),
		Before: int64(old.lifetime() / time.Second), After: int64(next.lifetime() / time.Second),
	}
	names := maps.Clone(old.Claims)
	maps.Copy(names, next.Claims)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, was := old.Claims[name]
		after, is := next.Claims[name]
		switch {
		case !was:
			c.Gained = append(c.Gained, Difference{Claim: name, After: after})
		case !is:
			c.Lost = append(c.Lost, Difference{Claim: name, Before: before})
		case reflect.DeepEqual(before, after):
			c.Same++
		default:
			c.Changed = append(c.Changed, Difference{Claim: name, Before: before, After: after})
		}
	}
	return c, nil
}

// Claimed is a JWT of which only the claims are left.
func Claimed(claims map[string]any) *Token {
	return &Token{Kind: JWT, Header: map[string]any{}, Claims: claims}
}

// lifetime is the time from the issue, or the beginning, to the end.
func (t *Token) lifetime() time.Duration {
	end, ends := idtoken.ClaimTime(t.Claims["exp"])
	for _, name := range []string{"iat", "nbf"} {
		if begin, begins := idtoken.ClaimTime(t.Claims[name]); begins && ends && end.After(begin) {
			return end.Sub(begin)
		}
	}
	return 0
}

// scopesOf are the scopes that a token says it has: with blanks between them (RFC 8693
// §4.2), or as the list that some servers make of them.
func scopesOf(t *Token) []string {
	var out []string
	for _, name := range []string{"scope", "scp"} {
		switch v := t.Claims[name].(type) {
		case string:
			out = append(out, strings.Fields(v)...)
		case []any:
			for _, e := range v {
				if s, ok := e.(string); ok {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// lacking are the elements of list that other lacks, each once.
func lacking(list, other []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(other, s) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
