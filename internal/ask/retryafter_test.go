package ask

import (
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
		ok          bool
	}{
		"none":                   {"", "", 0, false},
		"seconds":                {" 30 ", "", 30 * time.Second, true},
		"zero":                   {"0", "", 0, true},
		"negative":               {"-5", "", 0, false},
		"a fraction":             {"1.5", "", 0, false},
		"rubbish":                {"soon", "", 0, false},
		"long":                   {"4000000000", "", 4e9 * time.Second, true},
		"overflow":               {"99999999999999999999", "", 0, false},
		"more than a duration":   {"9223372036854775807", "", 0, false},
		"date":                   {date(time.Minute), "", time.Minute, true},
		"date by their clock":    {date(6 * time.Minute), date(5 * time.Minute), time.Minute, true},
		"date of the past":       {date(-time.Minute), "", -time.Minute, true},
		"date, their clock odd":  {date(time.Minute), "yesterday", time.Minute, true},
		"date in the far future": {date(1e5 * time.Hour), "", 1e5 * time.Hour, true},
	} {
		h := http.Header{"Retry-After": {c.after}, "Date": {c.date}}
		if got, ok := RetryAfter(h, now); got != c.want || ok != c.ok {
			t.Errorf("%s: %v, %v, want %v, %v", name, got, ok, c.want, c.ok)
		}
	}
}
