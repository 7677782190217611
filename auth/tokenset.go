package auth

import (
	"errors"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/providers"
)

// tokenSet is what a token answer gives: foreign text, wherever it comes from. An
// answer of the token endpoint and a stored record pass the same checks before
// anything of it gets into a header, an environment or onto a terminal.
type tokenSet struct {
	Access  Secret
	Refresh Secret
	ID      Secret
	// Type is the token type as used in a header: "Bearer" or "DPoP".
	Type string
	// Key, where not zero, is the key of the sign-in (RFC 9449): refresh
	// tokens of public clients are bound to it even where the access token is
	// a Bearer one (§5).
	Key    Secret
	Issued time.Time
	// Expires is zero where the provider gave no lifetime.
	Expires time.Time
	// Scopes were granted: those of the answer in the names they were asked
	// by, or the requested ones where the answer named none (RFC 6749 §5.1).
	Scopes []string
}

// tokenType is the type of a token, or what is wrong with it: one that is not
// understood must not be used (RFC 6749 §7.1). A missing one is taken as Bearer,
// which is what such servers mean. bound is whether there is a key.
func tokenType(kind string, bound bool) (canonical, fault string) {
	switch {
	case kind == "", strings.EqualFold(kind, "bearer"):
		return "Bearer", ""
	case !strings.EqualFold(kind, typeDPoP):
		return "", "the token's type is not Bearer"
	case !bound:
		return "", "the token is bound to a key, and none was sent (DPoP)"
	}
	return typeDPoP, ""
}

// accessFault says what is wrong with an access token. It goes into a header; RFC
// 6750 §2.1 allows far less than this.
func accessFault(token string) string {
	if strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return "the access token contains invalid characters"
	}
	return ""
}

// refreshFault says what is wrong with a refresh token (RFC 6749 §A.17). It only
// goes into forms, where other alphabets do no harm.
func refreshFault(token string) string {
	if strings.ContainsFunc(token, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "the refresh token contains invalid characters"
	}
	return ""
}

// checked is the token set of an answer as it may be used: the first thing that is
// wrong with it is an error. The ID token, which need not be used, is judged when
// it is verified.
func (t tokenSet) checked() (tokenSet, error) {
	kind, fault := tokenType(t.Type, !t.Key.IsZero())
	for _, next := range []string{accessFault(t.Access.Reveal()), refreshFault(t.Refresh.Reveal())} {
		if fault == "" {
			fault = next
		}
	}
	if fault != "" {
		return tokenSet{}, errors.New(fault)
	}
	t.Type = kind
	return t, nil
}

// sound is what of a stored token set may be used: each token that would not be
// taken from the token endpoint is left out, and the others stay.
func (t tokenSet) sound() tokenSet {
	kind, fault := tokenType(t.Type, !t.Key.IsZero())
	if fault != "" || accessFault(t.Access.Reveal()) != "" {
		t.Access = Secret{}
	}
	if refreshFault(t.Refresh.Reveal()) != "" {
		t.Refresh = Secret{}
	}
	if idtoken.CompactFault(t.ID.Reveal()) != "" {
		t.ID = Secret{}
	}
	t.Type = kind
	return t
}

// storedTokens is its form in a record.
type storedTokens struct {
	Access  string    `json:"access"`
	Refresh string    `json:"refresh"`
	ID      string    `json:"id"`
	Type    string    `json:"type"`
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"`
	Scopes  []string  `json:"scopes"`
	Key     string    `json:"key,omitempty"`
}

// stored is the token set as it is kept.
func (t tokenSet) stored() storedTokens {
	return storedTokens{
		Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(), ID: t.ID.Reveal(), Key: t.Key.Reveal(),
		Type: t.Type, Issued: t.Issued, Expires: t.Expires, Scopes: t.Scopes,
	}
}

// tokens reads the stored form.
func (s storedTokens) tokens() tokenSet {
	return tokenSet{
		Access: providers.NewSecret(s.Access), Refresh: providers.NewSecret(s.Refresh), ID: providers.NewSecret(s.ID),
		Key: providers.NewSecret(s.Key), Type: s.Type, Issued: s.Issued, Expires: s.Expires, Scopes: s.Scopes,
	}.sound()
}
