package oauth

import (
	"fmt"
	"net/http"
	"time"

	"github.com/claviger/claviger/internal/plain"
)

// skewTold is the difference between this clock and a provider's from which on
// a person hears of it. Signatures of requests and short-lived tokens begin to fail
// soon after.
const skewTold = 30 * time.Second

// clockSkew is how far now is ahead of the answer's Date; within two seconds
// it is zero, since that header has no finer grain.
func clockSkew(now time.Time, h http.Header) time.Duration {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	if d := now.Sub(date); d.Abs() > 2*time.Second {
		return d
	}
	return 0
}

// SkewWords says how far off this computer's clock is, or "" if nobody has
// to know.
func SkewWords(skew time.Duration) string {
	if skew.Abs() <= skewTold {
		return ""
	}
	direction := "ahead of"
	if skew < 0 {
		direction = "behind"
	}
	return fmt.Sprintf("this computer's clock is %s %s the provider's", plain.Duration(skew.Abs()), direction)
}
