package auth

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"claviger/providers"
)

// The end of a token is the earlier of what the answer says and what the token
// says itself; a number that can only be a time is one.
func TestEndOfAnAccessToken(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	jwt := func(exp any) string {
		body, err := json.Marshal(map[string]any{"exp": exp})
		if err != nil {
			t.Fatal(err)
		}
		return "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString(body) + ".c2ln"
	}
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	const no = time.Duration(-1 << 62)
	for name, c := range map[string]struct {
		access string
		fields string
		skew   time.Duration
		want   time.Duration // from now; no is not known
	}{
		"told":                          {"opaque", `"expires_in":60`, 0, time.Minute},
		"not told":                      {"opaque", `"x":1`, 0, no},
		"only by the token":             {jwt(at(time.Hour)), `"x":1`, 0, time.Hour},
		"the token has ended":           {jwt(at(-time.Hour)), `"x":1`, 0, -time.Hour},
		"the token ends first":          {jwt(at(time.Minute)), `"expires_in":3600`, 0, time.Minute},
		"the answer ends first":         {jwt(at(time.Hour)), `"expires_in":60`, 0, time.Minute},
		"the clock is 10 minutes ahead": {jwt(at(time.Hour)), `"x":1`, 10 * time.Minute, 70 * time.Minute},
		"nanoseconds":                   {jwt(at(time.Hour)), `"expires_in":3600000000000`, 0, time.Hour},
		"no time in it":                 {jwt("soon"), `"expires_in":60`, 0, time.Minute},
		"expires_in is a time":          {"opaque", fmt.Sprintf(`"expires_in":%d`, at(30*time.Second)), 0, 30 * time.Second},
		"expires is a time":             {"opaque", fmt.Sprintf(`"expires":"%d"`, at(30*time.Second)), 0, 30 * time.Second},
		"a time in milliseconds":        {"opaque", fmt.Sprintf(`"expires_in":%d000`, at(30*time.Second)), 0, 30 * time.Second},
		"a time on another clock":       {"opaque", fmt.Sprintf(`"expires_in":%d`, at(30*time.Second)), -time.Minute, -30 * time.Second},
	} {
		fields, reason := parseJSON([]byte(`{"access_token":"` + c.access + `","token_type":"Bearer",` + c.fields + `}`))
		if reason != "" {
			t.Fatal(reason)
		}
		ans, err := readTokenAnswer(&providers.Provider{}, nil, &reply{fields: fields, status: 200, start: now, skew: c.skew}, StepExchange)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := ans.Expires; c.want == no && !got.IsZero() || c.want != no && !got.Equal(now.Add(c.want)) {
			t.Errorf("%s: ends %v, want %v", name, got.Sub(now), c.want)
		}
	}
}
