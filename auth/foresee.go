package auth

import (
	"time"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// forecast is when the account of r will need its person, by what the provider said
// and what is known of it; nil if it needs them now, or nothing is known. p may be nil.
func (r *record) forecast(p *providers.Provider, now time.Time) *Forecast {
	t := r.Tokens
	switch {
	case r.State == StateNeedsSignIn:
		return nil
	case t.Refresh.IsZero() && t.Expires.IsZero():
		return nil
	case t.Refresh.IsZero():
		return &Forecast{At: t.Expires, Why: EndOfAccess, Sure: Stated, Detail: "the access token ends then, and there is no refresh token"}
	case t.RefreshExpires.IsZero():
		return r.byRule(p, now)
	}
	return r.endOfRefresh()
}

// endOfRefresh is the end of the refresh token, as the provider said it.
func (r *record) endOfRefresh() *Forecast {
	t := r.Tokens
	f := &Forecast{At: t.RefreshExpires, Why: EndOfRefresh, Sure: Stated, Moves: !t.RefreshFixed, Detail: "the refresh token ends then"}
	if f.Moves {
		f.Detail = "the refresh token ends then, if it is not used before"
	}
	return f
}

// ends are all ends that are known, whether they need the person or not. p may be nil.
func (r *record) ends(p *providers.Provider, now time.Time) []Forecast {
	t := r.Tokens
	var out []Forecast
	if !t.Expires.IsZero() {
		out = append(out, Forecast{At: t.Expires, Why: EndOfAccess, Sure: Stated, Moves: !t.Refresh.IsZero(), Detail: "the access token ends then"})
	}
	if t.Refresh.IsZero() {
		return out
	}
	if !t.RefreshExpires.IsZero() {
		out = append(out, *r.endOfRefresh())
	}
	for _, f := range r.rules(p, now) {
		out = append(out, *f)
	}
	return out
}

// byRule is the first end that a rule of the provider sets. One that was outlived does
// not hold for this account, and a possible one hides no certain one that is as near.
func (r *record) byRule(p *providers.Provider, now time.Time) *Forecast {
	var first *Forecast
	for _, f := range r.rules(p, now) {
		if first == nil || f.At.Before(first.At) {
			first = f
		}
	}
	return first
}

// rules are the ends that rules of the provider set.
func (r *record) rules(p *providers.Provider, now time.Time) []*Forecast {
	if p == nil {
		return nil
	}
	var out []*Forecast
	for _, l := range p.RefreshLimits {
		f := &Forecast{Why: EndByRule, Sure: Documented, Moves: true, Detail: plain.Line(l.Why, maxRule)}
		since := r.Tokens.Issued
		if l.Since == providers.SinceSignIn {
			since, f.Moves = r.SignedInAt, false
		}
		if l.Sure == providers.SurePossible {
			f.Sure = Possible
		}
		f.At = since.Add(l.Lasts())
		outlived := !f.Moves && r.Tokens.Issued.After(f.At) || f.Sure == Possible && now.After(f.At)
		if since.IsZero() || l.Lasts() <= 0 || outlived || !l.HoldsFor(r.Tokens.Scopes) {
			continue
		}
		out = append(out, f)
	}
	return out
}

// maxRule bounds the words of a rule, in characters.
const maxRule = 200
