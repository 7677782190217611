package oauth

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

func TestRetryAfterHeader(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		after, date string
		want        time.Duration
	}{
		"none":                   {"", "", 0},
		"seconds":                {" 30 ", "", 30 * time.Second},
		"zero":                   {"0", "", 0},
		"negative":               {"-5", "", 0},
		"rubbish":                {"soon", "", 0},
		"endless":                {"4000000000", "", MaxRetryAfter},
		"overflow":               {"99999999999999999999", "", 0},
		"date":                   {date(time.Minute), "", time.Minute},
		"date by their clock":    {date(6 * time.Minute), date(5 * time.Minute), time.Minute},
		"date that has been":     {date(-time.Minute), "", 0},
		"date in the far future": {date(1e5 * time.Hour), "", MaxRetryAfter},
	} {
		h := http.Header{}
		h.Set("Retry-After", c.after)
		h.Set("Date", c.date)
		var limit *RateLimitError
		got := time.Duration(0)
		if errors.As(limited(ErrAnswer, http.StatusTooManyRequests, now, h), &limit) {
			got = limit.Until.Sub(now)
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
