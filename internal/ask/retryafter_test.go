package ask

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

func TestRetryAfterThatMakesNoSense(t *testing.T) {
	for after, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-1": 0, "1.5": 0, "0": time.Millisecond, "7": 7 * time.Second,
		"2592000": longest, "2592001": 0, "4611686018427387904": 0, "9223372036854775807": 0, "99999999999999999999": 0,
	} {
		resp := &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {after}}}
		if got := RetryAfter(resp); got != want {
			t.Errorf("%q: %v, want %v", after, got, want)
		}
	}
}

func TestResetThatMakesNoSense(t *testing.T) {
	for reset, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-1": 0, "0": 0, "99999999999999999999": 0, "1.5": 0,
		"1": time.Second, // long ago: the limit is new already
		strconv.FormatInt(time.Now().Add(1000*time.Hour).Unix(), 10): 24 * time.Hour,
	} {
		if got := untilReset(reset); got != want {
			t.Errorf("%q: %v, want %v", reset, got, want)
		}
	}
}
