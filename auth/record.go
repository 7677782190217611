package auth

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers/identity"
)

// record is an account with its tokens. A record that was handed out is never
// changed in place: its slices and maps are replaced.
type record struct {
	ID           string
	Provider     string
	ProviderName string
	Issuer       string
	Subject      string
	State        State
	Reason       phrase.Text
	User         identity.User
	Groups       []identity.Group
	Missing      []identity.Missing
	GroupsAsked  bool
	Unread       []identity.Origin
	Changed      *GroupsChange
	GroupsAt     time.Time // of the last look at the groups
	Requested    []string
	Asked        oauth.Grant
	Tokens       oauth.Tokens
	Home         oauth.Home     // zero in records of before
	IDClaims     map[string]any // of the last good ID token
	SignedInAt   time.Time
	VerifiedAt   time.Time
	RetryAt      time.Time     // no refresh before it, by the provider's wish
	OfflineSince time.Time     // zero if it is not offline
	ClockSkew    time.Duration // at the last token answer
	Description  Description
	DescribedAt  time.Time // zero if the person said nothing
	Checks       []idtoken.Check
	Steps        []trace.Event
	Former       former

	session bool                       // not to be remembered
	extra   map[string]json.RawMessage // of a newer program
}

// copy returns a record that can be changed.
func (r *record) copy() *record {
	c := *r
	return &c
}

// describedBy takes over what the person says in another form of the record, if that is
// newer, and reports whether it is.
func (r *record) describedBy(other *record) bool {
	if !other.DescribedAt.After(r.DescribedAt) {
		return false
	}
	r.Description, r.DescribedAt = other.Description, other.DescribedAt
	return true
}

// turn changes the state and notes since when it is offline.
func (r *record) turn(s State, reason phrase.Text, now time.Time) {
	switch {
	case s != StateOffline:
		r.OfflineSince = time.Time{}
	case r.State != StateOffline:
		r.OfflineSince = now
	}
	r.State, r.Reason = s, reason
}

// account is the record without its tokens.
func (r *record) account(now time.Time) *Account {
	a := &Account{
		ID: r.ID, Provider: r.Provider, ProviderName: r.ProviderName, Description: r.Description, Issuer: r.Issuer,
		State: r.State, Reason: r.Reason, User: r.User,
		Groups: slices.Clone(r.Groups), Missing: slices.Clone(r.Missing), GroupsAsked: r.GroupsAsked,
		GroupsUnread: slices.Clone(r.Unread), GroupsChanged: r.Changed.copy(),
		Scopes: slices.Clone(r.Tokens.Scopes), Requested: slices.Clone(r.Requested),
		IssuedAt: r.Tokens.Issued, ExpiresAt: r.Tokens.Expires,
		CanRefresh: !r.Tokens.Refresh.IsZero(), HasIDToken: !r.Tokens.ID.IsZero(),
		Remembered: !r.session, SignedInAt: r.SignedInAt, VerifiedAt: r.VerifiedAt,
		RetryAt: r.RetryAt, OfflineSince: r.OfflineSince, ClockSkew: r.ClockSkew,
		Checks: slices.Clone(r.Checks), Steps: slices.Clone(r.Steps),
	}
	if a.GroupsAsked {
		a.GroupsAt = r.groupsAt()
	}
	a.User.Claims = maps.Clone(r.User.Claims)
	if !a.CanRefresh && a.State != StateNeedsSignIn && r.Tokens.Expired(now) {
		a.State, a.OfflineSince = StateNeedsSignIn, time.Time{}
		a.Reason = "the token expired, and the provider issued no refresh token"
	}
	return a
}

// token is the record's token set.
func (r *record) token() *Token {
	kind := r.Tokens.Type
	if kind == "" {
		kind = "Bearer"
	}
	return &Token{
		AccessToken: r.Tokens.Access, TokenType: kind, ExpiresAt: r.Tokens.Expires, IssuedAt: r.Tokens.Issued,
		Scopes: slices.Clone(r.Tokens.Scopes), IDToken: r.Tokens.ID, AccountID: r.ID,
		FormerClaims: r.Former.Access, FormerIDClaims: r.Former.ID,
	}
}

// waits is the error of a record whose provider wants no request yet.
func (r *record) waits(now time.Time) error {
	if left := r.RetryAt.Sub(now); left <= 0 || left > oauth.MaxRetryAfter {
		return nil // that is over, or the clock was set
	}
	return &oauth.RateLimitError{Until: r.RetryAt, Err: oauth.ErrOffline}
}
