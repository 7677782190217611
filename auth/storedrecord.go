package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// recordVersion is the version of the stored form. New fields do not change
// it: an older program keeps those it does not know. A change that an older
// program would misread does, and that program then leaves the record alone.
const recordVersion = 1

// storedRecord is the JSON form of a record. Only the store, which encrypts,
// sees it.
type storedRecord struct {
	Version      int                `json:"version"`
	ID           string             `json:"id"`
	Provider     string             `json:"provider"`
	ProviderName string             `json:"provider_name"`
	Issuer       string             `json:"issuer"`
	Subject      string             `json:"subject"`
	State        State              `json:"state"`
	Reason       string             `json:"reason"`
	User         identity.User      `json:"user"`
	Groups       []identity.Group   `json:"groups"`
	Missing      []identity.Missing `json:"missing"`
	GroupsAsked  bool               `json:"groups_asked"`
	Unread       []identity.Origin  `json:"groups_unread,omitempty"`
	Changed      *GroupsChange      `json:"groups_changed,omitempty"`
	GroupsAt     time.Time          `json:"groups_at,omitzero"`
	Requested    []string           `json:"requested"`
	Tokens       oauth.StoredTokens `json:"tokens"`
	IDClaims     map[string]any     `json:"id_token_claims"`
	SignedInAt   time.Time          `json:"signed_in_at"`
	VerifiedAt   time.Time          `json:"verified_at"`
	RetryAt      time.Time          `json:"retry_at,omitzero"`
	OfflineSince time.Time          `json:"offline_since,omitzero"`
	ClockSkew    time.Duration      `json:"clock_skew,omitzero"`
	Label        string             `json:"label,omitempty"`
	Color        string             `json:"color,omitempty"`
	Place        int64              `json:"place,omitempty"`
	DescribedAt  time.Time          `json:"described_at,omitzero"`
	Checks       []idtoken.Check    `json:"checks"`
	Steps        []trace.Event      `json:"steps"`
	Asked        oauth.Grant        `json:"asked"`
	Home         oauth.Home         `json:"home,omitzero"`
	Former       former             `json:"former_claims,omitzero"`
}

// encode returns the stored form, with what a newer program had put there.
func (r *record) encode() ([]byte, error) {
	data, err := json.Marshal(storedRecord{
		Version: recordVersion, ID: r.ID, Provider: r.Provider, ProviderName: r.ProviderName,
		Issuer: r.Issuer, Subject: r.Subject, State: r.State, Reason: r.Reason, User: r.User,
		Groups: r.Groups, Missing: r.Missing, GroupsAsked: r.GroupsAsked, Requested: r.Requested,
		Unread: r.Unread, Changed: r.Changed, GroupsAt: r.GroupsAt,
		Tokens:   r.Tokens.Stored(),
		IDClaims: r.IDClaims, SignedInAt: r.SignedInAt, VerifiedAt: r.VerifiedAt,
		RetryAt: r.RetryAt, OfflineSince: r.OfflineSince, ClockSkew: r.ClockSkew,
		Label: r.Description.Label, Color: r.Description.Color, Place: r.Description.Place, DescribedAt: r.DescribedAt,
		Checks: r.Checks, Steps: r.Steps, Asked: r.Asked, Home: r.Home, Former: r.Former,
	})
	if err != nil || len(r.extra) == 0 {
		return data, err
	}
	all := maps.Clone(r.extra)
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

// decodeRecord reads the stored form of the record of that name. Its errors
// have a Code, "damaged" or ledger.CodeNewer.
func decodeRecord(name string, data []byte) (*record, error) {
	var s storedRecord
	known := decodeKnown(data, &s)
	if !known {
		s = storedRecord{}
	}
	if err := unmarshalUnless(known, data, &s); err != nil {
		// The cause could quote the record: it is left out.
		return nil, ledger.NewRecordError(name, ledger.CodeDamaged, "account record cannot be read")
	}
	if err := s.sound(name); err != nil {
		return nil, err
	}
	var extra map[string]json.RawMessage
	if err := unmarshalUnless(known, data, &extra); err != nil {
		return nil, ledger.NewRecordError(name, ledger.CodeDamaged, "account record cannot be read")
	}
	// JSON names match in any case: another spelling is not a newer program's.
	maps.DeleteFunc(extra, func(name string, _ json.RawMessage) bool {
		return slices.ContainsFunc(storedKeys, func(own string) bool { return strings.EqualFold(name, own) })
	})
	r := s.record()
	r.extra = extra
	return r, nil
}

// sound returns an error unless it is the record of that name.
func (s *storedRecord) sound(name string) error {
	switch {
	case s.Version > recordVersion:
		return ledger.NewRecordError(name, ledger.CodeNewer, "account record was written by a newer version")
	case s.Version < 1, s.ID != name, !providers.ValidID(s.Provider), s.Subject == "":
		return ledger.NewRecordError(name, ledger.CodeDamaged, "account record is not the one of its name")
	}
	return nil
}

// record is the record without what a newer program put there.
func (s *storedRecord) record() *record {
	return &record{
		ID: s.ID, Provider: s.Provider, ProviderName: s.ProviderName, Issuer: s.Issuer, Subject: s.Subject,
		State: s.State, Reason: s.Reason, User: s.User, Groups: s.Groups, Missing: s.Missing,
		GroupsAsked: s.GroupsAsked, Requested: s.Requested,
		Unread: s.Unread, Changed: s.Changed, GroupsAt: s.GroupsAt,
		Tokens:   s.Tokens.Tokens(),
		IDClaims: s.IDClaims, SignedInAt: s.SignedInAt, VerifiedAt: s.VerifiedAt,
		RetryAt: s.RetryAt, OfflineSince: s.OfflineSince, ClockSkew: s.ClockSkew,
		Description: Description{Label: s.Label, Color: s.Color, Place: s.Place}, DescribedAt: s.DescribedAt,
		Checks: s.Checks, Steps: s.Steps, Asked: s.Asked, Home: s.Home, Former: s.Former,
	}
}

// decodeKnown decodes a record that has nothing but what this program knows,
// which nearly every one is: then it need not be read again for the rest, which
// is a third of what reading it costs.
func decodeKnown(data []byte, s *storedRecord) bool {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(s) != nil {
		return false
	}
	_, err := d.Token()
	return errors.Is(err, io.EOF) // nothing follows
}

func unmarshalUnless(done bool, data []byte, v any) error {
	if done {
		return nil
	}
	return json.Unmarshal(data, v)
}

// storedKeys are the keys of a [storedRecord].
var storedKeys = []string{
	"version", "id", "provider", "provider_name", "issuer", "subject", "state", "reason", "user", "groups",
	"missing", "groups_asked", "groups_unread", "groups_changed", "groups_at", "requested", "tokens", "id_token_claims", "signed_in_at", "verified_at",
	"retry_at", "offline_since", "clock_skew", "label", "color", "place", "described_at", "checks", "steps", "asked", "home", "former_claims",
}
