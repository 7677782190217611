package attention

import (
	"cmp"
	"time"

	"github.com/claviger/claviger/auth"
)

const (
	// worthAWarning is how long a sign-in lasts at least whose end is said ahead.
	worthAWarning = 8 * time.Hour
	// warnBefore is how long before the end that is, at most; of a shorter sign-in it is
	// a fifth.
	warnBefore = 3 * 24 * time.Hour
	// oldNews is how long ago a sign-out failed that is not said any more.
	oldNews = 7 * 24 * time.Hour
)

// seen is what is needed to know of an account.
type seen struct {
	event    Event // without kind and reason
	needs    bool
	reason   string
	signedIn time.Time
	// expires is the end of an access token that cannot be refreshed; else zero.
	expires time.Time
	// ends is when the account will need its person for sure; else zero.
	ends time.Time
	why  string
}

func seenOf(a *auth.Account) seen {
	s := seen{
		event: Event{
			Account: a.ID, Provider: a.Provider, ProviderName: cmp.Or(a.ProviderName, a.Provider), Who: a.User.BestName(),
			Cause: a.SignedInAt.UTC().Format(time.RFC3339Nano),
		},
		needs: a.State == auth.StateNeedsSignIn, reason: a.Reason, signedIn: a.SignedInAt,
	}
	if !a.CanRefresh {
		s.expires = a.ExpiresAt
	}
	if f := a.Forecast; f != nil && !f.Moves && f.Sure != auth.Possible {
		s.ends, s.why = f.At, f.Detail
	}
	return s
}

// causes are the events of an account at a time, and when that changes by itself; zero
// if it does not.
func (s seen) causes(now time.Time) (list []Event, next time.Time) {
	e := s.event
	switch {
	case s.needs, !s.expires.IsZero() && !now.Before(s.expires):
		e.Kind, e.Reason = SignIn, cmp.Or(s.reason, "the token expired, and the provider issued no refresh token")
		return []Event{e}, time.Time{}
	case !s.expires.IsZero():
		next = s.expires
	}
	if s.ends.IsZero() || s.ends.Sub(s.signedIn) < worthAWarning {
		return nil, next
	}
	from := s.ends.Add(-min(s.ends.Sub(s.signedIn)/5, warnBefore))
	switch {
	case now.Before(from):
		return nil, sooner(next, from)
	case now.Before(s.ends):
		e.Kind, e.Reason, e.Until = Ending, s.why, s.ends
		return []Event{e}, sooner(next, s.ends)
	}
	return nil, next
}

// failedSignOut is the event of a sign-out that waited and failed for good; false if it
// is none, or long ago.
func failedSignOut(r *auth.Receipt, now time.Time) (Event, bool) {
	if !r.FailedLater() || now.Sub(r.EndedAt).Abs() > oldNews {
		return Event{}, false
	}
	return Event{
		Kind: SignOut, Account: r.Account, Provider: r.Provider, ProviderName: cmp.Or(r.ProviderName, r.Provider), Who: r.Who,
		Revoked: r.Revoked, Cause: r.EndedAt.UTC().Format(time.RFC3339Nano),
	}, true
}

// sooner is the earlier of two times, of which either may be zero.
func sooner(x, y time.Time) time.Time {
	if x.IsZero() || !y.IsZero() && y.Before(x) {
		return y
	}
	return x
}
