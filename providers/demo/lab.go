package demo

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"time"
)

// labSwitch is one switch of the page /lab.
type labSwitch struct {
	Key, Title, Detail string
	value              func(*Misbehaviour) *bool
	On                 bool
}

// labGroup is some switches with a heading.
type labGroup struct {
	Title    string
	Switches []labSwitch
}

// labGroups are all switches. Every yes-or-no field of [Misbehaviour] has one.
func labGroups() []labGroup {
	return []labGroup{
		{"The ID token", []labSwitch{
			{Key: "nonce", Title: "Wrong nonce", Detail: "Looks like a token from another sign-in, replayed.", value: func(m *Misbehaviour) *bool { return &m.WrongNonce }},
			{Key: "issuer", Title: "Wrong issuer", Detail: "The iss claim names another issuer.", value: func(m *Misbehaviour) *bool { return &m.WrongIssuer }},
			{Key: "aud", Title: "Wrong audience", Detail: "The token is for another app.", value: func(m *Misbehaviour) *bool { return &m.WrongAud }},
			{Key: "azp", Title: "Wrong authorized party", Detail: "The azp claim names another app.", value: func(m *Misbehaviour) *bool { return &m.WrongAzp }},
			{Key: "at_hash", Title: "Wrong at_hash", Detail: "The access token beside it was swapped.", value: func(m *Misbehaviour) *bool { return &m.WrongAtHash }},
			{Key: "expired", Title: "Expired", Detail: "It expired an hour ago.", value: func(m *Misbehaviour) *bool { return &m.ExpiredIDToken }},
			{Key: "signature", Title: "Bad signature", Detail: "One bit of it is flipped.", value: func(m *Misbehaviour) *bool { return &m.BadSignature }},
			{Key: "none", Title: "Not signed", Detail: "alg is none: anyone could have written it.", value: func(m *Misbehaviour) *bool { return &m.AlgNone }},
			{Key: "hs256", Title: "Signed with HS256", Detail: "With a key that anyone can know.", value: func(m *Misbehaviour) *bool { return &m.HS256 }},
			{Key: "no_id_token", Title: "Missing", Detail: "No ID token, although openid was requested.", value: func(m *Misbehaviour) *bool { return &m.NoIDToken }},
		}},
		{"The token response", []labSwitch{
			{Key: "no_refresh", Title: "No refresh token", Detail: "Although offline_access was requested.", value: func(m *Misbehaviour) *bool { return &m.NoRefresh }},
			{Key: "form", Title: "Form-encoded", Detail: "Not JSON, as GitHub answers by default.", value: func(m *Misbehaviour) *bool { return &m.FormEncoded }},
			{Key: "comma", Title: "Comma-separated scopes", Detail: "Not spaces, as GitHub writes them.", value: func(m *Misbehaviour) *bool { return &m.CommaScopes }},
			{Key: "opaque", Title: "Opaque access tokens", Detail: "Allowed and common: not a JWT, so apps cannot read it.", value: func(m *Misbehaviour) *bool { return &m.Opaque }},
		}},
		{"The redirect and the profile", []labSwitch{
			{Key: "iss", Title: "Wrong iss in the redirect", Detail: "A mix-up with another provider (RFC 9207).", value: func(m *Misbehaviour) *bool { return &m.WrongIss }},
			{Key: "no_iss", Title: "No iss in the redirect", Detail: "Although the metadata promises one.", value: func(m *Misbehaviour) *bool { return &m.NoIss }},
			{Key: "state", Title: "Wrong state", Detail: "Belongs to another sign-in: apps keep waiting.", value: func(m *Misbehaviour) *bool { return &m.WrongState }},
			{Key: "subject", Title: "Another person in userinfo", Detail: "Its sub differs from the ID token's.", value: func(m *Misbehaviour) *bool { return &m.WrongSubject }},
		}},
	}
}

// labView is what the page /lab is drawn from.
type labView struct {
	Token     string
	Groups    []labGroup
	Bad       Misbehaviour
	DelayMS   int64
	SkewSec   int64
	TTL       int64
	Endpoints []string
	Bodies    []string
	ExpiresIn []string
	Changed   bool
}

func (a *app) showLab(w http.ResponseWriter, r *http.Request) {
	bad := a.misbehaviour()
	groups := labGroups()
	for _, g := range groups {
		for i := range g.Switches {
			g.Switches[i].On = *g.Switches[i].value(&bad)
		}
	}
	a.show(w, http.StatusOK, "lab", view{Title: "The lab", Data: labView{
		Token:     a.labToken,
		Groups:    groups,
		Bad:       bad,
		DelayMS:   bad.Delay.Milliseconds(),
		SkewSec:   int64(bad.Skew / time.Second),
		TTL:       int64(a.store.accessLifetime() / time.Second),
		Endpoints: []string{"discovery", "keys", "token", "userinfo", "introspection", "revocation", "device"},
		Bodies:    []string{"html", "empty", "huge", "cut", "never"},
		ExpiresIn: []string{"string", "missing"},
		Changed:   r.URL.Query().Has("changed"),
	}})
}

// takeLab sets the switches.
func (a *app) takeLab(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	if subtle.ConstantTimeCompare([]byte(f.Get("token")), []byte(a.labToken)) != 1 {
		a.problem(w, http.StatusForbidden, "This form is out of date",
			"The demo provider was restarted since it was opened. Open the lab again.")
		return
	}
	var bad Misbehaviour
	if f.Get("answer") != "behave" {
		bad = Misbehaviour{
			Endpoint: f.Get("endpoint"), Body: f.Get("body"),
			Error: f.Get("error"), AuthorizationError: f.Get("authorization_error"),
			ExpiresIn: f.Get("expires_in"),
			ExpireNow: f.Get("answer") == "expire", RevokeAll: f.Get("answer") == "revoke",
		}
		for _, g := range labGroups() {
			for _, s := range g.Switches {
				*s.value(&bad) = f.Has(s.Key)
			}
		}
		delay, skew, status := number(f.Get("delay")), number(f.Get("skew")), number(f.Get("status"))
		bad.Delay = min(time.Duration(max(delay, 0))*time.Millisecond, maxDelay)
		bad.Skew = time.Duration(skew) * time.Second
		if status >= 200 && status < 600 {
			bad.Status = int(status)
		}
		a.SetAccessTTL(time.Duration(max(number(f.Get("ttl")), 0)) * time.Second)
	}
	a.Misbehave(bad)
	http.Redirect(w, r, labPath+"?changed=1", http.StatusSeeOther)
}

// number reads a number field. An empty or invalid one is zero.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 0
	}
	return n
}
