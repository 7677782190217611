package oauth

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
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
		usual  string        // token_lifetime of the provider's file
	}{
		"opaque nanoseconds":            {access: "opaque", fields: `"expires_in":3600000000000`, want: no},
		"opaque without any sense":      {access: "opaque", fields: `"expires_in":1e99`, want: no},
		"no sense, and the next one":    {access: "opaque", fields: `"expires_in":1e99,"expires":60`, want: time.Minute},
		"only the file knows":           {access: "opaque", fields: `"x":1`, want: 2 * time.Hour, usual: "2h"},
		"no sense, and the file knows":  {access: "opaque", fields: `"expires_in":3600000000000`, want: 2 * time.Hour, usual: "2h"},
		"the file is asked last":        {access: "opaque", fields: `"expires_in":60`, want: time.Minute, usual: "2h"},
		"the token before the file":     {access: jwt(at(3 * time.Hour)), fields: `"x":1`, want: 3 * time.Hour, usual: "2h"},
		"told":                          {access: "opaque", fields: `"expires_in":60`, want: time.Minute},
		"not told":                      {access: "opaque", fields: `"x":1`, want: no},
		"only by the token":             {access: jwt(at(time.Hour)), fields: `"x":1`, want: time.Hour},
		"the token has ended":           {access: jwt(at(-time.Hour)), fields: `"x":1`, want: -time.Hour},
		"the token ends first":          {access: jwt(at(time.Minute)), fields: `"expires_in":3600`, want: time.Minute},
		"the answer ends first":         {access: jwt(at(time.Hour)), fields: `"expires_in":60`, want: time.Minute},
		"the clock is 10 minutes ahead": {access: jwt(at(time.Hour)), fields: `"x":1`, skew: 10 * time.Minute, want: 70 * time.Minute},
		"nanoseconds":                   {access: jwt(at(time.Hour)), fields: `"expires_in":3600000000000`, want: time.Hour},
		"no time in it":                 {access: jwt("soon"), fields: `"expires_in":60`, want: time.Minute},
		"expires_in is a time":          {access: "opaque", fields: fmt.Sprintf(`"expires_in":%d`, at(30*time.Second)), want: 30 * time.Second},
		"expires is a time":             {access: "opaque", fields: fmt.Sprintf(`"expires":"%d"`, at(30*time.Second)), want: 30 * time.Second},
		"a time in milliseconds":        {access: "opaque", fields: fmt.Sprintf(`"expires_in":%d000`, at(30*time.Second)), want: 30 * time.Second},
		"a time on another clock":       {access: "opaque", fields: fmt.Sprintf(`"expires_in":%d`, at(30*time.Second)), skew: -time.Minute, want: -30 * time.Second},
	} {
		fields, reason := parseJSON([]byte(`{"access_token":"` + c.access + `","token_type":"Bearer",` + c.fields + `}`))
		if reason != "" {
			t.Fatal(reason)
		}
		ans, err := clientOf(nil, &providers.Provider{Authorization: providers.Authorization{TokenLifetime: c.usual}}, nil).tokenResponse(nil, &reply{fields: fields, status: 200, start: now, skew: c.skew}, trace.StepExchange)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := ans.Expires; c.want == no && !got.IsZero() || c.want != no && !got.Equal(now.Add(c.want)) {
			t.Errorf("%s: ends %v, want %v", name, got.Sub(now), c.want)
		}
	}
}
