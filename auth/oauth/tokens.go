package oauth

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// Tokens are what a token answer gives: foreign text, wherever it comes from. An
// answer of the token endpoint and a stored record pass the same checks before
// anything of it gets into a header, an environment or onto a terminal.
type Tokens struct {
	Access  providers.Secret
	Refresh providers.Secret
	ID      providers.Secret
	// Type is the token type as used in a header: "Bearer" or "DPoP".
	Type string
	// Key, if not zero, is the key of the sign-in (RFC 9449): refresh
	// tokens of public clients are bound to it even if the access token is
	// a Bearer one (§5).
	Key    providers.Secret
	Issued time.Time
	// Expires is zero if the provider gave no lifetime.
	Expires time.Time
	// RefreshExpires is when the refresh token ends; zero if the provider does not say.
	RefreshExpires time.Time
	// RefreshFixed means that refreshes do not move that.
	RefreshFixed bool
	// Scopes were granted: those of the answer in the names they were asked
	// by, or the requested ones if the answer named none (RFC 6749 §5.1).
	Scopes []string
}

// tokenType is the type of a token, or what is wrong with it: one that is not
// understood must not be used (RFC 6749 §7.1). A missing one is taken as Bearer,
// which is what such servers mean. bound is whether there is a key.
func tokenType(kind string, bound bool) (canonical string, fault phrase.Text) {
	switch {
	case kind == "", strings.EqualFold(kind, "bearer"):
		return "Bearer", ""
	case !strings.EqualFold(kind, TypeDPoP):
		return "", "the token's type is not Bearer"
	case !bound:
		return "", "the token is bound to a key, and none was sent (DPoP)"
	}
	return TypeDPoP, ""
}

// accessFault says what is wrong with an access token. It goes into a header; RFC
// 6750 §2.1 allows far less than this.
func accessFault(token string) phrase.Text {
	if strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return "the access token contains invalid characters"
	}
	return ""
}

// refreshFault says what is wrong with a refresh token (RFC 6749 §A.17). It only
// goes into forms, where other alphabets do no harm.
func refreshFault(token string) phrase.Text {
	if strings.ContainsFunc(token, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "the refresh token contains invalid characters"
	}
	return ""
}

// checked is the token set of an answer as it may be used: the first thing that is
// wrong with it is an error. The ID token, which need not be used, is judged when
// it is verified.
func (t Tokens) checked() (Tokens, error) {
	kind, fault := tokenType(t.Type, !t.Key.IsZero())
	for _, next := range []string{accessFault(t.Access.Reveal()), refreshFault(t.Refresh.Reveal())} {
		if fault == "" {
			fault = next
		}
	}
	if fault != "" {
		return Tokens{}, errors.New(fault)
	}
	t.Type = kind
	return t, nil
}

// sound is what of a stored token set may be used: each token that would not be
// taken from the token endpoint is left out, and the others stay.
func (t Tokens) sound() Tokens {
	kind, fault := tokenType(t.Type, !t.Key.IsZero())
	if fault != "" || accessFault(t.Access.Reveal()) != "" {
		t.Access = providers.Secret{}
	}
	if refreshFault(t.Refresh.Reveal()) != "" {
		t.Refresh = providers.Secret{}
	}
	if idtoken.CompactFault(t.ID.Reveal()) != "" {
		t.ID = providers.Secret{}
	}
	t.Type = kind
	return t
}

// WithRefresh is t with the refresh token of an answer to a refresh, and what the
// answer says of its end. An answer without a refresh token leaves the old one (RFC
// 6749 §6), whose end it may repeat.
func (t Tokens) WithRefresh(answer Tokens) Tokens {
	old, end := t.RefreshExpires, answer.RefreshExpires.Round(0)
	if !answer.Refresh.IsZero() {
		t.Refresh = answer.Refresh
	} else if end.IsZero() {
		end = old
	}
	t.RefreshExpires = end
	switch passed := answer.Issued.Sub(t.Issued); {
	case end.IsZero(), old.IsZero():
		t.RefreshFixed = false
	case passed >= tellsMoved:
		t.RefreshFixed = end.Sub(old) < passed/2
	}
	return t
}

// tellsMoved is how far two refreshes lie apart at least to tell whether the end moved
// with them: each is reckoned from whole seconds and the time of its request.
const tellsMoved = time.Minute

// Expired reports whether the access token is of no use any more.
func (t Tokens) Expired(now time.Time) bool {
	return t.Access.IsZero() || !t.Expires.IsZero() && !now.Before(t.Expires)
}

// StoredTokens is its form in a record, which only a store that encrypts may see.
type StoredTokens struct {
	Access  string    `json:"access"`
	Refresh string    `json:"refresh"`
	ID      string    `json:"id"`
	Type    string    `json:"type"`
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"`
	Scopes  []string  `json:"scopes"`
	Key     string    `json:"key,omitempty"`

	RefreshExpires time.Time `json:"refresh_expires,omitzero"`
	RefreshFixed   bool      `json:"refresh_fixed,omitempty"`
}

// Stored is the token set as it is kept.
func (t Tokens) Stored() StoredTokens {
	return StoredTokens{
		Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(), ID: t.ID.Reveal(), Key: t.Key.Reveal(),
		Type: t.Type, Issued: t.Issued, Expires: t.Expires, Scopes: t.Scopes,
		RefreshExpires: t.RefreshExpires, RefreshFixed: t.RefreshFixed,
	}
}

// Format implements [fmt.Formatter]: whatever the verb, it shows no token.
func (s StoredTokens) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "stored tokens of type %q", s.Type)
}

// LogValue implements [slog.LogValuer], as for [StoredTokens.Format].
func (s StoredTokens) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// Tokens reads the stored form.
func (s StoredTokens) Tokens() Tokens {
	return Tokens{
		Access: providers.NewSecret(s.Access), Refresh: providers.NewSecret(s.Refresh), ID: providers.NewSecret(s.ID),
		Key: providers.NewSecret(s.Key), Type: s.Type, Issued: s.Issued, Expires: s.Expires, Scopes: s.Scopes,
		RefreshExpires: s.RefreshExpires, RefreshFixed: s.RefreshFixed,
	}.sound()
}
