package words

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
)

// Age says how old something is that is shown.
type Age struct {
	// Text has the age and the exact time: "As of 3 hours ago, today 09:00".
	// It is "" if there is nothing to be old.
	Text string
	Tone Tone
}

// oldAfter is the age from which on what is shown may well have changed.
const oldAfter = 24 * time.Hour

// ProfileAge is how old an account's details are.
func ProfileAge(a *auth.Account, now time.Time) Age {
	if a.VerifiedAt.IsZero() {
		return Age{Text: lang.L("Never confirmed by the provider"), Tone: ToneWarn}
	}
	return ageOf(a, a.VerifiedAt, now)
}

// GroupsAge is how old an account's groups are, which may be older than the
// rest.
func GroupsAge(a *auth.Account, now time.Time) Age {
	if !a.GroupsAsked || a.GroupsAt.IsZero() {
		return Age{}
	}
	return ageOf(a, a.GroupsAt, now)
}

func ageOf(a *auth.Account, at, now time.Time) Age {
	when := Relative(now, at)
	if now.Before(at) {
		when = lang.L("just now") // the clock was set back
	}
	age := map[string]any{"When": when, "Clock": Clock(now, at)}
	switch {
	case now.Sub(at) >= oldAfter:
		return Age{Text: lang.L("May be out of date. Last updated {{.When}}, {{.Clock}}", age), Tone: ToneWarn}
	case a.State != auth.StateActive:
		return Age{Text: lang.L("As last seen {{.When}}, {{.Clock}}", age), Tone: ToneMuted}
	}
	return Age{Text: lang.L("As of {{.When}}, {{.Clock}}", age), Tone: ToneOK}
}
