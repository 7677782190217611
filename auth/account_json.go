package auth

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// accountJSON is the account object of docs/json.md. Fields are added, never
// renamed or removed; lists and objects are never null.
type accountJSON struct {
	ID         string             `json:"id"`
	Provider   string             `json:"provider"`
	Name       string             `json:"provider_name,omitempty"`
	Label      string             `json:"label,omitempty"`
	Color      string             `json:"color,omitempty"`
	Issuer     string             `json:"issuer"`
	State      State              `json:"state"`
	Reason     string             `json:"reason,omitempty"`
	User       identity.User      `json:"user"`
	Groups     []groupJSON        `json:"groups"`
	GroupsAt   *time.Time         `json:"groups_at,omitempty"`
	Unread     []identity.Origin  `json:"groups_unread,omitempty"`
	Changed    *changeJSON        `json:"groups_changed,omitempty"`
	Missing    []identity.Missing `json:"missing,omitempty"`
	Scopes     []string           `json:"scopes"`
	ExpiresAt  *time.Time         `json:"expires_at"`
	Remembered bool               `json:"remembered"`
	VerifiedAt *time.Time         `json:"verified_at"`
	RetryAt    *time.Time         `json:"retry_at,omitempty"`
	ClockSkew  int                `json:"clock_skew_seconds,omitempty"`
	Forecast   *forecastJSON      `json:"forecast,omitempty"`
}

type forecastJSON struct {
	At     *time.Time     `json:"at"`
	Why    ForecastReason `json:"why"`
	Sure   Certainty      `json:"sure"`
	Moves  bool           `json:"moves"`
	Detail string         `json:"detail"`
}

type groupJSON struct {
	ID      string            `json:"id"`
	Name    string            `json:"name"`
	Kind    string            `json:"kind"`
	Sources []identity.Origin `json:"sources"`
	Stale   bool              `json:"stale,omitempty"`
}

type changeJSON struct {
	Since       *time.Time  `json:"since"`
	At          *time.Time  `json:"at"`
	Gained      []groupJSON `json:"gained"`
	Lost        []groupJSON `json:"lost"`
	GainedCount int         `json:"gained_count"`
	LostCount   int         `json:"lost_count"`
}

func groupsJSON(list []identity.Group) []groupJSON {
	out := make([]groupJSON, 0, len(list))
	for _, g := range list {
		out = append(out, groupJSON{g.ID, g.Name, g.Kind, append([]identity.Origin{}, g.Sources...), g.Stale})
	}
	return out
}

// MarshalJSON implements [json.Marshaler] with the object of docs/json.md.
func (a Account) MarshalJSON() ([]byte, error) {
	out := accountJSON{
		ID: a.ID, Provider: a.Provider, Name: a.ProviderName, Label: a.Label, Color: a.Color, Issuer: a.Issuer, State: a.State, Reason: a.Reason,
		User: a.User, Groups: groupsJSON(a.Groups), Unread: a.GroupsUnread, Missing: a.Missing, Scopes: []string{},
		ExpiresAt: jsonTime(a.ExpiresAt), Remembered: a.Remembered, VerifiedAt: jsonTime(a.VerifiedAt),
		RetryAt: jsonTime(a.RetryAt), GroupsAt: jsonTime(a.GroupsAt),
	}
	if a.ClockWarning() != "" {
		out.ClockSkew = int(a.ClockSkew.Seconds())
	}
	out.Scopes = append(out.Scopes, a.Scopes...)
	if out.User.Claims == nil {
		out.User.Claims = map[string]any{}
	}
	if f := a.Forecast; f != nil {
		out.Forecast = &forecastJSON{jsonTime(f.At), f.Why, f.Sure, f.Moves, f.Detail}
	}
	if c := a.GroupsChanged; c != nil {
		out.Changed = &changeJSON{jsonTime(c.Since), jsonTime(c.At), groupsJSON(c.Gained), groupsJSON(c.Lost), c.GainedCount, c.LostCount}
	}
	// Whether "<" is escaped is left to whoever encodes the whole.
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(out)
	return b.Bytes(), err
}

// UnmarshalJSON implements [json.Unmarshaler]: it reads the object of docs/json.md, such
// as an agent's answer. Fields that the object does not have become zero.
func (a *Account) UnmarshalJSON(data []byte) error {
	var in accountJSON
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // a claim can be an integer that no float64 holds
	if err := d.Decode(&in); err != nil {
		return err
	}
	*a = Account{
		ID: in.ID, Provider: in.Provider, ProviderName: in.Name, Description: Description{Label: in.Label, Color: in.Color},
		Issuer: in.Issuer, State: in.State, Reason: in.Reason,
		User: in.User, Groups: groupsOf(in.Groups), GroupsUnread: in.Unread, Missing: in.Missing, Scopes: in.Scopes,
		ExpiresAt: timeOf(in.ExpiresAt), Remembered: in.Remembered, VerifiedAt: timeOf(in.VerifiedAt),
		RetryAt: timeOf(in.RetryAt), GroupsAt: timeOf(in.GroupsAt), GroupsAsked: in.GroupsAt != nil,
		ClockSkew: time.Duration(in.ClockSkew) * time.Second,
	}
	if f := in.Forecast; f != nil {
		a.Forecast = &Forecast{At: timeOf(f.At), Why: f.Why, Sure: f.Sure, Moves: f.Moves, Detail: f.Detail}
	}
	if c := in.Changed; c != nil {
		a.GroupsChanged = &GroupsChange{
			Since: timeOf(c.Since), At: timeOf(c.At), Gained: groupsOf(c.Gained), Lost: groupsOf(c.Lost),
			GainedCount: c.GainedCount, LostCount: c.LostCount,
		}
	}
	return nil
}

func groupsOf(list []groupJSON) []identity.Group {
	out := make([]identity.Group, 0, len(list))
	for _, g := range list {
		out = append(out, identity.Group{ID: g.ID, Name: g.Name, Kind: g.Kind, Sources: g.Sources, Stale: g.Stale})
	}
	return out
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// jsonTime is t in UTC, to the second; null if unknown.
func jsonTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}
