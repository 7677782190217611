package words

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
)

// ForecastText says when an account will need a new sign-in; "" if nothing is known.
func ForecastText(f *auth.Forecast, now time.Time) string {
	if f == nil {
		return ""
	}
	said := map[string]any{"Clock": Clock(now, f.At), "Reason": forecastReason(f)}
	if f.Sure == auth.Possible {
		return lang.L("perhaps {{.Clock}}: {{.Reason}}", said)
	}
	return lang.L("{{.Clock}}: {{.Reason}}", said)
}

// forecastReason says what ends. A rule of the provider has its own words.
func forecastReason(f *auth.Forecast) string {
	switch {
	case f.Why == auth.EndOfAccess:
		return lang.L("the access token ends then, and there is no refresh token")
	case f.Why == auth.EndOfRefresh && f.Moves:
		return lang.L("the refresh token ends then, if it is not used before")
	case f.Why == auth.EndOfRefresh:
		return lang.L("the refresh token ends then")
	}
	return Said(f.Detail)
}
