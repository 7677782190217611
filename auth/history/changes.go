package history

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// Changes is how what an account's tokens say differs from what those
// before them said.
type Changes struct {
	ScopesGained []string `json:"scopes_gained,omitempty"`
	ScopesLost   []string `json:"scopes_lost,omitempty"`
	// Claims are at most 10; MoreClaims is how many others changed.
	Claims     []ClaimChange `json:"claims,omitempty"`
	MoreClaims int           `json:"more_claims,omitempty"`
}

// ClaimChange is a claim that came, went or changed.
type ClaimChange struct {
	Token TokenKind `json:"token"`
	Claim string    `json:"claim"`
	// Before and After are strings as they are and anything else as JSON, cut
	// to 120 characters; "" if the claim was not there.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

const (
	maxClaimChanges = 10
	maxClaimText    = 120
)

// perToken are the claims that are new in every token by their nature (RFC 7519
// §4.1, OIDC Core §2, §3.3.2.11): they say nothing about the account.
var perToken = map[string]bool{
	"exp": true, "iat": true, "nbf": true, "jti": true, "nonce": true, "at_hash": true, "c_hash": true, "s_hash": true,
}

// Tokens are what is compared of an account's tokens.
type Tokens struct {
	Access providers.Secret
	Scopes []string
	// IDClaims are the claims of the ID token; nil if there is none.
	IDClaims map[string]any
}

// Compare returns how next differs from old; nil if they say the same. Access tokens
// that are no JWT say nothing (RFC 6749 §1.4).
func Compare(old, next Tokens) *Changes {
	c := Changes{
		ScopesGained: lacking(next.Scopes, old.Scopes),
		ScopesLost:   lacking(old.Scopes, next.Scopes),
	}
	c.compare(IDToken, old.IDClaims, next.IDClaims)
	c.compare(AccessToken, jwtClaims(old.Access), jwtClaims(next.Access))
	if len(c.ScopesGained)+len(c.ScopesLost)+len(c.Claims) == 0 {
		return nil
	}
	return &c
}

// jwtClaims are the claims of a token, nil if it is opaque.
func jwtClaims(token providers.Secret) map[string]any {
	t, err := idtoken.Parse(token)
	if err != nil {
		return nil
	}
	return t.Claims
}

// compare adds how the claims of one token changed, by name. If one of the
// two has no claims there is nothing to compare.
func (c *Changes) compare(kind TokenKind, old, next map[string]any) {
	if len(old) == 0 || len(next) == 0 {
		return
	}
	names := map[string]bool{}
	for _, claims := range []map[string]any{old, next} {
		for name := range claims {
			names[name] = !perToken[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, after := claimText(old, name), claimText(next, name)
		switch {
		case !names[name], same(old, next, name):
		case len(c.Claims) == maxClaimChanges:
			c.MoreClaims++
		default:
			c.Claims = append(c.Claims, ClaimChange{
				Token: kind, Claim: plain.Phrase(name, 60),
				Before: plain.Phrase(before, maxClaimText), After: plain.Phrase(after, maxClaimText),
			})
		}
	}
}

// same reports whether a claim is the same in both: there or not, and of one
// value. A stored number is read as a float, a fresh one as it came.
func same(old, next map[string]any, name string) bool {
	x, inOld := old[name]
	y, inNext := next[name]
	return inOld == inNext && reflect.DeepEqual(asJSON(x), asJSON(y))
}

// asJSON is a value as encoding/json reads it.
func asJSON(v any) any {
	var out any
	data, err := json.Marshal(v)
	if err != nil || json.Unmarshal(data, &out) != nil {
		return v
	}
	return out
}

// claimText is a claim as text.
func claimText(claims map[string]any, name string) string {
	v, ok := claims[name]
	if !ok {
		return ""
	}
	if s, ok := v.(string); ok {
		return s
	}
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
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

// TokenKind says which of the two tokens was handed out.
type TokenKind string

// The kinds of tokens.
const (
	AccessToken TokenKind = "access_token"
	IDToken     TokenKind = "id_token"
)
